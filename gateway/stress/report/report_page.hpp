// A result as one HTML page that needs nothing else: no network, no files beside it. Plots are
// drawn here as SVG; a small script shows the values under the pointer. Light or dark as the
// reader's system says. Pure function.
#pragma once

#include "gateway/stress/report/run_result.hpp"

#include <string>

namespace sluice::gateway::stress {

// The plots have the ids `plot-rate`, `plot-latency`, `plot-percentiles`, `plot-errors` and, of a
// stress run, `plot-queue`.
std::string to_page(run_result const& result);

} // namespace sluice::gateway::stress
