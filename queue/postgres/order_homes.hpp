// This gateway's part in the homes of order keys: knows who is the home of each slot, takes what is
// free, gives away what is too much, and tells the queue which slots are its own. Made and owned by
// the serving program; a thread of its own with a connection of its own.
//
// Life: construct (it begins at once), later `leave` while the queue drains, `stop` at the end. It
// looks once a second, and at once when it is asked. While PostgreSQL is away what was known stays:
// the fence of the log keeps a home that was taken over from writing.
#pragma once

#include "queue/postgres/members.hpp"
#include "queue/postgres/order_table.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace sluice::queue::postgres {

struct order_homes_options {
    connect_options database;
    std::uint32_t log = 0;
    std::int64_t epoch = 0;
    std::chrono::milliseconds period{1000};
    std::chrono::milliseconds statement_timeout{3000};
};

// On the thread of this object, but for what is told back. None may block.
struct order_homes_calls {
    std::function<shared_members()> members;
    // As dispatcher::hold_slots and give_up_slots; the latter tells once, on any thread.
    std::function<void(std::vector<held_slot>)> hold;
    std::function<void(std::vector<held_slot> wanted, std::size_t most,
                       std::function<void(std::vector<held_slot>)> tell)>
        give_up;
    std::function<void(std::string const& why)> tell_failure; // the first of a row
};

class order_homes {
  public:
    order_homes(order_homes_options options, order_homes_calls calls);
    ~order_homes();
    order_homes(order_homes const&) = delete;
    order_homes& operator=(order_homes const&) = delete;

    // --- any thread
    // Who is the home of each slot; null until the first look.
    shared_order_rows view() const;
    // Looks at once. `then`, which may be null, is called on this object's thread when that is done
    // or has failed; when it stops, too.
    void look_again(std::function<void()> then);
    // From now on nothing is taken and everything given away that the queue does not need.
    void leave();
    // As `leave`, and waits until nothing more can be given away, `most` at the longest.
    void leave_now(std::chrono::milliseconds most);
    // Ends the thread; what is its own stays so. Waits for a statement that is under way.
    void stop();
    std::size_t owned() const { return owned_.load(); }

  private:
    void run();
    void step();
    bool connect();
    bool look(order_table& table);
    bool take(order_table& table);
    bool hand_over(order_table& table);
    void ask_for_surplus();
    void note_given(std::vector<held_slot> given, std::uint64_t asked_in);
    void failed(std::string const& why);
    std::vector<std::uint32_t> alive() const;
    bool is_leaving() const;

    order_homes_options const options_;
    order_homes_calls const calls_;

    // --- shared
    mutable std::mutex mutex_;
    std::condition_variable wakes_;
    bool is_woken_ = true;
    bool is_stopping_ = false;
    std::uint64_t leaves_ = 0;     // how often it was told to leave
    std::uint64_t has_left_ = 0;   // of those: nothing more could be given away
    bool is_asked_ = false;        // the queue is to tell which it gives up
    std::vector<held_slot> given_; // it has told
    std::vector<std::function<void()>> waiting_;
    shared_order_rows view_;
    std::atomic<std::size_t> owned_{0};

    // --- the thread's
    std::optional<connection> to_;
    order_rows rows_{};
    std::map<std::uint16_t, std::uint64_t> closed_; // given up by the queue: in which generation
    std::vector<held_slot> held_;                   // as the queue was told last
    bool has_failed_ = false;
    std::thread thread_; // last: it uses all of the above
};

} // namespace sluice::queue::postgres
