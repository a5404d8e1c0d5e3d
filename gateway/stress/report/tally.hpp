// Counts a run as it happens and keeps its course, one point a second. Pure: it is told what
// happened and when (times from the start of the run). One thread. Bounded: two histograms and one
// of the current second, and a point for each second up to a day.
#pragma once

#include "gateway/stress/report/run_result.hpp"
#include "queue/core/outcome.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace sluice::gateway::stress {

// When a request was to start and did.
struct request_start {
    std::uint64_t number = 0; // from 0
    std::chrono::nanoseconds planned{0};
    std::chrono::nanoseconds started{0};
    // Since when a connection was free for it; before `planned` where none was waited for.
    std::chrono::nanoseconds free_since{0};
};

// How it ended.
struct request_end {
    std::uint64_t number = 0;
    unsigned status = 0; // 0: no answer, for `cause`
    queue::cause cause = queue::cause::answered;
    std::chrono::nanoseconds planned{0};
    std::chrono::nanoseconds started{0};
    std::chrono::nanoseconds ended{0};

    bool is_accepted() const { return status >= 200 && status < 300; }
    bool is_timeout() const {
        return cause == queue::cause::timeout_before_send ||
               cause == queue::cause::timeout_after_send;
    }
};

// What the progress line shows.
struct progress {
    double at_s = 0;
    double rate = 0; // answered in the last second
    std::uint64_t accepted = 0;
    std::uint64_t errors = 0;
    double p50_ms = 0, p99_ms = 0;
    std::optional<double> in_queue;
};

class tally {
  public:
    void on_start(request_start const& what, bool is_within_plan);
    void on_end(request_end const& what);
    // A request that was due and is given up; it counts with the time it has waited.
    void on_unsent(std::chrono::nanoseconds planned, std::chrono::nanoseconds now);

    // Ends the current second. `planned_rate`: of the plan, in it.
    void end_second(std::chrono::nanoseconds now, double planned_rate,
                    std::optional<double> in_queue);

    progress now() const;
    std::uint64_t started() const { return result_.generator.started; }

    // The counts and the course so far.
    run_result const& result() const { return result_; }

    static constexpr std::size_t most_points = 86'400;

  private:
    void extend_last(double length);
    void record_latency(std::chrono::nanoseconds from, std::chrono::nanoseconds to);

    run_result result_;
    histogram second_;
    std::uint64_t started_in_second_ = 0;
    std::uint64_t accepted_in_second_ = 0;
    std::uint64_t failed_in_second_ = 0;
    std::chrono::nanoseconds second_began_{0};
};

} // namespace sluice::gateway::stress
