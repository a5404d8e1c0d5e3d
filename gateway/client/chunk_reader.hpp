// Takes the chunked coding of an answer apart (RFC 9112 section 7.1): a state machine over bytes
// that may be cut anywhere. Lenient where nothing can be confused (extensions and trailers are
// dropped unread), strict about sizes and line ends. Owned by a response_reader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::gateway::client {

class chunk_reader {
  public:
    enum class state {
        more,      // the body goes on behind what was given
        done,      // body and trailers are complete
        body_full, // `body_limit` bytes are there and more would follow
        malformed
    };

    // `overhead_limit`: bytes of sizes, extensions, trailers and their line ends together.
    void reset(std::size_t body_limit, std::size_t overhead_limit);

    // Appends data to `body`, never above the limit. Returns how many bytes were used: all of
    // them while there is `more`.
    std::size_t feed(std::string_view bytes, std::string& body);

    state state() const { return state_; }

  private:
    enum class place { size, extension, size_lf, data, data_cr, data_lf, trailer, trailer_lf };

    void take(char c);
    void take_size(char c);
    void take_trailer(char c);
    void end_size_line();
    void expect(char c, char wanted, place next);
    std::size_t copy(std::string_view bytes, std::string& body);

    std::size_t body_limit_ = 0;
    std::size_t overhead_left_ = 0;
    std::uint64_t chunk_left_ = 0; // also the size while it is being read
    unsigned digits_ = 0;
    bool line_is_empty_ = true; // of the trailer at hand
    place place_ = place::size;
    enum state state_ = state::more;
};

} // namespace sluice::gateway::client
