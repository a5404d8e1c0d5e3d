// Which admin call a method and a path mean. A table and a pure look-up; any thread. The paths are
// those of docs/openapi.yaml, which a test compares with this table.
#pragma once

#include "gateway/call/cluster.hpp"
#include "gateway/call/route_table.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace sluice::gateway::admin {

enum class operation : std::uint8_t {
    list_destinations,
    show_destination,
    pause_destination,
    resume_destination,
    purge_destination, // cancels what waits
    list_tasks,
    cancel_tasks, // by ids or a filter
    show_task,
    explain_task,
    cancel_task,
    replay_task, // a new task from an old one
    replay_many, // from finished ones, by ids or a filter
    list_dead,
    group_dead, // by destination and reason
    redrive_many,
    purge_many,
    redrive_dead,
    purge_dead,
    list_accounts,
    show_configuration, // as it is in force, without secrets
    list_jobs,
    show_job,
    stop_job,
    list_agents, // of one account
    add_agent,
    remove_agent,
    begin_break,
    end_break,
    list_links, // of one account
    show_link,
    list_users, // persons with variables, of one account
    show_user,
    list_planned,
    show_overview, // how the gateway did for a while
    show_cluster,
    listen // to events
};

struct route {
    std::string_view method;
    std::string_view pattern; // as in call/route_table.hpp
    admin::operation does{};
    call::spread concerns = call::spread::here; // in a cluster
    bool changes() const { return method != "GET"; }
};

std::span<route const> routes();

call::found_route<route> find_route(std::string_view method, std::string_view path);

} // namespace sluice::gateway::admin
