// One outbound HTTP exchange as its caller sees it: what is sent, what came back, who is told.
// The caller owns and recycles requests; from http_client::start until its completion is called a
// request belongs to the client and neither it nor the bytes it points to may change. Everything
// here stays on the client's I/O thread.
#pragma once

#include "queue/core/names.hpp"
#include "queue/core/outcome.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

namespace sluice::gateway::client {

class pool;
struct outbound_request;

// For the gateway's own requests: no account's.
inline constexpr queue::account_id no_account{0xffff'ffff};

// A final answer, whole or cut at the response limit. Its views are valid in on_answer only.
struct inbound_response {
    std::uint16_t status = 0;      // 200..999
    std::string_view content_type; // empty where there was none
    std::string_view retry_after;  // as received; see parse_retry_after
    std::string_view header_lines; // every field line, each with its CRLF
    std::string_view body;         // chunks taken apart, at most endpoint::response_limit bytes
    bool is_truncated = false;     // there was more body than the limit; it was not read
    std::chrono::microseconds duration{0}; // from start, waiting for a connection included
    bool was_resent = false; // a kept connection had closed: the peer may have seen it twice

    // The value of the first field of this name (letter case does not matter), trimmed; empty if
    // there is none. Looks through header_lines each time.
    std::string_view header(std::string_view name) const;
};

// No final answer came.
struct failure {
    queue::cause cause = queue::cause::cut; // never `answered` or `render`
    std::string_view detail;                // one line for a person; valid in on_failure only
    std::chrono::microseconds duration{0};  // from start
    bool was_resent = false;                // as of an answer
};

// Told exactly once for each started request, on the client's thread. The request is the caller's
// again as soon as it is called, and may be started anew inside the call. Never throws.
class completion {
  public:
    virtual void on_answer(outbound_request& done, inbound_response const& answer) = 0;
    virtual void on_failure(outbound_request& done, failure const& why) = 0;

  protected:
    ~completion() = default;
};

struct outbound_request {
    client::pool* to = nullptr;  // from http_client::open
    completion* owner = nullptr; // who is told
    // For whom: look-ups of names are shared out between accounts.
    queue::account_id account = no_account;
    std::string_view method = "POST";
    // Path and query in origin form; empty: the endpoint's own. No spaces or control characters.
    std::string_view target;
    // Whole lines, "Name: value\r\n" each, that is_valid_header_name and -value accepted; without
    // Host, Content-Length, Connection and Transfer-Encoding, which the client writes itself.
    std::string_view header_lines;
    bool has_own_agent = false; // header_lines has a User-Agent
    // A kept connection that turns out to be closed is a failure: without this the request goes
    // again over a fresh one, although the peer may have seen it.
    bool is_sent_once = false;
    std::string_view body;

    // Makes the caller's own state in the request: at most 64 bytes, no destructor.
    template <class T, class... Args>
    T& emplace_state(Args&&... args) {
        static_assert(sizeof(T) <= sizeof(slot_) && alignof(T) <= alignof(std::max_align_t));
        static_assert(std::is_trivially_destructible_v<T>);
        return *new (slot_.data()) T(std::forward<Args>(args)...);
    }
    // The state that emplace_state<T> made.
    template <class T>
    T& state() {
        return *std::launder(reinterpret_cast<T*>(slot_.data()));
    }

  private:
    friend class pool;
    friend class connection;
    friend class waiting_line;

    using time_point = std::chrono::steady_clock::time_point;

    time_point started_;
    time_point deadline_;              // one for the whole attempt
    outbound_request* next_ = nullptr; // in the waiting line
    bool was_retried_ = false;         // a stale connection was replaced once already
    alignas(std::max_align_t) std::array<std::byte, 64> slot_{};
};

} // namespace sluice::gateway::client
