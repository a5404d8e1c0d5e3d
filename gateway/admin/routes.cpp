#include "gateway/admin/routes.hpp"

#include <array>
#include <optional>

namespace sluice::gateway::admin {

namespace {

constexpr std::array all_routes{
    route{"GET", "/v1/destinations", call::list_destinations},
    route{"GET", "/v1/destinations/{name}", call::show_destination},
    route{"POST", "/v1/destinations/{name}/pause", call::pause_destination},
    route{"POST", "/v1/destinations/{name}/resume", call::resume_destination},
    route{"POST", "/v1/destinations/{name}/purge", call::purge_destination},
    route{"GET", "/v1/tasks", call::list_tasks},
    route{"POST", "/v1/tasks:cancel", call::cancel_tasks},
    route{"GET", "/v1/tasks/{id}", call::show_task},
    route{"DELETE", "/v1/tasks/{id}", call::cancel_task},
    route{"GET", "/v1/tasks/{id}/explain", call::explain_task},
    route{"POST", "/v1/tasks/{id}/replay", call::replay_task},
    route{"GET", "/v1/dead", call::list_dead},
    route{"POST", "/v1/dead:redrive", call::redrive_many},
    route{"POST", "/v1/dead:purge", call::purge_many},
    route{"POST", "/v1/dead/{id}/redrive", call::redrive_dead},
    route{"DELETE", "/v1/dead/{id}", call::purge_dead},
    route{"GET", "/v1/accounts", call::list_accounts},
    route{"GET", "/v1/jobs", call::list_jobs},
    route{"GET", "/v1/jobs/{id}", call::show_job},
    route{"DELETE", "/v1/jobs/{id}", call::stop_job},
    route{"GET", "/v1/events", call::listen},
};

// The segment in the place of "{…}", empty for a pattern without one; nothing: no match.
std::optional<std::string_view> match(std::string_view pattern, std::string_view path) {
    auto const open = pattern.find('{');
    if (open == pattern.npos) {
        if (pattern != path) return std::nullopt;
        return std::string_view();
    }
    auto const behind = pattern.substr(pattern.find('}') + 1);
    if (path.size() <= open + behind.size()) return std::nullopt;
    if (path.substr(0, open) != pattern.substr(0, open)) return std::nullopt;
    if (!path.ends_with(behind)) return std::nullopt;
    auto const name = path.substr(open, path.size() - open - behind.size());
    if (name.find('/') != name.npos) return std::nullopt;
    return name;
}

} // namespace

std::span<route const> routes() {
    return all_routes;
}

route_match find_route(std::string_view method, std::string_view path) {
    route_match result;
    // The answer to HEAD is that to GET, without its body.
    if (method == "HEAD") method = "GET";
    for (auto const& each : all_routes) {
        auto const name = match(each.pattern, path);
        if (!name) continue;
        if (each.method == method) {
            result.found = &each;
            result.name = *name;
            result.allow.clear();
            return result;
        }
        if (!result.allow.empty()) result.allow += ", ";
        result.allow += each.method;
        if (each.method == "GET") result.allow += ", HEAD";
    }
    return result;
}

} // namespace sluice::gateway::admin
