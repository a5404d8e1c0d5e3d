// A stress run from beginning to end: a sink, a gateway (or one that is there already), the load,
// the drain, the check. Main thread; the sink has a thread, and the gateway's keeper another.
#pragma once

#include "gateway/stress/report/run_result.hpp"
#include "gateway/stress/verify/stress_options.hpp"
#include "gateway/telemetry/exit_code.hpp"

#include <functional>
#include <string>

namespace sluice::gateway::stress {

// Why a run could not be made.
struct run_problem {
    int exit_code = exit_cannot_reach;
    std::string message;
};
[[noreturn]] inline void throw_exception_from_error(run_problem const& e,
                                                    boost::source_location const&) {
    throw std::runtime_error(e.message);
}

// `show` gets a line of progress now and then.
boost::system::result<run_result, run_problem>
run_stress(stress_options const& options, std::function<void(std::string const&)> const& show);

// The command: runs, judges, prints, writes the files. 0; 1 when an objective or a promise is
// missed; 64 for flags that do not go together, 69 where no
// gateway can be had, 73 when a file cannot be written.
int stress_main(stress_options const& options);

} // namespace sluice::gateway::stress
