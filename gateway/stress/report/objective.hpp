// What a run has to meet: `p99<50ms`, `lost=0`, `accepted>20000/s`, `errors<1%`. Notation and
// judgement; pure functions over a run's figures.
#pragma once

#include "gateway/stress/report/option_value.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::stress {

enum class comparison : std::uint8_t { less, at_most, equal, at_least, more };

enum class objective_unit : std::uint8_t {
    none,       // a count
    time,       // in milliseconds once read
    per_second, // of the run's duration
    percent     // of all requests that were to be sent
};

struct objective {
    std::string text;   // As written.
    std::string metric; // One of known_metrics().
    comparison how = comparison::less;
    double bound = 0;
    objective_unit unit = objective_unit::none;
};

// The figures that objectives may name: times in ms, the rest counts.
std::vector<std::string_view> const& known_metrics();

parsed<objective> parse_objective(std::string_view text);

// A run's figures by metric. What a run does not have (`lost` of a plain load) is absent.
struct measured_values {
    std::map<std::string, double, std::less<>> by_metric;
    double duration_s = 0;
    double planned = 0; // Requests that were to be sent.
};

struct judgement {
    std::string objective; // As written.
    bool is_met = false;
    std::string measured; // "81.2 ms", "12", "19,800/s", "0.4 %", "not measured"
};

// What was not measured is not met.
judgement judge(objective const& wanted, measured_values const& values);
std::vector<judgement> judge(std::vector<objective> const& all, measured_values const& values);
bool all_met(std::vector<judgement> const& all);

} // namespace sluice::gateway::stress
