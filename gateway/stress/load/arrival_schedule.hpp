// When requests are to start: the open loop's plan. Pure: times are values counted from the start
// of the run, randomness comes from a seed, nothing waits for an answer. A plan is pieces over each
// of which the rate goes evenly from one value to another (constant, ramp, steps).
#pragma once

#include "gateway/stress/sink/sink_options.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::stress {

// Arrivals a second, from `from` at its begin evenly to `to` at its end; both 0 and up.
struct rate_piece {
    double from = 0;
    double to = 0;
    std::chrono::nanoseconds duration{0};
    friend bool operator==(rate_piece const&, rate_piece const&) = default;
};
using rate_plan = std::vector<rate_piece>;

enum class arrivals : std::uint8_t {
    even,   // Each follows the one before by 1/rate.
    poisson // Independent of one another, as many callers are: gaps are exponential.
};

// Above this a rate is a slip of the pen.
inline constexpr double highest_rate = 10'000'000;
inline constexpr std::size_t most_steps = 1000;

// A rate: "1000" or "2.5", above 0 up to highest_rate.
parsed<double> parse_arrival_rate(std::string_view text);
// "1000:50000", or "1000..50000": one piece of `duration`.
parsed<rate_plan> parse_ramp(std::string_view text, std::chrono::nanoseconds duration);
// "1000,2000,5000": pieces of equal length that make up `duration`.
parsed<rate_plan> parse_steps(std::string_view text, std::chrono::nanoseconds duration);
rate_plan constant_rate(double rate, std::chrono::nanoseconds duration);

std::chrono::nanoseconds duration_of(rate_plan const& plan);
// How many arrivals the plan has up to `at`, on average.
double expected_by(rate_plan const& plan, std::chrono::nanoseconds at);
// The rate planned at that time; 0 after the end.
double rate_at(rate_plan const& plan, std::chrono::nanoseconds at);

class arrival_schedule {
  public:
    arrival_schedule(rate_plan plan, arrivals kind, std::uint64_t seed);

    // When the next request is to start; nothing after the plan's end. Never goes back.
    std::optional<std::chrono::nanoseconds> next();

  private:
    double next_position();

    rate_plan plan_;
    arrivals kind_;
    std::mt19937_64 random_;
    double position_ = 0;               // in arrivals since the start
    bool has_begun_ = false;            // the even ones begin at once
    std::size_t piece_ = 0;             // where `position_` lies
    double before_ = 0;                 // arrivals of the pieces before it
    std::chrono::nanoseconds begin_{0}; // of the piece
};

} // namespace sluice::gateway::stress
