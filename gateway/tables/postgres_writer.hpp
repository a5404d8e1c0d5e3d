// The one thread of this gateway that works with the tables in PostgreSQL, over one connection:
// takes the writes that wait, decides them in one transaction, commits, lets readers see it, tells
// everybody; in between saves clicks and reads what other gateways changed.
//
// An operation is a transaction of this thread. They are numbered, and the number is committed with
// the change (table_writer): when the answer to a commit is lost, the number tells whether it
// happened, and nothing else is done before that is known. Owned by the backend.
#pragma once

#include "gateway/tables/postgres_housekeeping.hpp"
#include "gateway/tables/postgres_reader.hpp"
#include "gateway/tables/write_queue.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <random>
#include <string>
#include <thread>

namespace sluice::gateway::tables {

class postgres_writer {
  public:
    struct options {
        std::size_t max_batch = 256; // writes in one transaction
        // Of looking for changes; clicks are saved every other time.
        std::chrono::milliseconds period{500};
        std::chrono::milliseconds first_pause{50}; // before connecting again; grows, with jitter
        std::chrono::milliseconds longest_pause{2'000};
        // On the thread: the database is not reached, and why; and is again.
        std::function<void(std::string const& why)> on_away;
        std::function<void()> on_back;
    };

    // The maps are the backend's.
    postgres_writer(postgres_session& session, write_queue& waiting, postgres_reader& reader,
                    postgres_housekeeping& keeper, postgres_reader::maps const& memory,
                    options&& how);
    ~postgres_writer();
    postgres_writer(postgres_writer const&) = delete;
    postgres_writer& operator=(postgres_writer const&) = delete;

    // Before `start`, on the caller's thread: connects and reads everything. False: the session
    // says why.
    bool open();
    void start();
    // Writes what waits, saves the clicks, ends the thread. False where that could not be done.
    bool stop();

    std::uint64_t transactions() const { return transactions_.load(std::memory_order_relaxed); }
    std::uint64_t failures() const { return failures_.load(std::memory_order_relaxed); }

  private:
    using time = std::chrono::steady_clock::time_point;
    using outcome = postgres_session::outcome;
    enum class undecided { nothing, writes, clicks };

    void work();
    bool connect();
    void after_failure();
    void count(outcome what);

    bool begin_operation();
    bool resolve();
    void settle_operation(bool is_done);
    void become_another_writer();
    bool register_writer();

    void write(write_queue::writes const& all);
    outcome attempt(write_queue::writes const& all, bool& is_to_repeat);
    void tell(write_queue::writes const& all, boost::system::error_code failure);
    void succeed(write_queue::writes const& all);
    void refuse(write_queue::writes const& all);

    void work_regularly();
    void save_clicks();
    void read_more();

    postgres_session& session_;
    write_queue& queue_;
    postgres_reader& reader_;
    postgres_housekeeping& keeper_;
    postgres_reader::maps memory_;
    options options_;

    std::int64_t writer_ = 0;    // random: this process, until it must be another
    std::int64_t operation_ = 0; // the last that is known to be committed
    std::string timeline_;       // of the database; another one means that a replica was promoted
    undecided undecided_ = undecided::nothing;
    std::vector<unsaved_clicks> saving_;
    std::size_t alone_ = 0; // so many writes are taken one by one, to find the one that fails
    std::chrono::milliseconds pause_{0};
    bool is_away_ = false;
    std::uint64_t round_ = 0;
    std::minstd_rand jitter_;
    std::atomic<std::uint64_t> transactions_{0};
    std::atomic<std::uint64_t> failures_{0};
    bool is_all_saved_ = false; // when the thread had ended
    std::thread thread_;
};

} // namespace sluice::gateway::tables
