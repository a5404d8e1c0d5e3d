#include "gateway/telemetry/label_table.hpp"

#include <algorithm>

namespace sluice::gateway::telemetry {

std::uint32_t label_table::intern(std::string_view value) {
    std::lock_guard lock(mutex_);
    auto const found = std::find(names_.begin(), names_.end(), value);
    if (found != names_.end()) return static_cast<std::uint32_t>(found - names_.begin());
    if (names_.size() >= series_limit) return 0;
    names_.emplace_back(value);
    return static_cast<std::uint32_t>(names_.size() - 1);
}

std::string label_table::name(std::uint32_t number) const {
    std::lock_guard lock(mutex_);
    return number < names_.size() ? names_[number] : std::string(other_label);
}

} // namespace sluice::gateway::telemetry
