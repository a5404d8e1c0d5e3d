// What every worker of the journal's jobs must do, whatever keeps the bytes: the same cases run
// against files and against PostgreSQL. A case gets a place, and asks it for workers: each is one
// life of a gateway over the same bytes.
#pragma once

#include "queue/journal/journal_job.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sluice::queue {

class kept_place {
  public:
    virtual ~kept_place() = default;
    // The worker of a new life; the one before is gone.
    virtual std::unique_ptr<job_worker> begin_life() = 0;
};

struct conformance_case {
    std::string name;
    std::function<void(kept_place&)> run;
};

std::vector<conformance_case> worker_conformance();

} // namespace sluice::queue
