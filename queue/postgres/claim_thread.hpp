// The thread that claims keys: runs a claim_worker's jobs one after another, and its tidying when
// it is time. Owned by the dispatcher, which gives it jobs.
#pragma once

#include "queue/postgres/claim_worker.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace sluice::queue::postgres {

class claim_thread final : public claim_runner {
  public:
    using completion = std::function<void(claim_job&&, claim_result&&)>;

    // `done` is called on this thread, once for each job, and must not throw. `worker` must outlive
    // this object.
    claim_thread(claim_worker& worker, completion done);
    // Ends the job under way to its end, which `claim_worker::stop` hastens, then joins.
    ~claim_thread() override;
    claim_thread(claim_thread const&) = delete;
    claim_thread& operator=(claim_thread const&) = delete;

    // Any thread.
    void submit(claim_job&& job) override;

    static constexpr std::chrono::minutes tidy_every{1};

  private:
    void work();

    claim_worker& worker_;
    completion done_;
    std::mutex mutex_;
    std::condition_variable wakes_;
    std::optional<claim_job> job_;
    bool is_stopping_ = false;
    std::thread thread_; // last: it uses all of the above
};

} // namespace sluice::queue::postgres
