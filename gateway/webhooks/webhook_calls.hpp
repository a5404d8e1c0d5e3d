// The platform's custom webhooks at `/v1/webhooks/{method}` and at their documented path, where
// the body names the method. Belongs to one I/O thread.
#pragma once

#include "codecs/variables.hpp"
#include "gateway/api/context.hpp"
#include "gateway/api/submitter.hpp"
#include "gateway/server/exchange.hpp"

#include <string_view>

namespace sluice::gateway::webhooks {

class webhook_calls {
  public:
    webhook_calls(api::context& with, api::submitter& hands)
        : with_(with)
        , hands_(hands) {}

    // Answers in the end. `method` is empty where the body is to name it.
    void handle(server::exchange& on, std::string_view method, std::uint32_t label);

  private:
    void create_outbound(server::exchange& on, codecs::variables const& call,
                         codecs::media_kind format, std::uint32_t label);

    api::context& with_;
    api::submitter& hands_;
};

} // namespace sluice::gateway::webhooks
