// Reads one answer after the other from one connection: interim answers are skipped, the head is
// taken apart, the body is collected up to its limit. Fed with whatever the connection read; an
// answer that comes whole in one piece is not copied. Owned by a connection; opens nothing.
#pragma once

#include "gateway/client/exchange.hpp"
#include "gateway/client/known_response_head.hpp"
#include "gateway/client/options.hpp"
#include "gateway/client/response_head.hpp"
#include "gateway/http/chunk_decoder.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::gateway::client {

class response_reader {
  public:
    enum class state { more, done, bad };

    explicit response_reader(client_options const& options)
        : options_(&options) {}

    // Ready for the answer to the next request. `response_limit`: bytes of body.
    void reset(bool is_head_request, std::size_t response_limit);

    // Takes bytes of the answer. Once done, `unused()` bytes at the end were not part of it.
    state feed(std::string_view bytes);

    // The peer sends no more: done where that ends the body, else as before.
    state end();

    // Whether no byte of an answer came yet, interim ones included.
    bool is_untouched() const { return is_untouched_; }
    // Whether the connection may carry another exchange, as far as the answer is concerned.
    bool keeps_alive() const {
        return head_.keeps_alive && !response_.is_truncated && unused_ == 0;
    }
    std::size_t unused() const { return unused_; }

    // Only when done. Its views point into the bytes of the last feed() or into this object.
    inbound_response& response() { return response_; }
    // Only when bad: a static text.
    char const* problem() const { return problem_; }
    // What of an unfinished answer is there, for a message: "the head" or "N bytes of the body".
    std::string progress() const;

  private:
    state feed_head(std::string_view bytes);
    state begin_body(std::string_view head, std::string_view rest);
    state feed_body(std::string_view bytes);
    state feed_chunks(std::string_view bytes);
    state append_limited(std::string_view bytes, std::uint64_t expected);
    state finish(std::string_view body, std::size_t unused);
    state fail(char const* why);
    // Keeps the head that `head_` points into, when the answer does not end with these bytes.
    void store_head(std::string_view head);

    client_options const* options_;
    response_head head_;
    inbound_response response_;
    http::chunk_decoder chunks_;
    known_response_head known_;
    std::string stored_head_; // a head that came in pieces, or whose body did
    std::string body_;
    std::size_t searched_ = 0;   // of stored_head_
    std::size_t head_bytes_ = 0; // of interim answers before
    std::size_t interims_ = 0;
    std::size_t limit_ = 0;
    std::size_t unused_ = 0;
    std::uint64_t body_left_ = 0; // with body_framing::length
    char const* problem_ = nullptr;
    bool is_head_request_ = false;
    bool is_untouched_ = true;
    bool in_body_ = false;
};

} // namespace sluice::gateway::client
