// Walks over the lines of one file that is held in memory. Finds its way again behind bad bytes.
// Checks checksums and framing; whether a line's numbers can be believed, its caller says.
#pragma once

#include "queue/journal/journal_line.hpp"

#include <cstdint>
#include <functional>
#include <string_view>

namespace sluice::queue {

enum class belief : std::uint8_t {
    yes,
    gap, // yes, but something that came before it is missing
    no   // an old or misplaced line: treat it as bad bytes
};

struct segment_item {
    enum class kind : std::uint8_t {
        line, // whole, believed
        hole, // bad bytes, or (0 bytes) something missing
        end   // only zeros from here on
    };
    kind what = kind::end;
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
    journal_line line;
    std::string_view body;
};

// Where nothing was written.
bool is_all_zero(std::string_view bytes);

class segment_reader {
  public:
    // Pure: may be called more than once for a line.
    using believe = std::function<belief(journal_line const&)>;

    // `content` is the whole file and outlives the reader and its items; `start` is where its
    // header ends.
    segment_reader(std::string_view content, std::uint64_t salt, std::uint64_t start, believe b);

    segment_item next();
    // The next line if it is whole, whatever its numbers are (`believe` is not asked, and may be
    // empty where only this is called); false: nothing is passed over.
    bool next_whole(segment_item& item);
    // Where the next one begins.
    std::uint64_t position() const { return at_; }

  private:
    // Fills in the line and its body. False: there is none that is whole.
    bool whole_at(std::size_t position, segment_item& item) const;
    segment_item hole_from_here();

    std::string_view content_;
    std::uint32_t salt_;
    believe believe_;
    std::size_t at_;
    bool was_gap_ = false; // the gap before the line at `at_` has been reported
};

} // namespace sluice::queue
