// Does the journal's jobs on a directory of files (FORMAT.md). Holds the files open that it has
// touched, so that a commit opens nothing.
#pragma once

#include "queue/journal/journal_job.hpp"

#include <map>
#include <memory>
#include <mutex>

namespace sluice::queue {

class file_worker final : public job_worker {
  public:
    // `disk` must outlive this object. `mode`: how files that are there are opened; `read` for who
    // only looks.
    explicit file_worker(storage& disk, open_mode mode = open_mode::write);

    disk_result run(disk_job const& job) override;

  private:
    struct work;

    boost::system::result<std::shared_ptr<file>> opened(segment_ref const& ref);
    void remember(segment_ref const& ref, std::shared_ptr<file> made);
    void forget(segment_ref const& ref);

    storage& disk_;
    open_mode mode_;
    std::mutex mutex_; // of the map only: commits and the background run beside each other
    std::map<segment_ref, std::shared_ptr<file>> files_;
};

} // namespace sluice::queue
