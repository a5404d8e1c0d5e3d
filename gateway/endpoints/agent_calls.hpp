// `/v1/agents`: how the agents of an account stand, and their breaks. Always for the account of the
// bearer token. Belongs to one I/O thread.
#pragma once

#include "gateway/intake/context.hpp"
#include "gateway/server/exchange.hpp"

#include <string_view>

namespace sluice::gateway::endpoints {

class agent_calls {
  public:
    explicit agent_calls(intake::context& with)
        : with_(with) {}

    // Answers in the end. `rest` is what of the path stands behind "/v1/agents", not decoded.
    void handle(server::exchange& on, std::string_view rest);

  private:
    void show_all(server::exchange& on, config::account const& account);
    void show(server::exchange& on, config::account const& account, std::string_view cli);
    void show_breaks(server::exchange& on, config::account const& account, std::string_view cli);

    intake::context& with_;
};

} // namespace sluice::gateway::endpoints
