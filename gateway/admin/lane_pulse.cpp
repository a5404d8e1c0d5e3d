#include "gateway/admin/lane_pulse.hpp"

#include "gateway/telemetry/failure_text.hpp"

namespace sluice::gateway::admin {

namespace {

constexpr std::size_t most_text = 300; // bytes of an error

} // namespace

void lane_pulse::on_failure(std::string_view destination, queue::outcome const& why,
                            queue::wall_time at) {
    auto found = courses_.find(destination);
    if (found == courses_.end()) found = courses_.emplace(destination, course()).first;
    found->second.last_error = {at, telemetry::failure_text(why).substr(0, most_text)};
}

lane_pulse::totals lane_pulse::totals_of(telemetry::lane_counters const& from) {
    totals sum;
    for (auto const& each : from.attempts)
        sum.attempts += each.get();
    sum.delivered =
        from.attempts[static_cast<std::size_t>(telemetry::attempt_outcome::delivered)].get();
    return sum;
}

void lane_pulse::tick(telemetry::core_metrics const& from, queue::mono_time now) {
    if (now - looked_at_ < step) return;
    looked_at_ = now;
    for (auto const* lane : from.lanes()) {
        auto& course = courses_[lane->name];
        course.now = lane;
        course.before[next_] = totals_of(*lane);
    }
    next_ = (next_ + 1) % steps;
}

lane_reading lane_pulse::of(std::string_view destination) const {
    lane_reading reading;
    auto const found = courses_.find(destination);
    if (found == courses_.end()) return reading;
    auto const& course = found->second;
    reading.last_error = course.last_error;
    if (!course.now) return reading;
    auto const now = totals_of(*course.now);
    reading.attempts = now.attempts - course.before[next_].attempts;
    reading.delivered = now.delivered - course.before[next_].delivered;
    return reading;
}

} // namespace sluice::gateway::admin
