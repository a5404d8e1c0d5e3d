#include "gateway/stress/sink/sink_behaviour.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace sluice::gateway::stress {

namespace {

constexpr unsigned failed = 500;
constexpr unsigned down = 503;
// What a log-normal variate would exceed about once in a million is cut here, so that one draw
// cannot hold a connection for ever.
constexpr double longest_drawn_us = 3600e6;

} // namespace

behaviour::behaviour(behaviour_options options, std::uint64_t seed)
    : random_(seed) {
    configure(std::move(options));
}

void behaviour::configure(behaviour_options options) {
    options_ = std::move(options);
    total_weight_ = 0;
    for (auto const& one : options_.statuses)
        total_weight_ += one.weight;
}

reaction behaviour::next(std::chrono::milliseconds since_start) {
    if (happens(options_.reset_rate)) return {reaction::kind::reset, 0, {}, {}, {}};
    if (happens(options_.half_close_rate)) return {reaction::kind::half_close, 0, {}, {}, {}};
    if (happens(options_.hang_rate)) return {reaction::kind::hang, 0, {}, {}, {}};
    reaction r;
    if (since_start < options_.fail_for) {
        r.status = down;
    } else if (happens(options_.fail_rate)) {
        r.status = failed;
    } else {
        r.status = pick_status();
    }
    r.delay = pick_delay();
    r.body_time = options_.slow_body;
    if (r.status == 429 || r.status == 503) r.retry_after = options_.retry_after;
    return r;
}

bool behaviour::happens(double rate) {
    if (rate <= 0) return false;
    return std::uniform_real_distribution<double>(0, 1)(random_) < rate;
}

unsigned behaviour::pick_status() {
    auto const& all = options_.statuses;
    if (all.size() == 1) return all.front().status;
    auto left = std::uniform_real_distribution<double>(0, total_weight_)(random_);
    for (auto const& one : all) {
        if (left < one.weight) return one.status;
        left -= one.weight;
    }
    return all.back().status;
}

std::chrono::microseconds behaviour::pick_delay() {
    auto const& v = options_.latency.values;
    auto const us = [](std::chrono::microseconds t) { return static_cast<double>(t.count()); };
    double drawn = 0;
    switch (options_.latency.shape) {
    case latency_model::kind::constant:
        return v.front();
    case latency_model::kind::choice:
        return v[std::uniform_int_distribution<std::size_t>(0, v.size() - 1)(random_)];
    case latency_model::kind::normal:
        drawn = std::normal_distribution<double>(us(v[0]), us(v[1]))(random_);
        break;
    case latency_model::kind::log_normal: {
        // The median is e^mu; one deviation above it lie 84 % of all.
        auto const deviation = std::log(us(v[1]) / us(v[0]));
        drawn = std::lognormal_distribution<double>(std::log(us(v[0])), deviation)(random_);
        break;
    }
    }
    return std::chrono::microseconds(
        static_cast<std::int64_t>(std::clamp(drawn, 0.0, longest_drawn_us)));
}

} // namespace sluice::gateway::stress
