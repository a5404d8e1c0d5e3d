// Records on their way to the disk: one batch, its mark first, bound to its place in a segment
// from its beginning. Grows while the disk works on the batch before it.
#pragma once

#include "queue/core/names.hpp"
#include "queue/journal/journal_job.hpp"
#include "queue/journal/record_codec.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace sluice::queue {

class journal_batch {
  public:
    struct place {
        std::uint32_t segment = 0;
        std::uint32_t salt = 0; // of the segment, as `salted` gives it
        std::uint64_t offset = 0;
    };

    // `buffer` is used again for its memory. `first`: the number that the first record will have.
    journal_batch(std::uint64_t number, sequence first, place where, std::string&& buffer);

    // Adds a record with the next number; returns where its body begins in the batch, 0: none.
    // `room`: what room_for says of it.
    std::uint64_t add(record const& r, std::size_t room, names const& table);

    // Turns every put and copy into a void line; the other records stay as they are. Returns how
    // many there were. For the batch that found no room on the disk.
    std::uint64_t drop_tasks() { return drop(false); }
    // The same, and their ends as well: for a slice that another gateway has taken over.
    std::uint64_t drop_slice() { return drop(true); }
    void move_to(std::uint64_t offset) { where_.offset = offset; }

    // The batch is a part of another log, and is written only if nobody else took it over.
    void set_adopts(std::optional<adopted_slice> slice) { adopts_ = std::move(slice); }
    std::optional<adopted_slice> const& adopts() const { return adopts_; }

    // Writes the mark and gives the bytes away; `take_back` returns them after a failed write.
    std::string take_bytes(std::uint64_t synced);
    void take_back(std::string&& bytes) { bytes_ = std::move(bytes); }

    std::uint64_t number() const { return number_; }
    sequence first() const { return first_; }
    sequence last() const { return first_ + records_ - 1; } // of an empty batch: first - 1
    std::uint64_t records() const { return records_; }
    std::size_t size() const { return used_; }
    place const& where() const { return where_; }

  private:
    std::uint64_t drop(bool with_ends);
    char* make_room(std::size_t bytes);

    std::uint64_t number_;
    sequence first_;
    std::uint64_t records_ = 0;
    place where_;
    std::string bytes_; // `used_` of it count; behind them room for what is being added
    std::size_t used_;
    std::optional<adopted_slice> adopts_;
};

} // namespace sluice::queue
