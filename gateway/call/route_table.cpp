#include "gateway/call/route_table.hpp"

namespace sluice::gateway::call {

std::optional<path_names> match_path(std::string_view pattern, std::string_view path) {
    path_names names;
    for (auto& name : names) {
        auto const open = pattern.find('{');
        if (open == pattern.npos) break;
        if (path.substr(0, open) != pattern.substr(0, open)) return std::nullopt;
        path.remove_prefix(open);
        auto const close = pattern.find('}', open);
        if (pattern[close - 1] == '*') {
            name = path;
            return names;
        }
        pattern.remove_prefix(close + 1);
        auto const segment = path.substr(0, path.find('/'));
        auto const behind = pattern.substr(0, pattern.find('/')); // ":run" of "{id}:run"
        if (segment.size() <= behind.size() || !segment.ends_with(behind)) return std::nullopt;
        name = segment.substr(0, segment.size() - behind.size());
        path.remove_prefix(name.size());
    }
    if (pattern != path) return std::nullopt;
    return names;
}

} // namespace sluice::gateway::call
