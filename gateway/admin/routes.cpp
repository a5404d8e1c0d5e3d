#include "gateway/admin/routes.hpp"

#include <array>
#include <optional>

namespace sluice::gateway::admin {

namespace {

constexpr std::array all_routes{
    route{"GET", "/v1/destinations", operation::list_destinations},
    route{"GET", "/v1/destinations/{name}", operation::show_destination},
    route{"POST", "/v1/destinations/{name}/pause", operation::pause_destination},
    route{"POST", "/v1/destinations/{name}/resume", operation::resume_destination},
    route{"POST", "/v1/destinations/{name}/purge", operation::purge_destination},
    route{"GET", "/v1/tasks", operation::list_tasks},
    route{"POST", "/v1/tasks:cancel", operation::cancel_tasks},
    route{"GET", "/v1/tasks/{id}", operation::show_task},
    route{"DELETE", "/v1/tasks/{id}", operation::cancel_task},
    route{"GET", "/v1/tasks/{id}/explain", operation::explain_task},
    route{"POST", "/v1/tasks/{id}/replay", operation::replay_task},
    route{"GET", "/v1/dead", operation::list_dead},
    route{"POST", "/v1/dead:redrive", operation::redrive_many},
    route{"POST", "/v1/dead:purge", operation::purge_many},
    route{"POST", "/v1/dead/{id}/redrive", operation::redrive_dead},
    route{"DELETE", "/v1/dead/{id}", operation::purge_dead},
    route{"GET", "/v1/accounts", operation::list_accounts},
    route{"GET", "/v1/jobs", operation::list_jobs},
    route{"GET", "/v1/jobs/{id}", operation::show_job},
    route{"DELETE", "/v1/jobs/{id}", operation::stop_job},
    route{"GET", "/v1/events", operation::listen},
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
