#include "gateway/admin/routes.hpp"

#include <array>

namespace sluice::gateway::admin {

namespace {

using call::spread;

constexpr std::array all_routes{
    route{"GET", "/v1/destinations", operation::list_destinations, spread::destinations},
    route{"GET", "/v1/destinations/{name}", operation::show_destination, spread::destination},
    route{"POST", "/v1/destinations/{name}/pause", operation::pause_destination,
          spread::lane_change},
    route{"POST", "/v1/destinations/{name}/resume", operation::resume_destination,
          spread::lane_change},
    route{"POST", "/v1/destinations/{name}/purge", operation::purge_destination, spread::bulk},
    route{"GET", "/v1/tasks", operation::list_tasks, spread::tasks},
    route{"POST", "/v1/tasks:cancel", operation::cancel_tasks, spread::bulk},
    route{"POST", "/v1/tasks:replay", operation::replay_many, spread::bulk},
    route{"GET", "/v1/tasks/{id}", operation::show_task, spread::task},
    route{"DELETE", "/v1/tasks/{id}", operation::cancel_task, spread::task},
    route{"GET", "/v1/tasks/{id}/explain", operation::explain_task, spread::task},
    route{"POST", "/v1/tasks/{id}/replay", operation::replay_task, spread::task},
    route{"GET", "/v1/dead", operation::list_dead, spread::tasks},
    route{"GET", "/v1/dead:groups", operation::group_dead, spread::dead_groups},
    route{"POST", "/v1/dead:redrive", operation::redrive_many, spread::bulk},
    route{"POST", "/v1/dead:purge", operation::purge_many, spread::bulk},
    route{"POST", "/v1/dead/{id}/redrive", operation::redrive_dead, spread::task},
    route{"DELETE", "/v1/dead/{id}", operation::purge_dead, spread::task},
    route{"GET", "/v1/accounts", operation::list_accounts},
    route{"GET", "/v1/config", operation::show_configuration},
    route{"GET", "/v1/accounts/{account}/agents", operation::list_agents},
    route{"PUT", "/v1/accounts/{account}/agents/{cli}", operation::add_agent},
    route{"DELETE", "/v1/accounts/{account}/agents/{cli}", operation::remove_agent},
    route{"PUT", "/v1/accounts/{account}/agents/{cli}/break", operation::begin_break},
    route{"DELETE", "/v1/accounts/{account}/agents/{cli}/break", operation::end_break},
    route{"GET", "/v1/accounts/{account}/links", operation::list_links},
    route{"GET", "/v1/accounts/{account}/links/{code}", operation::show_link},
    route{"GET", "/v1/accounts/{account}/users", operation::list_users},
    route{"GET", "/v1/accounts/{account}/users/{contact}", operation::show_user},
    route{"GET", "/v1/accounts/{account}/agents/{cli}/planned", operation::list_planned},
    route{"GET", "/v1/overview", operation::show_overview, spread::figures},
    route{"GET", "/v1/jobs", operation::list_jobs, spread::jobs},
    route{"GET", "/v1/jobs/{id}", operation::show_job, spread::job},
    route{"DELETE", "/v1/jobs/{id}", operation::stop_job, spread::job},
    route{"GET", "/v1/cluster", operation::show_cluster},
    route{"GET", "/v1/events", operation::listen},
};

} // namespace

std::span<route const> routes() {
    return all_routes;
}

call::found_route<route> find_route(std::string_view method, std::string_view path) {
    return call::find_route(routes(), method, path);
}

} // namespace sluice::gateway::admin
