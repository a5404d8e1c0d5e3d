#include "gateway/call/fields.hpp"

#include <fmt/format.h>

namespace sluice::gateway::call {

std::string missing_pointer(codecs::variables const& call, std::string_view bare) {
    if (!call.empty()) {
        auto const& known = call.begin()->pointer;
        if (!known.starts_with('/')) return std::string(bare); // a form
        if (known.starts_with("/keys/")) return "/keys";
        if (auto const slash = known.find('/', 1); slash != known.npos) {
            return known.substr(0, slash + 1).append(bare); // XML: below its root
        }
    }
    return std::string("/").append(bare);
}

codecs::variable const* required_field(codecs::variables const& call, std::string_view full,
                                       std::string_view bare, field_problems& found) {
    auto const* variable = call.find(full);
    if (!variable) {
        found.push_back({missing_pointer(call, bare), fmt::format("{} is missing.", bare)});
        return nullptr;
    }
    if (variable->is_list) {
        found.push_back(
            {variable->pointer, fmt::format("{} must be one value, not a list.", bare)});
        return nullptr;
    }
    if (variable->value().empty()) {
        found.push_back({variable->pointer, fmt::format("{} must not be empty.", bare)});
        return nullptr;
    }
    return variable;
}

} // namespace sluice::gateway::call
