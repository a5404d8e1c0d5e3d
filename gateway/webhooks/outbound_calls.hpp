// What becomes calls of the outbound API: the custom webhook createOutbound, and the API's own
// paths, a drop-in for the platform's: the same request and the same answers; each call becomes a
// task of its own and is sent on at the destination's pace. Belongs to one I/O thread.
#pragma once

#include "gateway/intake/context.hpp"
#include "gateway/intake/submitter.hpp"
#include "gateway/outbound/outbound_request.hpp"
#include "gateway/server/exchange.hpp"
#include "gateway/webhooks/webhook.hpp"

#include <cstdint>
#include <memory>
#include <string_view>
#include <variant>
#include <vector>

namespace sluice::gateway::webhooks {

inline constexpr std::string_view outbound_create_path = "/kairos-apis/outbound/create";
inline constexpr std::string_view outbound_dialer_path = "/kairos-apis/outbounddialer/create";

// On the I/O thread that received the call.
webhook_answer answer_create_outbound(webhook_call const& call);

class outbound_calls {
  public:
    outbound_calls(intake::context& with, intake::submitter& hands)
        : with_(with)
        , hands_(hands) {}

    static bool owns(std::string_view path) {
        return path == outbound_create_path || path == outbound_dialer_path;
    }

    // By its header alone: bounds the body, and refuses one that is too large for the API.
    void look_at_header(server::exchange& on, std::uint64_t announced_body) const;

    // Answers in the end, refusals too: they have the API's own shape.
    void handle(server::exchange& on, std::uint32_t label);

  private:
    using refusal = std::variant<call::refusal, call::outbound_refusal>;
    using taken = boost::system::result<void, refusal>;
    struct checked_request {
        config::account const& account;
        std::string_view secret;
        std::vector<outbound::due_call> const& calls;
        queue::wall_time now;
        plan::delivery_target to;
    };

    taken take(server::exchange& on, std::uint32_t label);
    void accept(server::exchange& on, checked_request const& request,
                std::unique_ptr<queue::idempotency> key, std::uint32_t label);
    std::unique_ptr<queue::idempotency> checksum_of(server::request const& req,
                                                    config::account const& account) const;

    intake::context& with_;
    intake::submitter& hands_;
};

} // namespace sluice::gateway::webhooks
