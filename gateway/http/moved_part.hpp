// A part of some bytes as the same part of a copy of them. What is empty may point anywhere, and
// points nowhere afterwards. Pure.
#pragma once

#include <string_view>

namespace sluice::gateway::http {

inline std::string_view moved_part(std::string_view part, char const* from, char const* to) {
    if (part.empty()) return {};
    return {to + (part.data() - from), part.size()};
}

} // namespace sluice::gateway::http
