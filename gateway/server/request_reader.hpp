// The bytes a connection has received, and the request that is being read from them. Owned by one
// connection; knows no socket and no clock.
// Memory: one buffer that does not move while a request whose views point into it is unanswered.
// A body that is chunked or too large for the buffer goes to its exchange instead.
#pragma once
#include "gateway/http/chunk_decoder.hpp"
#include "gateway/http/head_scanner.hpp"
#include "gateway/server/exchange.hpp"
#include "gateway/server/framing.hpp"
#include "gateway/server/head_memo.hpp"
#include "gateway/server/known_head.hpp"
#include "gateway/server/options.hpp"
#include "gateway/server/problem.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace sluice::gateway::server {

class request_reader {
  public:
    using time_point = std::chrono::steady_clock::time_point;
    enum class progress {
        more, // bytes are missing
        done,
        refused // see refusal(); nothing more can be read from this connection
    };

    explicit request_reader(server_options const& options);

    // Where the next bytes belong; never empty. Valid until the next call of another member.
    std::span<char> space();
    // `size` bytes were written to the front of space().
    void commit(std::size_t size, time_point now);

    // No bytes of a further request are there.
    bool is_empty() const { return begin_ == end_; }
    // When the first bytes of the request that is being read came.
    time_point started() const { return started_; }
    http::refusal const& refusal() const { return refusal_; }

    // Reads the next request's header into `into`. After `done`: read_body, skip_body or
    // forget_head.
    progress read_head(exchange& into);
    framing const& current() const { return framing_; }
    // Of the head read last: another number for each head that is not, byte for byte, the one
    // before it.
    std::uint64_t head_number() const { return head_number_; }
    std::unique_ptr<head_memo>& memo() { return memo_; }
    // Whether all of the body that belongs to the header just read is in the buffer. Uses the
    // body memory of `into`, and leaves it empty.
    bool has_whole_body(exchange& into);
    // Right after read_head: the peer sends the body only when it is told to
    // (RFC 9110 section 10.1.1), and has sent none of it.
    bool is_body_withheld() const { return framing_.expects_continue && behind_head().empty(); }
    // Goes on with the body; refuses one that is larger than the exchange's limit.
    progress read_body(exchange& into);
    // Drops a body that is whole; `refused` if its chunks are malformed.
    progress skip_body(exchange& into);
    // Goes back to before the header: it will be read again later.
    void forget_head();

    // No view into the buffer is alive any more: it may be moved together, and shrunk.
    void release();

  private:
    enum class place { head, body, chunks, body_apart };

    std::string_view unparsed() const { return {memory_.get() + begin_, end_ - begin_}; }
    std::string_view behind_head() const { return unparsed().substr(head_size_); }
    void grow_for_head();
    bool skip_empty_lines();
    bool is_within_limits(std::size_t head_size) const;
    bool take_known_head(exchange& into);
    progress take_head(exchange& into);
    progress judge_head(exchange& into);
    progress read_sized_body(exchange& into);
    progress read_chunked_body(exchange& into);
    void move_body_apart(exchange& into);
    progress finish(exchange& into, std::string_view body, std::size_t size_in_buffer);
    progress refuse(http::refusal const& why);

    server_options const& options_;
    std::unique_ptr<char[]> memory_;
    std::size_t capacity_;
    std::size_t begin_ = 0; // of the request that is being read
    std::size_t end_ = 0;   // of what was received
    place place_ = place::head;
    http::head_scanner scanner_;
    std::size_t head_size_ = 0;
    framing framing_;
    known_head known_;
    std::uint64_t head_number_ = 0;
    std::uint64_t known_number_ = 0; // of known_
    std::uint64_t newest_number_ = 0;
    unsigned similar_in_a_row_ = 0;
    std::unique_ptr<head_memo> memo_;
    http::chunk_decoder decoder_;
    std::string* body_apart_ = nullptr; // of the exchange, sized ahead of what was received
    std::size_t body_received_ = 0;     // bytes in it
    unsigned empty_lines_ = 0;
    http::refusal refusal_;
    std::string refusal_detail_; // where its text is no literal
    time_point started_{};
    time_point last_read_{};
};

} // namespace sluice::gateway::server
