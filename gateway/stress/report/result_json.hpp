// A result as JSON, the comparison of two such files, and nothing else. Pure functions over text.
#pragma once

#include "gateway/stress/report/run_result.hpp"

#include <string>
#include <string_view>

namespace sluice::gateway::stress {

// One object, a line's end behind it. The names `accepted`, `delivered`, `lost`, `duplicated`,
// `early`, `reordered`, `rate`, `latency_ms` and `service_ms` {p50, p90, p99, p999, max} are
// promised; what a plain load cannot know (whether anything was delivered) is null. Besides them
// `planned_rate`, `duration_s`, `statuses`, `failures`, `generator`, `timeline`, `objectives`, ….
std::string to_json(run_result const& result);

// The important figures of two such texts side by side, with the change in percent. `a_name` and
// `b_name` head the columns. Error: a text that is no result.
parsed<std::string> compare_results(std::string_view a, std::string_view b, std::string_view a_name,
                                    std::string_view b_name);

} // namespace sluice::gateway::stress
