// Who is in the cluster, as one gateway sees it. Plain values: the membership makes a new view at
// each renewal and shares it; whoever asks other members, divides limits or shows the cluster
// reads it on any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sluice::queue::postgres {

struct member {
    std::string name;
    std::uint32_t log = 0; // its log; the number stands in the ids of the tasks it took
    std::string advertise; // address:port of its internal listener
    std::string version;   // of the program
    bool is_self = false;
    bool is_stopped = false; // it said good-bye
    bool is_alive = false;   // it renewed within a lease of ours
};

// A log whose tasks were taken over. Its ids are asked for at the logs that hold its slices.
struct adopted_log {
    std::uint32_t log = 0;
    std::vector<std::uint32_t> by; // logs
    // Nothing of it is left to be taken over; until then some of its tasks are nowhere to be asked.
    bool is_done = true;
};

struct members_view {
    std::vector<member> members; // by name
    std::vector<adopted_log> adopted;
    bool is_reachable = false; // the last renewal was answered
};

using shared_members = std::shared_ptr<members_view const>;

} // namespace sluice::queue::postgres
