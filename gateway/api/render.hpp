// Renders the message of one destination from a call: the bytes that came in, or one of the
// formats that are made from the call's variables. Belongs to one call; one thread.
#pragma once

#include "codecs/variables.hpp"
#include "gateway/api/refusal.hpp"
#include "gateway/config/account.hpp"
#include "gateway/config/destination.hpp"
#include "gateway/config/limits.hpp"
#include "gateway/server/request.hpp"
#include "queue/shared_bytes.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::gateway::api {

// What is to be delivered to one destination, and how much later than now.
struct rendered {
    queue::shared_bytes payload;
    std::chrono::milliseconds delay = {}; // only the outbound format has one
    std::uint64_t travel_key = 0;         // of the outbound format: what it may travel with
};

class call_renderer {
  public:
    // `rest` is what of the path stands behind the route. Everything must outlive the renderer.
    // `hides_authorization`: the Authorization header was meant for the gateway and stays here.
    call_renderer(server::request const& req, std::string_view rest, config::account const& account,
                  config::limits const& limits, bool hides_authorization);

    // Errors: 400 and 415 where the format needs variables and the body has none that can be
    // read; 422 where they are not what the format needs.
    checked<rendered> render(config::destination const& to);

  private:
    rendered render_raw() const;
    checked<rendered> render_outbound();
    checked<rendered> render_template(config::destination const& to);
    checked<codecs::variables const*> variables();

    server::request const& req_;
    std::string_view rest_;
    config::account const& account_;
    config::limits const& limits_;
    bool hides_authorization_;
    std::optional<codecs::variables> variables_;
};

} // namespace sluice::gateway::api
