// What came of asking for a name.
#pragma once

#include "gateway/config/network.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace sluice::gateway::client {

enum class name_result : std::uint8_t {
    found,
    no_such_name, // the name servers say so: no name, or none with an address
    failed,       // no answer, or one without sense
    not_asked     // nobody was asked: no room in the line, no descriptor; says nothing of the name
};

struct name_answer {
    name_result result = name_result::failed;
    std::vector<config::ip_address> addresses; // in the order to try them; not empty where found
    std::chrono::seconds ttl{0};               // as given, where found
    std::string error;                         // one line, where not found
};

} // namespace sluice::gateway::client
