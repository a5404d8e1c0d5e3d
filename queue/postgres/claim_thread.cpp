#include "queue/postgres/claim_thread.hpp"

#include <utility>

namespace sluice::queue::postgres {

claim_thread::claim_thread(claim_worker& worker, completion done)
    : worker_(worker)
    , done_(std::move(done))
    , thread_([this] { work(); }) {}

claim_thread::~claim_thread() {
    {
        std::lock_guard const guard(mutex_);
        is_stopping_ = true;
    }
    wakes_.notify_one();
    thread_.join();
}

void claim_thread::submit(claim_job&& job) {
    {
        std::lock_guard const guard(mutex_);
        job_ = std::move(job);
    }
    wakes_.notify_one();
}

void claim_thread::work() {
    using std::chrono::steady_clock;
    auto tidied = steady_clock::time_point::min();
    for (;;) {
        std::unique_lock guard(mutex_);
        wakes_.wait_for(guard, tidy_every, [this] { return is_stopping_ || job_; });
        if (is_stopping_) return;
        auto job = std::exchange(job_, std::nullopt);
        guard.unlock();
        if (job) {
            auto result = worker_.run(*job);
            done_(std::move(*job), std::move(result));
        }
        auto const now = steady_clock::now();
        if (tidied != steady_clock::time_point::min() && now - tidied < tidy_every) continue;
        tidied = now;
        worker_.tidy();
    }
}

} // namespace sluice::queue::postgres
