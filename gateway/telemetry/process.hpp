// What the kernel says about this process: CPU time, memory, descriptors. Read from /proc when
// metrics are rendered, so on no hot path.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice::gateway::telemetry {

struct process_sample {
    double cpu_seconds = 0;        // User and system together.
    double start_time_seconds = 0; // Unix time.
    std::uint64_t resident_bytes = 0;
    std::uint64_t virtual_bytes = 0;
    std::uint64_t threads = 0;
    std::uint64_t open_descriptors = 0;
    std::uint64_t max_descriptors = 0;
};

// Fields that cannot be read stay 0.
process_sample read_process();

// The units that /proc/self/stat counts in.
struct stat_units {
    long ticks_per_second = 100;
    long page_bytes = 4096;
    double boot_time_seconds = 0; // `btime` of /proc/stat
};

// Reads the one line of /proc/self/stat (proc(5)); nothing when it is not one. The name of the
// program may hold spaces and parentheses.
std::optional<process_sample> parse_stat(std::string_view line, stat_units const& units);

} // namespace sluice::gateway::telemetry
