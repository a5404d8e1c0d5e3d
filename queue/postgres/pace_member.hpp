// This gateway's part in one pace over all gateways: holds its shares of the destinations' limits,
// gives up what others need, takes what is free. Made and owned by the serving program; a thread of
// its own with a connection of its own, so that nothing here waits for a batch or a renewal.
//
// One look and at most one write a round, for all destinations together: a round a second, and one
// at once where a lane has work and holds nothing. While PostgreSQL is away all stays as it is; the
// lease ends the right to use it. What is held need not be given back at the end: whoever has said
// good-bye, or whose epoch was raised, holds nothing any more.
#pragma once

#include "queue/core/share_keeper.hpp"
#include "queue/postgres/connection.hpp"
#include "queue/postgres/unused_books.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace sluice::queue::postgres {

// For metrics; any thread.
struct pace_status {
    std::uint64_t looks = 0;    // statements that read books
    std::uint64_t writes = 0;   // statements that wrote some
    std::uint64_t lost = 0;     // books that somebody else wrote first
    std::uint64_t failures = 0; // statements without an answer, connections not made
    std::uint64_t held = 0;     // destinations of which something is held
};

class pace_member {
  public:
    // On this object's thread; each waits for the core's answer. Empty where the program ends.
    struct calls {
        std::function<std::vector<lane_report>(std::vector<std::string> const& held)> use;
        std::function<std::vector<lane_held>(std::vector<lane_order> const&)> hold;
        unused_books::unknown_names unknown;
        std::function<void(std::string const& why)> tell_failure; // once for each time it is away
    };
    pace_member(connect_options database, share_owner me, calls to);
    ~pace_member();
    pace_member(pace_member const&) = delete;
    pace_member& operator=(pace_member const&) = delete;

    // A lane has work and holds nothing. Any thread; cheap.
    void wake();
    // Ends the thread and waits for it: while whoever is called still answers.
    void stop();

    pace_status status() const;

  private:
    void work();
    void round();
    void drop_unused();
    bool connect();
    void failed(std::string why); // a copy: the connection that says so is closed

    connect_options const database_;
    calls const to_;
    share_keeper keeper_;
    std::optional<connection> connection_;
    std::chrono::steady_clock::time_point next_try_{};
    bool is_away_ = false;
    unused_books unused_;
    std::chrono::steady_clock::time_point next_drop_{};

    std::atomic<std::uint64_t> looks_{0};
    std::atomic<std::uint64_t> writes_{0};
    std::atomic<std::uint64_t> lost_{0};
    std::atomic<std::uint64_t> failures_{0};
    std::atomic<std::uint64_t> held_{0};
    std::atomic<bool> is_woken_{false};
    std::mutex mutex_;
    std::condition_variable wakes_;
    bool is_stopping_ = false;
    std::thread thread_; // last: it uses all of the above
};

} // namespace sluice::queue::postgres
