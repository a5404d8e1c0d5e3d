// One thread that runs disk jobs in their order. The driver owns two: one for commits, one for
// the background, so that filling the next segment never delays an answer.
#pragma once

#include "queue/journal/journal_job.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace sluice::queue {

class disk_thread final : public job_runner {
  public:
    using completion = std::function<void(disk_job&&, disk_result&&)>;

    // `done` is called on this thread, once for each job, and must not throw. `disk` must outlive
    // this object.
    disk_thread(job_worker& disk, completion done);
    // Runs what was submitted to its end, then joins.
    ~disk_thread() override;
    disk_thread(disk_thread const&) = delete;
    disk_thread& operator=(disk_thread const&) = delete;

    // Any thread.
    void submit(disk_job&& job) override;

  private:
    void work();

    job_worker& disk_;
    completion done_;
    std::mutex mutex_;
    std::condition_variable wakes_;
    std::deque<disk_job> jobs_;
    bool is_stopping_ = false;
    std::thread thread_; // last: it uses all of the above
};

} // namespace sluice::queue
