// Waits for a gateway's job, drawing on a terminal how far it is. Main thread of a command.
#pragma once

#include "gateway/cli/verbs.hpp"

#include <cstdint>
#include <string>

namespace sluice::gateway::cli {

// Asks for the job until it does not run any more; its last report. `expected`: how many it will
// have to do, 0 where that is not known. Throws command_error, also where the gateway has no such
// job any more.
boost::json::value follow_job(verb_call const& with, std::string const& id,
                              std::uint64_t expected = 0);

// What a command ends with that waited for this job: 1 where it was stopped, or left something
// undone.
int exit_code_of_job(boost::json::value const& job);

} // namespace sluice::gateway::cli
