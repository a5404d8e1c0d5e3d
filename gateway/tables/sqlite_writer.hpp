// The one thread that writes to the SQLite file. Takes what waits, decides it in one transaction,
// commits, lets readers see it, tells everybody. While the disk works on one transaction the next
// one gathers. Owned by the backend; `submit` from any thread.
#pragma once

#include "gateway/tables/sqlite_database.hpp"
#include "gateway/tables/table_write.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sluice::gateway::tables {

class sqlite_write : public table_write {
  public:
    using table_write::table_write;

    // Inside the transaction: looks and changes. Sees what the writes before it did.
    virtual void decide() = 0;
};

class sqlite_writer {
  public:
    struct options {
        std::size_t max_waiting = 65'536;                           // writes
        std::size_t max_batch = 512;                                // writes in one transaction
        std::chrono::milliseconds period = std::chrono::seconds(1); // of `regularly`
        // Whether there is something to write regularly; writing it, in a transaction; and what
        // follows, with nothing to write too.
        std::function<bool()> gather;
        std::function<void()> regularly;
        std::function<void(bool is_committed)> after_regularly;
        // The disk failed: what is in the file is not known any more. No write is taken from then
        // on. Called once, on the thread.
        std::function<void(std::string const& what)> on_fatal;
    };

    sqlite_writer(sqlite_database& into, options&& how);
    // Stops.
    ~sqlite_writer();
    sqlite_writer(sqlite_writer const&) = delete;
    sqlite_writer& operator=(sqlite_writer const&) = delete;

    // An error means that the write is not taken and will not be answered.
    boost::system::error_code submit(std::shared_ptr<sqlite_write> write);

    // Writes what was taken, does what is done regularly once more, ends the thread. False where
    // that last time failed, or a failure was fatal.
    bool stop();

    std::uint64_t waiting() const;
    std::uint64_t transactions() const { return transactions_.load(std::memory_order_relaxed); }
    std::uint64_t failures() const { return failures_.load(std::memory_order_relaxed); }

  private:
    using batch = std::vector<std::shared_ptr<sqlite_write>>;

    void work();
    void write(batch const& all);
    bool work_regularly();
    boost::system::error_code commit(std::function<void()> const& changes);

    sqlite_database& database_;
    options options_;
    mutable std::mutex mutex_;
    std::condition_variable wakes_;
    std::deque<std::shared_ptr<sqlite_write>> waiting_;
    bool is_stopping_ = false;
    std::atomic<bool> has_failed_ = false;
    bool is_all_saved_ = false; // the thread's, read after its end
    std::atomic<std::uint64_t> transactions_{0};
    std::atomic<std::uint64_t> failures_{0};
    std::thread thread_; // last: it uses all of the above
};

} // namespace sluice::gateway::tables
