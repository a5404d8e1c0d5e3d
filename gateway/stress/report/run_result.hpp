// What a run came to: every figure that is printed, written to a file or drawn. A plain value, made
// by `tally`, completed by whoever ran it.
#pragma once

#include "gateway/stress/report/histogram.hpp"
#include "gateway/stress/report/ledger.hpp"
#include "gateway/stress/report/objective.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sluice::gateway::stress {

// One second of the run.
struct timeline_point {
    double at_s = 0;     // its end
    double length_s = 1; // the last one may be shorter
    double planned = 0;  // requests a second, as all rates here
    double started = 0;
    double answered = 0; // 2xx
    double failed = 0;   // other answers, and none
    double p50_ms = 0, p90_ms = 0, p99_ms = 0, max_ms = 0;
    std::optional<double> in_queue; // Accepted and not delivered; of a stress run.
};

// How well the generator did what it was told; none of it says anything about the target.
struct generator_account {
    std::uint64_t planned = 0; // Due by the time the run ended.
    std::uint64_t started = 0;
    std::uint64_t started_in_time = 0; // Before the plan's end.
    std::uint64_t waited = 0; // Started late because every connection waited for an answer.
    std::uint64_t unsent = 0; // Due, and never started.
    histogram lag;            // Starts after their time although a connection was free, in ns.
    double busy_share = 0;    // Of one processor, by the generator's thread.
};

struct run_result {
    std::string command;     // "load" or "stress"
    std::string target;      // URL
    std::string began;       // RFC 3339, UTC
    double planned_rate = 0; // requests a second, on average
    double planned_s = 0;
    double duration_s = 0; // of the plan as far as it was run
    std::size_t connections = 0;
    bool is_interrupted = false;

    std::uint64_t answered = 0; // Any status.
    std::uint64_t accepted = 0; // 2xx
    std::uint64_t timeouts = 0;
    std::uint64_t errors = 0; // Everything but 2xx: statuses, failures, time-outs, unsent.
    std::map<unsigned, std::uint64_t> by_status;
    std::map<std::string, std::uint64_t> by_failure; // Kind: "connect", "cut", …

    histogram latency; // From the time planned to the answer: what a caller feels.
    histogram service; // From the time sent to the answer.
    generator_account generator;
    std::vector<timeline_point> timeline;

    std::optional<delivery_check> deliveries; // Of a stress run.
    std::uint64_t kills = 0;                  // Of the gateway, by --kill-every.
    double drain_s = 0;                       // From the last request to the last delivery.
    std::vector<judgement> judgements;
    std::vector<std::string> remarks; // Sentences for the reader.

    double started_rate() const {
        return duration_s > 0 ? static_cast<double>(generator.started_in_time) / duration_s : 0;
    }
};

// The figures that objectives name.
measured_values values_of(run_result const& result);

// Whether the generator kept its rate, in a sentence that says by how much not, and whether it or
// the lack of free connections was the cause.
std::string rate_sentence(run_result const& result);
// At least 99 % of what was due was started before the plan's end.
bool kept_its_rate(run_result const& result);
// It did not, and not because all connections waited for answers: what was measured says nothing
// about the target at this rate.
bool is_generator_at_its_limit(run_result const& result);

inline double to_ms(std::uint64_t ns) {
    return static_cast<double>(ns) / 1e6;
}

} // namespace sluice::gateway::stress
