// The admin calls about agents, at `/v1/accounts/{account}/agents` of the admin listener: who is an
// agent, and breaks set by hand. Whoever routes there has checked the admin token. Belongs to one
// thread, whose inbox it is given.
#pragma once

#include "codecs/media_type.hpp"
#include "gateway/plan/resolved_configuration.hpp"
#include "gateway/server/exchange.hpp"
#include "gateway/tables/tables.hpp"
#include "queue/dispatch/clock.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::gateway::endpoints {

// The parts of a path that belongs here, not decoded.
struct agent_path {
    std::string_view account;
    std::string_view rest; // behind "/agents": empty, or with its slash
};
// Nothing for any other path.
std::optional<agent_path> parse_agent_path(std::string_view path);

class agent_admin {
  public:
    agent_admin(tables::backend& data, tables::inbox& inbox, queue::clock const& clock)
        : data_(data)
        , inbox_(inbox)
        , clock_(clock) {}

    // Answers in the end. What stands behind "/agents" says what is asked:
    //   GET    ""             all agents, as /v1/agents shows them
    //   PUT    "/{cli}"       is an agent: 201, or 200 where it was
    //   DELETE "/{cli}"       is none any more: 204, 404, or 409 for one of the configuration
    //   PUT    "/{cli}/break" is on a break: 200 and how the agent stands, or 404
    //   DELETE "/{cli}/break" is not: the same
    void handle(server::exchange& on, std::shared_ptr<plan::resolved_configuration const> current,
                agent_path const& path);

  private:
    struct target {
        std::shared_ptr<plan::resolved_configuration const>
            current; // may be replaced before the answer
        config::account const* account = nullptr;
        std::string cli;
        codecs::media_kind format = codecs::media_kind::json;
    };

    void add(server::exchange& on, target const& of);
    void remove(server::exchange& on, target const& of);
    void set_break(server::exchange& on, target const& of, bool is_break);
    void show(server::exchange& on, target const& of, unsigned status);

    tables::backend& data_;
    tables::inbox& inbox_;
    queue::clock const& clock_;
};

} // namespace sluice::gateway::endpoints
