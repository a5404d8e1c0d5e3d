// The variables that an account keeps about a person (`$user.key.*`), as values. A person is
// known by the contact: country code and digits, or what was written where that is no number.
#pragma once

#include "queue/core/time.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace sluice::gateway::tables {

using queue::wall_time;

struct user_variable {
    std::string name; // in full, "$user.key.city"
    std::string value;
    wall_time updated{};
};

// In the order of their names.
using user_variables = std::vector<user_variable>;

struct user_change {
    std::string name;
    std::optional<std::string> value; // none: the variable is taken away
};

struct user_update {
    std::string account;
    std::string contact;
    std::vector<user_change> changes; // each name once
    std::size_t max_keys = 0;         // of the person, afterwards
    wall_time now{};
};

// Merges one change into variables that are in order; says whether that changed anything.
bool merge(user_variables& into, user_change const& change, wall_time now);

} // namespace sluice::gateway::tables
