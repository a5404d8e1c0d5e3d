// The answers of /livez and /readyz: named checks, each ok or failed with its reason. Pure
// functions over what the app observed; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::telemetry {

struct health_check {
    std::string name;
    bool is_ok = true;
    std::string detail; // Why it failed, or a fact worth knowing; one line, may be empty.
};

struct health_report {
    std::string_view name; // "livez" or "readyz"
    std::vector<health_check> checks;

    bool is_ok() const;
    unsigned status() const { return is_ok() ? 200 : 503; }
};

// A destination that tasks wait for and the configuration does not have.
struct unknown_destination {
    std::string name;
    std::uint64_t tasks = 0;
};

// What the app knows when it is asked.
struct health_inputs {
    std::string_view durability = "fsync"; // Shown, never failed.
    std::string start_waits_for;           // Empty: the start is over.
    bool is_draining = false;              // SIGTERM came.
    bool is_reload_refused = false;        // The last one; shown, never failed.
    bool has_storage_failed = false;
    std::string_view storage_error; // Of the operation that failed.
    bool is_disk_full = false;
    std::string store_trouble; // PostgreSQL is away, or the lease is over; empty: all is well.
    std::string cluster;       // How this gateway stands in its cluster; empty: there is none.
    std::string disk_trouble;  // Why the journal cannot go on for now; empty: it can.
    bool is_queue_full = false;
    std::uint64_t queue_tasks = 0, queue_tasks_limit = 0;
    std::uint64_t destinations = 0, destinations_held = 0; // Paused, disabled, breaker open.
    std::vector<unknown_destination> unknown;              // That tasks wait for.
    std::chrono::milliseconds core_silent_for{0};          // Since the core's last turn.
};

// The core counts as stuck after this long without a turn; it turns at least once a second.
inline constexpr std::chrono::seconds core_silence_limit{30};

// Whether the process should be kept: fails only where a restart helps.
health_report liveness(health_inputs const& inputs);
// Whether new calls should be sent here: fails while none would be taken.
health_report readiness(health_inputs const& inputs);

// "ok" or "readyz check failed" on one line; verbose: a line for each check as Kubernetes writes
// them: `[+]journal ok: durability fsync`, `[-]journal failed: fdatasync: Input/output error`.
std::string to_text(health_report const& report, bool is_verbose);
// `{"status":"ok","checks":[{"name":"journal","status":"failed","detail":"…"}]}`
std::string to_json(health_report const& report);

inline constexpr std::string_view health_text_type = "text/plain; charset=utf-8";

} // namespace sluice::gateway::telemetry
