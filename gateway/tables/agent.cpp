#include "gateway/tables/agent.hpp"

#include <algorithm>

namespace sluice::gateway::tables {

std::string_view to_string(break_source source) {
    return source == break_source::webhook ? "webhook" : "admin";
}

std::optional<break_source> to_break_source(std::string_view text) {
    for (auto const source : {break_source::webhook, break_source::admin}) {
        if (text == to_string(source)) return source;
    }
    return std::nullopt;
}

std::optional<wall_time> change_time(std::optional<agent_break> const& last, bool on_break,
                                     wall_time at) {
    bool const is_on = last && !last->end;
    if (is_on == on_break) return std::nullopt;
    if (!last) return at;
    return std::max(last->end.value_or(last->start), at);
}

} // namespace sluice::gateway::tables
