// `/v1/agents`: how the agents of an account stand, and their breaks. Always for the account of the
// bearer token. Belongs to one I/O thread.
#pragma once

#include "gateway/call/refusal.hpp"
#include "gateway/intake/context.hpp"
#include "gateway/server/exchange.hpp"

#include <string>
#include <string_view>

namespace sluice::gateway::endpoints {

class agent_calls {
  public:
    explicit agent_calls(intake::context& with)
        : with_(with) {}

    // Each answers at once, or says why not. `cli` is a segment of the path, not decoded.
    call::checked<void> show_all(server::exchange& on);
    call::checked<void> show(server::exchange& on, std::string_view cli);
    call::checked<void> show_breaks(server::exchange& on, std::string_view cli);
    // What is planned for the agent, and taking all of it back; answered by the tables' thread.
    call::checked<void> show_planned(server::exchange& on, std::string_view cli);
    call::checked<void> cancel_planned(server::exchange& on, std::string_view cli);

  private:
    struct named {
        config::account const& account;
        std::string cli;
    };
    // An agent that is there, by its key, and how the call is answered.
    struct planned_of {
        std::string account;
        std::string time_zone;
        std::string cli;
        codecs::media_kind format = codecs::media_kind::json;
    };
    call::checked<planned_of> open_planned(server::request const& req, std::string_view cli) const;
    call::checked<named> open(server::request const& req, std::string_view cli) const;

    intake::context& with_;
};

} // namespace sluice::gateway::endpoints
