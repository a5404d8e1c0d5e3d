#include "queue/journal/disk_thread.hpp"

#include <chrono>

namespace sluice::queue {

disk_thread::disk_thread(job_worker& disk, completion done)
    : disk_(disk)
    , done_(std::move(done))
    , thread_([this] { work(); }) {}

disk_thread::~disk_thread() {
    {
        std::lock_guard const guard(mutex_);
        is_stopping_ = true;
    }
    wakes_.notify_one();
    thread_.join();
}

void disk_thread::submit(disk_job&& job) {
    {
        std::lock_guard const guard(mutex_);
        jobs_.push_back(std::move(job));
    }
    wakes_.notify_one();
}

void disk_thread::work() {
    using std::chrono::steady_clock;
    for (;;) {
        std::unique_lock guard(mutex_);
        wakes_.wait(guard, [this] { return is_stopping_ || !jobs_.empty(); });
        if (jobs_.empty()) return;
        auto job = std::move(jobs_.front());
        jobs_.pop_front();
        guard.unlock();

        auto const begun = steady_clock::now();
        auto result = disk_.run(job);
        result.duration =
            std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - begun);
        done_(std::move(job), std::move(result));
    }
}

} // namespace sluice::queue
