// Who runs the journal's disk jobs: a thread in the program, the test itself in a simulation.
#pragma once

#include "queue/journal/journal_job.hpp"

namespace sluice::queue {

class job_runner {
  public:
    virtual ~job_runner() = default;

    // Runs `job`, later or on another thread, and hands it back with its result to whoever the
    // runner was made for. Any thread.
    virtual void submit(disk_job&& job) = 0;
};

} // namespace sluice::queue
