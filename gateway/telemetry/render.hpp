// The page /metrics: adds the threads' counters up, reads the gauges it is given and writes the
// Prometheus text. Called on the thread that serves the admin listener, a few times a minute.
#pragma once

#include "gateway/client/counters.hpp"
#include "gateway/telemetry/core_metrics.hpp"
#include "gateway/telemetry/families.hpp"
#include "gateway/telemetry/io_metrics.hpp"
#include "gateway/telemetry/log.hpp"
#include "gateway/telemetry/process.hpp"
#include "queue/core/engine.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::telemetry {

// One destination as it stands now.
struct destination_gauges {
    std::string name;
    bool is_paused = false, is_disabled = false, is_breaker_open = false;
    bool is_unknown = false; // Tasks wait for it, and the configuration does not have it.
    std::chrono::milliseconds oldest{0}; // Age of the oldest task that could have gone; 0: none.
    std::optional<double> rate = {};     // Attempts a second by the configuration; none: any.
    std::uint64_t scheduled = 0, ready = 0, in_flight = 0, retry_wait = 0, dead = 0; // Tasks.
    std::uint64_t live() const { return scheduled + ready + in_flight + retry_wait; }
    std::uint64_t limit = 0;                        // In flight at most, now.
    std::optional<std::uint64_t> retries_left = {}; // By the retry budget, now; none: no bound.
    std::uint64_t retries_held = 0;
    // Of a cluster: what this gateway holds of the limits, the rate as attempts a second.
    struct permits {
        std::optional<double> rate; // none: there is no limit of it
        std::uint64_t concurrency = 0;
    };
    std::optional<permits> held = {};
};
// `oldest` is for the caller to fill.
destination_gauges gauges_of(std::string_view name, queue::lane_view const& lane,
                             queue::lane_pace const& pace);

struct journal_gauges {
    std::uint64_t segments = 0;
    std::uint64_t bytes = 0;            // On disk, zeroed room ahead included.
    std::uint64_t live_bytes = 0;       // Records of tasks that are not finished.
    std::uint64_t limit_bytes = 0;      // limits.journal_bytes
    std::uint64_t history_tasks = 0;    // Finished tasks that can be looked up.
    std::uint64_t lost_history = 0;     // Finished tasks of which nothing could be kept.
    std::uint64_t gave_way_history = 0; // Finished tasks whose history made room before its time.
};

// A bound of [limits] as it holds now.
struct limit_gauge {
    std::string_view name; // its key
    std::uint64_t value = 0;
};

// What became of the configuration file at the start or at the last SIGHUP.
struct reload_gauges {
    bool was_taken = true;
    std::chrono::system_clock::time_point taken_at; // the configuration that is in force
};

struct build_info {
    std::string_view version;
    std::string_view revision;
    std::string_view compiler;
};

// Everything that a page of metrics is made from. Pointers may be null and vectors empty: what is
// missing is left out. They must live until render_metrics returns.
struct metrics_inputs {
    build_info build;
    std::string_view durability; // "fsync", "interval:50ms", "memory", "postgres", "replicated"
    std::vector<io_metrics const*> io;
    label_table const* routes = nullptr;
    core_metrics const* core = nullptr;
    std::vector<server::server_counters const*> listeners;
    std::vector<client::client_counters const*> clients; // one for each I/O thread
    std::optional<queue::engine_counts> counts;
    std::vector<destination_gauges> destinations;
    std::optional<journal_gauges> journal;
    std::vector<limit_gauge> limits;
    std::optional<reload_gauges> reload;
    std::optional<log_counts> log;
    std::optional<process_sample> process;
    // Parts that this room may not know add their families: the tables do.
    std::function<void(family_list&)> more;
};

std::string render_metrics(metrics_inputs const& inputs);

} // namespace sluice::gateway::telemetry
