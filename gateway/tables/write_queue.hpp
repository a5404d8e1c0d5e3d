// The writes that wait for PostgreSQL and those that are being decided, and how long that takes:
// when nothing was committed for a second new ones are refused at once and those that wait are told
// so, on a thread of its own, for the writing thread may be held up by the network. Bounded.
#pragma once

#include "gateway/tables/postgres_batch.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace sluice::gateway::tables {

class write_queue {
  public:
    using writes = std::vector<std::shared_ptr<postgres_write>>;
    using time = std::chrono::steady_clock::time_point;

    struct options {
        std::size_t max_waiting = 65'536;
        std::chrono::milliseconds refuse_after{1'000};
        // Who waits for a commit that nobody knows of is told outcome_unknown then.
        std::chrono::milliseconds answer_within{10'000};
    };

    explicit write_queue(options const& how);
    // Stops and abandons.
    ~write_queue();
    write_queue(write_queue const&) = delete;
    write_queue& operator=(write_queue const&) = delete;

    // Any thread. An error means that the write is not taken and will not be answered.
    boost::system::error_code submit(std::shared_ptr<postgres_write> write);
    std::uint64_t waiting() const;

    // --- the writing thread ---
    // Waits for writes, until `until` or the stop.
    void wait(time until);
    // The same, but writes do not end it.
    void pause(time until);
    // At most so many, which are in flight from then on.
    writes take(std::size_t most);
    writes in_flight() const;
    // They were decided and told.
    void landed();
    // They were not carried out and wait again, before all others; those that were told are
    // dropped.
    void put_back();
    // Between them something is asked of PostgreSQL: what is not done within a second is stuck.
    // Beginning again does not begin to count anew.
    void begin_work();
    void work_is_done();

    void stop();
    bool is_stopping() const;
    // After the writing thread's end: tells who waits still.
    void abandon();

  private:
    void watch();
    std::optional<time> next_deadline() const;
    std::vector<std::shared_ptr<table_write>> take_late(time now);

    options options_;
    mutable std::mutex mutex_;
    std::condition_variable wakes_writer_;
    std::condition_variable wakes_watch_;
    std::deque<std::shared_ptr<postgres_write>> waiting_;
    writes in_flight_;
    time in_flight_since_;
    std::optional<time> working_since_;
    bool is_stopping_ = false;
    bool is_closed_ = false;
    bool is_watch_idle_ = false;
    std::thread watch_; // last: it uses all of the above
};

} // namespace sluice::gateway::tables
