// This gateway's side of the table of lanes that a cluster shares: a thread of its own with a
// connection of its own, which looks for what is new, writes what operators want and what this
// gateway has found out. Owned by the serving program; the rules are lane_watch's.
//
//     lane_board board(options);
//     auto const rows = board.open(why);   // blocks; before the first attempt goes out
//     …the queue follows the rows; board.applied(when)…
//     board.start({…});
//     board.stop();
//
// What it never does: answer a wish that is not in the table, or keep the queue waiting.
#pragma once

#include "queue/postgres/lane_watch.hpp"

#include <boost/system/result.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace sluice::queue::postgres {

struct lane_board_options {
    connect_options database; // connect_timeout is shortened to the least
    lane_watch_options watch;
    std::chrono::milliseconds look_timeout{1000};
    std::chrono::milliseconds write_timeout{2000};
    std::size_t most_wishes = 64; // that wait
};

// On the board's thread; they must not block.
struct lane_board_callbacks {
    // What a look that was sent at this moment brought, most often nothing. Whoever acts on the
    // rows calls `applied` with the moment afterwards.
    std::function<void(std::vector<lane_stand>&& rows, boot_time looked)> rows;
    std::function<void(std::string const& why)>
        away; // once, until it is back; also where it is slow
    std::function<void()> back;
};

// For metrics; any thread.
struct lane_board_status {
    std::chrono::milliseconds look_age{0}; // of what is in force here
    std::uint64_t rows = 0;
    std::uint64_t looks = 0;
    std::uint64_t writes = 0;
    std::uint64_t failures = 0; // statements without an answer, connections not made
};

class lane_board {
  public:
    explicit lane_board(lane_board_options options);
    ~lane_board();
    lane_board(lane_board const&) = delete;
    lane_board& operator=(lane_board const&) = delete;

    // Once, before `start`: all rows, and since when they are known. Errors, with `why` filled in:
    // the connection's.
    struct opened {
        std::vector<lane_stand> rows;
        boot_time looked;
    };
    boost::system::result<opened> open(std::string& why);
    void start(lane_board_callbacks callbacks);
    // Ends the thread and waits for it; wishes that wait are told errc::stopping.
    void stop();

    // Any thread. `tell` is called once, on the board's thread or at once, with the row as it is
    // then, or why not: errc::store_away (nothing was changed), outcome_unknown (it may have been),
    // overloaded, stopping.
    using told = std::function<void(boost::system::result<lane_stand>)>;
    void change(lane_wish wish, told tell);
    // Any thread: this gateway has found the lane so. Kept until it is written.
    void found(lane_stand&& stand);
    // Any thread: what was known at `looked` is in force.
    void applied(boot_time looked);

    // Whether this gateway may act on what it knows. Any thread; reads a clock and two atomics.
    // False while the server is slow; true again once no connection to it can be made.
    bool is_current() const;
    lane_board_status status() const;

  private:
    struct waiting_wish {
        lane_wish wish;
        told tell;
    };

    void run();
    bool wait();
    void step();
    bool connect();
    void fulfil(waiting_wish&& one);
    boost::system::result<lane_stand> write(lane_wish const& wish);
    void merge();
    void look();
    void failed(std::string const& what);
    bool is_stopping();
    std::optional<waiting_wish> next_wish();

    lane_board_options const options_;

    // --- shared
    std::mutex mutex_;
    std::condition_variable wake_;
    bool is_stopping_ = false;
    std::deque<waiting_wish> wishes_;
    lane_news news_;
    std::atomic<boot_clock::rep> applied_{0};
    std::atomic<bool> is_away_ = false;     // no connection can be made
    std::atomic<boot_clock::rep> tried_{0}; // for one, last
    std::atomic<std::uint64_t> rows_{0};
    std::atomic<std::uint64_t> looks_{0};
    std::atomic<std::uint64_t> writes_{0};
    std::atomic<std::uint64_t> failures_{0};

    // --- the thread's
    lane_board_callbacks tell_;
    lane_watch watch_;
    std::optional<connection> to_;
    boot_time next_try_{};
    boot_time next_merge_{};
    unsigned tries_ = 0;
    bool is_plain_ = false; // the server has refused a text of ours
    bool is_told_away_ = false;
    std::string why_;
    std::thread thread_; // last: it uses all of the above
};

} // namespace sluice::queue::postgres
