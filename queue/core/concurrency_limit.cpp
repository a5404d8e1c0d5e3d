#include "queue/core/concurrency_limit.hpp"

#include <algorithm>
#include <cmath>

namespace sluice::queue {

namespace {

constexpr double first_limit = 8;           // a new lane begins slowly
constexpr double tolerance = 2.0;           // latency up to twice the usual is no queue yet
constexpr double steepest = 0.5;            // a window takes at most half away
constexpr double smoothing = 0.5;           // of a window's verdict, what is done at once
constexpr double after_overload = 0.75;     // of the limit
constexpr double overload_share = 0.1;      // of a window: fewer are noise
constexpr std::uint32_t most_overloads = 5; // end a window early
constexpr double least_window = 20;         // attempts
constexpr std::chrono::milliseconds shortest_window{100};

constexpr double falling = 0.1;        // how fast the usual latency follows
constexpr double rising = 0.05;        // while the lane is not full
constexpr double rising_at_rest = 0.2; // while the limit is as low as it gets

} // namespace

concurrency_limit::concurrency_limit(std::uint32_t least, std::uint32_t most)
    : least_(std::max(least, 1u))
    , most_(std::max(least_, static_cast<double>(most)))
    , limit_(std::clamp(first_limit, least_, most_)) {}

void concurrency_limit::reconfigure(std::uint32_t least, std::uint32_t most) {
    least_ = std::max(least, 1u);
    most_ = std::max(least_, static_cast<double>(most));
    limit_ = std::clamp(limit_, least_, most_);
}

std::uint32_t concurrency_limit::limit() const {
    return static_cast<std::uint32_t>(limit_);
}

std::chrono::microseconds concurrency_limit::usual_latency() const {
    return std::chrono::microseconds(std::llround(usual_us_));
}

void concurrency_limit::on_answer(std::chrono::microseconds latency, std::uint32_t in_flight,
                                  mono_time now) {
    sum_us_ += static_cast<double>(std::max<std::int64_t>(latency.count(), 1));
    ++answers_;
    count(in_flight, now);
}

void concurrency_limit::on_overload(std::uint32_t in_flight, mono_time now) {
    ++overloads_;
    count(in_flight, now);
}

void concurrency_limit::count(std::uint32_t in_flight, mono_time now) {
    if (answers_ + overloads_ == 1) begun_ = now;
    peak_ = std::max(peak_, in_flight);
    if (now - begun_ < shortest_window) return;
    bool const is_whole = answers_ + overloads_ >= std::max(least_window, limit_);
    if (is_whole || overloads_ >= most_overloads) close_window();
}

void concurrency_limit::close_window() {
    bool const was_full = peak_ >= limit();
    double const ended = answers_ + overloads_;
    if (overloads_ >= overload_share * ended) {
        limit_ = std::max(least_, limit_ * after_overload);
    } else {
        double const recent = sum_us_ / answers_;
        learn(recent, was_full);
        double const gradient = std::clamp(tolerance * usual_us_ / recent, steepest, 1.0);
        // Where attempts queue up, what is there must shrink before anything grows.
        double const grown = was_full && gradient == 1.0 ? std::sqrt(limit_) : 0;
        double const wanted = limit_ * gradient + grown;
        limit_ = std::clamp(limit_ + smoothing * (wanted - limit_), least_, most_);
    }
    sum_us_ = 0;
    answers_ = overloads_ = peak_ = 0;
}

void concurrency_limit::learn(double recent, bool was_full) {
    if (usual_us_ == 0) {
        usual_us_ = recent;
        return;
    }
    bool const is_at_rest = limit_ <= least_;
    double share = falling;
    if (recent > usual_us_) share = is_at_rest ? rising_at_rest : was_full ? 0 : rising;
    usual_us_ += share * (recent - usual_us_);
}

} // namespace sluice::queue
