// Renders the message of one destination from a call: the bytes that came in, or one of the
// formats that are made from the call's variables. Belongs to one call; one thread.
#pragma once

#include "codecs/variables.hpp"
#include "gateway/call/received_request.hpp"
#include "gateway/call/refusal.hpp"
#include "gateway/config/account.hpp"
#include "gateway/intake/context.hpp"
#include "gateway/server/request.hpp"
#include "queue/core/shared_bytes.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::endpoints {

// What is to be delivered to one destination, and how much later than now.
struct rendered {
    queue::shared_bytes payload;
    std::chrono::milliseconds delay = {}; // only the outbound format has one
    std::uint64_t travel_key = 0;         // of the outbound format: what it may travel with
    std::vector<std::string> unset = {};  // of a template: names without a value, each once
};

class call_renderer {
  public:
    // `rest` is what of the path stands behind the route. Everything must outlive the renderer.
    // `hides_authorization`: the Authorization header was meant for the gateway and stays here.
    call_renderer(intake::context const& with, server::request const& req, std::string_view rest,
                  config::account const& account, bool hides_authorization);

    // What stands before the body of a message in the format "raw": it follows from the head of the
    // call alone.
    void raw_head(std::string& head) const;

    // A message in any other format. Errors: 400 and 415 where the format needs variables and the
    // body has none that can be read; 422 where they are not what the format needs.
    call::checked<rendered> render(plan::delivery_target const& to);

  private:
    call::checked<rendered> render_outbound();
    call::checked<rendered> render_template(plan::delivery_target const& to);
    call::checked<codecs::variables const*> variables();
    call::received_request received();

    intake::context const& with_;
    server::request const& req_;
    std::string_view rest_;
    config::account const& account_;
    bool hides_authorization_;
    bool is_received_kept_ = false; // by a message that was made
    std::optional<codecs::variables> variables_;
};

} // namespace sluice::gateway::endpoints
