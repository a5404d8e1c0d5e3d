#include "gateway/tables/user.hpp"

#include <algorithm>

namespace sluice::gateway::tables {

bool merge(user_variables& into, user_change const& change, wall_time now) {
    auto const place = std::ranges::lower_bound(into, change.name, {}, &user_variable::name);
    bool const is_known = place != into.end() && place->name == change.name;
    if (!change.value) {
        if (is_known) into.erase(place);
        return is_known;
    }
    if (!is_known) {
        into.insert(place, {change.name, *change.value, now});
        return true;
    }
    if (place->value == *change.value) return false;
    place->value = *change.value;
    place->updated = now;
    return true;
}

} // namespace sluice::gateway::tables
