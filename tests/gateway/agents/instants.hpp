// Instants and breaks as the tests of agents write them.
#pragma once

#include "gateway/call/times.hpp"
#include "gateway/tables/agent.hpp"

#include <string_view>

namespace sluice::tests {

// "2026-03-29T00:30:00+01:00"; throws where it is no instant.
inline queue::wall_time at(std::string_view text) {
    return gateway::call::parse_instant(text).value();
}

// A break by the webhook; an empty end is an open one.
inline gateway::tables::agent_break a_break(std::string_view start, std::string_view end = {}) {
    gateway::tables::agent_break made;
    made.start = at(start);
    if (!end.empty()) made.end = at(end);
    return made;
}

} // namespace sluice::tests
