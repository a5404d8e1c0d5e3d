// The admin calls about agents, at `/v1/accounts/{account}/agents` of the admin listener: who is an
// agent, and breaks set by hand. Whoever routes there has checked the admin token. Belongs to one
// thread, whose inbox it is given.
#pragma once

#include "codecs/media_type.hpp"
#include "gateway/call/refusal.hpp"
#include "gateway/plan/resolved_configuration.hpp"
#include "gateway/server/exchange.hpp"
#include "gateway/tables/tables.hpp"
#include "queue/dispatch/clock.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace sluice::gateway::endpoints {

// An agent as a path names it, not decoded.
struct agent_name {
    std::string_view account;
    std::string_view cli;
};

class agent_admin {
  public:
    agent_admin(tables::backend& data, tables::inbox& inbox, queue::clock const& clock)
        : data_(data)
        , inbox_(inbox)
        , clock_(clock) {}

    using configuration = std::shared_ptr<plan::resolved_configuration const>;

    // Each answers in the end, or says why not; 404 for an account or an agent that is not there.
    // All agents of an account, as /v1/agents shows them.
    // Without the admin token numbers are masked.
    call::checked<void> list(server::exchange& on, configuration const& current,
                             std::string_view account);
    // The breaks that are planned for one, as /v1/agents/{cli}/planned shows them.
    call::checked<void> list_planned(server::exchange& on, configuration current,
                                     agent_name const& whom);
    // Is an agent: 201, or 200 where it was.
    call::checked<void> add(server::exchange& on, configuration current, agent_name const& whom);
    // Is none any more: 204; 409 for one of the configuration.
    call::checked<void> remove(server::exchange& on, configuration current, agent_name const& whom);
    // Is on a break, or is not: 200 and how the agent stands.
    call::checked<void> set_break(server::exchange& on, configuration current,
                                  agent_name const& whom, bool is_break);

  private:
    struct target {
        configuration current; // may be replaced before the answer
        config::account const* account = nullptr;
        std::string cli;
        codecs::media_kind format = codecs::media_kind::json;
    };

    call::checked<target> open(server::request const& req, configuration current,
                               agent_name const& whom) const;
    call::checked<void> show(server::exchange& on, target const& of, unsigned status) const;

    tables::backend& data_;
    tables::inbox& inbox_;
    queue::clock const& clock_;
};

} // namespace sluice::gateway::endpoints
