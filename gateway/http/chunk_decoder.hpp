// Takes the chunked coding (RFC 9112 section 7.1) apart: a state machine over bytes that may be cut
// anywhere. Strict for requests, whose extensions and trailers are checked; lenient for answers,
// where they are dropped unread. Sizes and line ends are strict in both. Owned by who reads the
// body, reset for each.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::gateway::http {

struct chunk_limits {
    std::uint64_t body = 0; // bytes of all chunks together
    // Strict: bytes of all extensions and trailers together. Lenient: of all that is not data.
    std::size_t overhead = 0;
};

enum class chunk_reading {
    strict, // a body that will not fit is refused at once
    lenient // a body is cut at its limit
};

class chunk_decoder {
  public:
    enum class status {
        more,      // the body goes on behind what was given
        done,      // the body and its trailers are complete
        malformed, // to be answered 400
        body_too_large,
        overhead_too_large
    };

    void reset(chunk_limits limits, chunk_reading how = chunk_reading::strict);

    // Appends the data in `in` to `body`, and returns how many bytes of `in` belong to this body:
    // all of them unless the status became `done` or an error. After an error, only reset().
    std::size_t feed(std::string_view in, std::string& body);

    status state() const { return status_; }

  private:
    enum class place {
        size_first,
        size,
        extension_space, // after a space: only ";" or another space may follow
        extension_name_first,
        extension_name,
        extension_value_first,
        extension_value,
        extension_quoted,
        extension_escape,
        extension_end, // behind a quoted value
        size_lf,
        data,
        data_cr,
        data_lf,
        trailer_first,
        trailer_name,
        trailer_value,
        trailer_lf,
        end_lf,
        unread_extension, // lenient only, as the next one
        unread_trailer
    };

    void take(char c);
    void take_size(char c);
    void take_extension(char c);
    void take_trailer(char c);
    void skip(char c, place at_line_end);
    void end_extension(char c);
    void end_size_line();
    void expect(char c, char wanted, place next);
    void fail(status why) { status_ = why; }
    bool count_overhead();
    std::size_t copy_data(std::string_view in, std::string& body);

    chunk_limits limits_;
    std::uint64_t body_size_ = 0;
    std::uint64_t chunk_size_ = 0; // of the chunk at hand; what is left of it while in `data`
    std::size_t overhead_ = 0;
    unsigned size_digits_ = 0;
    bool is_lenient_ = false;
    place place_ = place::size_first;
    status status_ = status::more;
};

} // namespace sluice::gateway::http
