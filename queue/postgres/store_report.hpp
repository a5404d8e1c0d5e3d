// What stands in a cluster's database, for a person: members, logs, standbys, sizes. Read by the
// commands `sluice store stats` and `sluice cluster status`; changes nothing. Blocking.
#pragma once

#include "queue/postgres/connection.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sluice::queue::postgres {

struct reported_member {
    std::string name;
    std::uint32_t log = 0;
    bool is_stopped = false;
    bool is_adopted = false; // others have its log
    std::chrono::milliseconds lease{0};
    std::chrono::milliseconds silent{0}; // since it renewed, by the database's clock
    std::string host;
    int pid = 0;
    std::string advertise;
    std::string version;
    std::string started_at;
};

struct reported_log {
    std::uint32_t log = 0;
    std::int64_t epoch = 0;
    std::string owner; // who raised the fence last
    std::uint64_t segments = 0;
    std::uint64_t bytes = 0;                 // of its tables
    std::optional<std::uint32_t> adopted_by; // the log of whoever began it
    bool is_adoption_done = false;
};

struct reported_standby {
    std::string name;
    std::string state;      // streaming, catchup, …
    std::string sync_state; // async, sync, quorum, potential
    std::uint64_t lag_bytes = 0;
};

struct store_report {
    std::vector<reported_member> members;   // by name
    std::vector<reported_log> logs;         // by number
    std::vector<reported_standby> standbys; // those that the role may see
    std::uint64_t bytes = 0;                // of the whole schema
};

// The connection's errors.
boost::system::result<store_report> read_report(connection& from);

} // namespace sluice::queue::postgres
