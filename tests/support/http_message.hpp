// HTTP/1.1 messages as tests see them: the start line's parts, the header lines in order, the body.
// Only for messages of programs that are trusted to frame them; no hostile input.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::tests {

using http_headers = std::vector<std::pair<std::string, std::string>>;

// The first value of that name (any case); empty where there is none.
std::string header_value(http_headers const& headers, std::string_view name);
bool has_header(http_headers const& headers, std::string_view name);

struct http_response {
    int status = 0;
    http_headers headers;
    std::string body;

    std::string header(std::string_view name) const { return header_value(headers, name); }
};

struct http_request {
    std::string method;
    std::string target; // As it stood on the wire.
    http_headers headers;
    std::string body; // Without its framing.

    std::string header(std::string_view name) const { return header_value(headers, name); }
};

// Gives more bytes of the connection; empty at its end.
class byte_source {
  public:
    virtual ~byte_source() = default;
    virtual std::string read_some() = 0;
};

// Reads one message after the other from a source; keeps what is already there of the next one.
// Reads framing by Content-Length, chunked (trailers are dropped) and end of connection.
class http_reader {
  public:
    explicit http_reader(byte_source& source)
        : source_(source) {}

    // The final answer to a request of this method: interim answers (1xx) are skipped. Throws
    // std::runtime_error where the connection ends before the message does.
    http_response read_response(std::string_view request_method);

    // The next request; nothing where the connection ended before its first byte.
    std::optional<http_request> read_request();

    // Everything up to the end of the connection.
    std::string read_rest();

  private:
    bool fill();
    std::string take_line();
    std::string take(std::size_t size);
    http_headers take_headers();
    std::string take_chunks();

    byte_source& source_;
    std::string buffer_;
};

} // namespace sluice::tests
