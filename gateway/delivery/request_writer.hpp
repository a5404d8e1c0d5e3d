// A task's message as the request that an attempt makes of it: what the endpoint adds by itself is
// not in it. Used for what is sent, and for showing later what was. Pure; any thread.
#pragma once

#include "gateway/client/endpoint.hpp"
#include "gateway/client/signature.hpp"
#include "queue/core/attempt.hpp"
#include "queue/dispatch/clock.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace sluice::gateway::delivery {

// Views point into the attempt's payload or into the texts here, whose memory is used again.
struct written_request {
    std::string_view method;
    std::string target; // empty: the endpoint's own
    std::string header_lines;
    std::string_view body;
    std::string own_body;       // only where a time is written into it, or several are joined
    bool has_own_agent = false; // the message brings a User-Agent
    bool is_once = false;       // the first failure is final
};

// What the head of a message came to, for the next message to the same endpoint that begins with
// the same bytes, as those of one caller do: a comparison instead of taking it apart and writing
// its fields anew, 1,750 instructions. One for each endpoint; only of messages that go out as they
// are.
class known_message {
  public:
    // Writes what `payload` comes to, but for its identity. False where its head is another one.
    bool write(written_request& out, std::string_view payload) const;
    // `payload` was written to `out`, but for its identity.
    void remember(written_request const& out, std::string_view payload);
    bool keeps_identity = false; // the lines of the sender's own are among the fields

  private:
    static constexpr std::size_t longest_head = 4096; // larger ones are not worth their memory

    std::string head_; // of the payload; empty: none is known
    std::size_t method_size_ = 0;
    std::string target_;
    std::string header_lines_;
    bool has_own_agent_ = false;
};

struct request_order {
    queue::attempt const& what;
    client::endpoint const& to;
    std::span<client::webhook_key const> keys; // none: the gateway signs nothing
    bool is_report = false;                    // `written_request::target` says already where to
    queue::clock const& time;
    known_message* known = nullptr; // of the endpoint `to`
};

// Why the payload cannot be made into a request; empty when it was.
std::string write_request(written_request& out, request_order const& from);

} // namespace sluice::gateway::delivery
