// A listener's routes as a table: which row a method and a path mean, and which methods a path has.
// A row is a type of the listener's own with `method` and `pattern`. Pure look-ups; any thread.
//
// A pattern is a path in which "{name}" stands for one segment that is not empty, and "{name*}" at
// the end for whatever follows. The method "*" means every method that the server takes; the answer
// to HEAD is that to GET, without its body (RFC 9110 section 9.3.2).
#pragma once

#include "gateway/call/refusal.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sluice::gateway::call {

// What of the path stands in the places of "{…}", as it came; empty for those that are not there.
using path_names = std::array<std::string_view, 2>;

// Nothing where the path is another one.
std::optional<path_names> match_path(std::string_view pattern, std::string_view path);

inline constexpr std::string_view any_method = "*";

template <class Route>
struct found_route {
    Route const* row = nullptr; // null: there is none for this method and path
    path_names names;
};

template <class Route>
found_route<Route> find_route(std::span<Route const> table, std::string_view method,
                              std::string_view path) {
    if (method == "HEAD") method = "GET";
    for (auto const& row : table) {
        if (row.method != method && row.method != any_method) continue;
        if (auto const names = match_path(row.pattern, path)) return {&row, *names};
    }
    return {};
}

// Of a call that no row is for: 405 with the methods that the path has, 404 where it has none.
// `allow` is where the list of methods is kept, for as long as the refusal.
template <class Route>
refusal unrouted(std::span<Route const> table, std::string_view path, std::string& allow) {
    allow.clear();
    for (auto const& row : table) {
        if (!match_path(row.pattern, path)) continue;
        allow.append(allow.empty() ? "" : ", ").append(row.method);
        if (row.method == "GET") allow += ", HEAD";
    }
    if (allow.empty()) return {.status = 404, .detail = "There is nothing at this path."};
    return {.status = 405, .detail = "The method is not allowed here.", .allow = allow};
}

} // namespace sluice::gateway::call
