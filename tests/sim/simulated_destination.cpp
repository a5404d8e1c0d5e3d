#include "tests/sim/simulated_destination.hpp"

#include <algorithm>

namespace sluice::tests {

using namespace std::chrono_literals;

simulated_destination::simulated_destination(simulated_clock const& clock, std::mt19937_64& random)
    : clock_(clock)
    , random_(random) {}

void simulated_destination::set_lane(queue::lane_id lane, queue::lane_options const& options) {
    auto& state = lanes_[lane];
    state.options = options;
    state.in_flight = 0;
    // A gateway that starts has a full bucket: the promise is rate x t + burst for each life.
    state.tokens = static_cast<double>(options.burst);
    state.filled_at = clock_.now().mono;
}

void simulated_destination::violate(std::string what, queue::attempt const& a) {
    violations_.push_back(std::move(what) + ": task " + to_string(a.id));
}

void simulated_destination::check(queue::attempt const& a, lane_state& lane) {
    auto const now = clock_.now();
    // A task that was due before the wall clock was set back stays due.
    if (clock_.latest_wall() < a.not_before) violate("sent early", a);
    if (told_delivered_.contains(a.id)) violate("sent again after its delivery was known", a);
    if (++lane.in_flight > lane.options.concurrency) violate("too many in flight", a);
    if (lane.options.rate == 0 || !judges_rates_) return;
    auto const passed = std::chrono::duration<double, std::micro>(now.mono - lane.filled_at);
    auto const gained = passed.count() * static_cast<double>(lane.options.rate) /
                        static_cast<double>(lane.options.period.count());
    lane.tokens = std::min(lane.tokens + gained, static_cast<double>(lane.options.burst)) - 1;
    lane.filled_at = now.mono;
    if (lane.tokens < -1e-6) violate("faster than its rate", a);
}

queue::outcome simulated_destination::draw_outcome() {
    queue::outcome out;
    out.verdict = queue::verdict::delivered;
    out.status = 200;
    auto const draw = is_healed_ ? 0 : random_() % 100;
    if (draw >= 90) {
        out.verdict = queue::verdict::final_failure;
        out.status = 400;
    } else if (draw >= 80) {
        out.verdict = queue::verdict::retry;
        out.status = 503;
        out.retry_after = std::chrono::milliseconds(random_() % 3000);
    } else if (draw >= 65) {
        out.verdict = queue::verdict::retry;
        out.status = 0;
        out.cause = draw >= 72 ? queue::cause::cut : queue::cause::connect;
    }
    return out;
}

void simulated_destination::send(queue::attempt&& a, queue::outcome_sink& sink) {
    check(a, lanes_[a.lane]);
    auto const latency = std::chrono::milliseconds(random_() % 400);
    exchange e{std::move(a), &sink, draw_outcome()};
    e.result.duration = latency;
    if (e.result.verdict == queue::verdict::delivered) delivered_.insert(e.what.id);
    under_way_.emplace(clock_.now().mono + latency, std::move(e));
}

void simulated_destination::answer_due() {
    while (!under_way_.empty() && under_way_.begin()->first <= clock_.now().mono) {
        auto e = std::move(under_way_.begin()->second);
        under_way_.erase(under_way_.begin());
        --lanes_[e.what.lane].in_flight;
        if (e.result.verdict == queue::verdict::delivered) told_delivered_.insert(e.what.id);
        e.sink->on_outcome(std::move(e.what), std::move(e.result));
    }
}

void simulated_destination::forget_gateway() {
    under_way_.clear();
    // What the gateway knew may not have reached its disk: after a crash it may send again.
    told_delivered_.clear();
}

} // namespace sluice::tests
