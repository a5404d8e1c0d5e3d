// The platform's custom webhooks at `/v1/webhooks/{method}` and at their documented path, where
// the body names the method: decodes the call and gives it to the webhook of that name. Belongs to
// one I/O thread.
#pragma once

#include "gateway/telemetry/label_table.hpp"
#include "gateway/webhooks/webhook.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace sluice::gateway::webhooks {

// nullptr where there is none of that name. Letter case counts.
webhook const* find_webhook(std::string_view method);

class webhook_calls {
  public:
    // `names` is where the metrics' labels come from.
    webhook_calls(intake::context& with, intake::submitter& hands, telemetry::label_table& names);

    // Both answer in the end, or say why not. `method` is from the path, not decoded.
    call::checked<void> handle(server::exchange& on, std::string_view method, std::uint32_t label);
    // The body names the method.
    call::checked<void> handle_by_body(server::exchange& on, std::uint32_t label);

  private:
    call::checked<void> decode_and_answer(server::exchange& on, webhook const& by,
                                          std::uint32_t label);
    call::checked<void> answer(server::exchange& on, webhook const& by,
                               codecs::variables const& variables, std::uint32_t label);
    call::checked<void> answer(server::exchange& on, plan::widget_plan const& widget,
                               std::uint32_t label);

    intake::context& with_;
    intake::submitter& hands_;
    std::vector<std::uint32_t> names_; // of the built-in webhooks in the metrics, by their places
};

} // namespace sluice::gateway::webhooks
