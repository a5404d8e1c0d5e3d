// A result as text: the table for a terminal, the line of progress, the HDR percentile file, the
// JSON file and the comparison of two of them, the HTML page. Pure functions.
#pragma once

#include "gateway/stress/report/run_result.hpp"
#include "gateway/stress/report/tally.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::gateway::stress {

// The whole result for a person, some 30 lines.
std::string to_table(run_result const& result);

// 12345678 as "12,345,678".
std::string grouped(std::uint64_t number);

// One line: `12 s  20,013/s  in queue 412  p50 0.41 ms  p99 2.10 ms  errors 0`.
std::string to_line(progress const& now, double planned_s);

// The text that HDR plotters read (Value, Percentile, TotalCount, 1/(1-Percentile)); in ms.
std::string to_percentile_file(histogram const& times);

// One object, a line's end behind it. The names `accepted`, `delivered`, `lost`, `duplicated`,
// `early`, `reordered`, `rate`, `latency_ms` and `service_ms` {p50, p90, p99, p999, max} are
// promised; what a plain load cannot know (whether anything was delivered) is null. Besides them
// `planned_rate`, `duration_s`, `statuses`, `failures`, `generator`, `timeline`, `objectives`, ….
std::string to_json(run_result const& result);

// The important figures of two such texts side by side, with the change in percent. `a_name` and
// `b_name` head the columns. Error: a text that is no result.
parsed<std::string> compare_results(std::string_view a, std::string_view b, std::string_view a_name,
                                    std::string_view b_name);

// One HTML page that needs nothing else: no network, no files beside it. Plots are drawn here as
// SVG; a small script shows the values under the pointer. Light or dark as the reader's system
// says. The plots have the ids `plot-rate`, `plot-latency`, `plot-percentiles`, `plot-errors` and,
// of a stress run, `plot-queue`.
std::string to_page(run_result const& result);

} // namespace sluice::gateway::stress
