// The outbound API's own paths, a drop-in for the platform's: the same request and the same
// answers; each call becomes a task of its own and is sent on at the destination's pace. Belongs to
// one I/O thread.
#pragma once

#include "gateway/intake/context.hpp"
#include "gateway/intake/submitter.hpp"
#include "gateway/outbound/outbound_request.hpp"
#include "gateway/server/exchange.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::gateway::webhooks {

inline constexpr std::string_view outbound_create_path = "/kairos-apis/outbound/create";
inline constexpr std::string_view outbound_dialer_path = "/kairos-apis/outbounddialer/create";

class outbound_calls {
  public:
    outbound_calls(intake::context& with, intake::submitter& hands)
        : with_(with)
        , hands_(hands) {}

    static bool owns(std::string_view path) {
        return path == outbound_create_path || path == outbound_dialer_path;
    }

    // By its header alone: whether the body is too large for the API. True: it was refused.
    bool refuse_by_header(server::exchange& on, std::uint64_t announced_body) const;

    // Answers in the end.
    void handle(server::exchange& on, std::uint32_t label);

  private:
    void accept(server::exchange& on, outbound::outbound_envelope const& request,
                config::account const& account, std::uint32_t label);
    std::unique_ptr<queue::idempotency> checksum_of(server::request const& req,
                                                    config::account const& account) const;

    intake::context& with_;
    intake::submitter& hands_;
};

} // namespace sluice::gateway::webhooks
