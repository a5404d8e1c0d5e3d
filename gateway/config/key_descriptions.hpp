// What each key of the file is for, and what holds where it is absent: the half of the reference
// that the readers do not know. Defaults are taken from the values themselves.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::config {

struct key_description {
    std::string table; // as in key_note
    std::string key;
    std::string fallback; // as it would be written; "must" where there is none
    std::string what;
};

// Every key, in the order of the reference.
std::vector<key_description> key_descriptions();

} // namespace sluice::gateway::config
