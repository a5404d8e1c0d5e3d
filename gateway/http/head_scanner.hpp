// Finds the end of a request's header in bytes that arrive in pieces, and refuses early what must
// not be waited for: line ends that are not CRLF, a first line that is no request line, folded
// lines, anything above its limit. Looks at each byte once. One for each connection; pure.
#pragma once
#include "gateway/http/refusal.hpp"

#include <cstddef>
#include <string_view>

namespace sluice::gateway::http {

struct head_limits {
    std::size_t header = 0; // bytes of request line and fields together; more is 431
    std::size_t uri = 0;    // bytes of the request-target; more is 414
};

class head_scanner {
  public:
    // Begins a new header.
    void reset() { *this = head_scanner{}; }

    // `in` holds everything received from the first byte of the request line on, so the same
    // bytes and more in each call. Returns the size of the header, its empty line included, or 0
    // if it has not ended; see refusal() then.
    std::size_t scan(std::string_view in, head_limits const& limits);

    // Why the request is refused; sticky until reset().
    http::refusal const& refusal() const { return refusal_; }

    // Bytes of the request line without CRLF; 0 until it is complete.
    std::size_t request_line_size() const { return request_line_size_; }

  private:
    bool take_line(std::string_view line, head_limits const& limits);
    void check_unfinished(std::string_view in, head_limits const& limits);

    std::size_t line_begin_ = 0;
    std::size_t scanned_ = 0;
    std::size_t request_line_size_ = 0;
    http::refusal refusal_;
};

} // namespace sluice::gateway::http
