// The internal listener's handler: calls that another gateway of the cluster has let in and
// forwards, answered by what this gateway has. Whoever gets here has proved by TLS that it belongs
// to the cluster; what it says of the caller is believed. Main thread.
#pragma once

#include "gateway/admin/calls.hpp"
#include "gateway/endpoints/home_calls.hpp"
#include "gateway/endpoints/known_tasks.hpp"
#include "gateway/server/handler.hpp"

#include <cstddef>
#include <functional>

namespace sluice::gateway::cluster {

class door final : public server::handler {
  public:
    // Who answers. All outlive the door's use.
    struct parts {
        admin::calls* operators = nullptr;
        endpoints::known_tasks* tasks = nullptr;
        std::function<std::size_t()> most_in_group; // by the configuration now
        endpoints::home_calls* home = nullptr;      // takes what is forwarded for its order keys
    };
    // Until then every call is 503.
    void open(parts with) { with_ = std::move(with); }

    void handle(server::exchange& on) override;
    void on_replied(server::exchange const& on, unsigned status) override;

  private:
    void answer_public(server::exchange& on, std::string_view path);
    void take_home(server::exchange& on);

    parts with_;
};

} // namespace sluice::gateway::cluster
