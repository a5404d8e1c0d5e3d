#include "gateway/stress/report/tally.hpp"

#include <algorithm>
#include <string>

namespace sluice::gateway::stress {

namespace {

using std::chrono::nanoseconds;

// A connection that was taken for a request at once was free before it: anything below is the loop
// going round.
constexpr nanoseconds wait_noise{50'000};
// What is left over at the run's end would be a point that jumps.
constexpr double shortest_second = 0.3;

std::uint64_t between(nanoseconds from, nanoseconds to) {
    return static_cast<std::uint64_t>(std::max<nanoseconds::rep>(0, (to - from).count()));
}

} // namespace

void tally::on_start(request_start const& what, bool is_within_plan) {
    auto& g = result_.generator;
    ++g.started;
    ++started_in_second_;
    if (is_within_plan) ++g.started_in_time;
    if (what.free_since > what.planned + wait_noise) ++g.waited;
    g.lag.record(between(std::max(what.planned, what.free_since), what.started));
}

void tally::record_latency(nanoseconds from, nanoseconds to) {
    auto const latency = between(from, to);
    result_.latency.record(latency);
    second_.record(latency);
}

// A time-out counts as an answer that took that long: leaving it out would make a target that
// hangs look fast. A refused or broken connection has no latency.
void tally::on_end(request_end const& what) {
    if (what.status != 0) {
        ++result_.answered;
        ++result_.by_status[what.status];
    } else {
        ++result_.by_failure[std::string(queue::to_string(what.cause))];
        if (what.is_timeout()) ++result_.timeouts;
    }
    if (what.status != 0 || what.is_timeout()) {
        record_latency(what.planned, what.ended);
        result_.service.record(between(what.started, what.ended));
    }
    if (what.is_accepted()) {
        ++result_.accepted;
        ++accepted_in_second_;
    } else {
        ++result_.errors;
        ++failed_in_second_;
    }
}

void tally::on_unsent(nanoseconds planned, nanoseconds now) {
    ++result_.generator.unsent;
    ++result_.errors;
    record_latency(planned, now);
}

void tally::end_second(nanoseconds now, double planned_rate, std::optional<double> in_queue) {
    auto const length = static_cast<double>((now - second_began_).count()) / 1e9;
    if (length < shortest_second && !result_.timeline.empty()) {
        extend_last(length);
    } else if (length > 0 && result_.timeline.size() < most_points) {
        timeline_point point;
        point.at_s = static_cast<double>(now.count()) / 1e9;
        point.length_s = length;
        point.planned = planned_rate;
        point.started = static_cast<double>(started_in_second_) / length;
        point.answered = static_cast<double>(accepted_in_second_) / length;
        point.failed = static_cast<double>(failed_in_second_) / length;
        point.p50_ms = to_ms(second_.percentile(50));
        point.p90_ms = to_ms(second_.percentile(90));
        point.p99_ms = to_ms(second_.percentile(99));
        point.max_ms = to_ms(second_.max());
        point.in_queue = in_queue;
        result_.timeline.push_back(point);
    }
    if (second_.count() > 0) second_.clear();
    started_in_second_ = accepted_in_second_ = failed_in_second_ = 0;
    second_began_ = now;
}

// The rates of the last point become those of a little more than its second.
void tally::extend_last(double length) {
    auto& last = result_.timeline.back();
    auto const together = last.length_s + length;
    auto const add = [&](double& rate, std::uint64_t count) {
        rate = (rate * last.length_s + static_cast<double>(count)) / together;
    };
    add(last.started, started_in_second_);
    add(last.answered, accepted_in_second_);
    add(last.failed, failed_in_second_);
    last.max_ms = std::max(last.max_ms, to_ms(second_.max()));
    last.at_s += length;
    last.length_s = together;
}

progress tally::now() const {
    progress out;
    out.accepted = result_.accepted;
    out.errors = result_.errors;
    if (result_.timeline.empty()) return out;
    auto const& last = result_.timeline.back();
    out.at_s = last.at_s;
    out.rate = last.answered;
    out.p50_ms = last.p50_ms;
    out.p99_ms = last.p99_ms;
    out.in_queue = last.in_queue;
    return out;
}

} // namespace sluice::gateway::stress
