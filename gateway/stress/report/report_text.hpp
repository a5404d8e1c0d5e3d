// A result as text: the table for a terminal, the line of progress, the HDR percentile file, the
// comparison of two results. Pure functions.
#pragma once

#include "gateway/stress/report/run_result.hpp"
#include "gateway/stress/report/tally.hpp"

#include <cstdint>
#include <string>

namespace sluice::gateway::stress {

// The whole result for a person, some 30 lines.
std::string to_table(run_result const& result);

// 12345678 as "12,345,678".
std::string grouped(std::uint64_t number);

// One line: `12 s  20,013/s  in queue 412  p50 0.41 ms  p99 2.10 ms  errors 0`.
std::string to_line(progress const& now, double planned_s);

// The text that HDR plotters read (Value, Percentile, TotalCount, 1/(1-Percentile)); in ms.
std::string to_percentile_file(histogram const& times);

} // namespace sluice::gateway::stress
