#include "queue/postgres/pace_member.hpp"

#include "queue/postgres/pace_table.hpp"
#include "queue/postgres/quiet_thread.hpp"

#include <algorithm>

namespace sluice::queue::postgres {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr milliseconds round_limit{5000}; // for a statement, a standby's answer included
constexpr milliseconds next_try_after{500};
constexpr milliseconds shortest_pause{50}; // between rounds, however often somebody wakes us

mono_time this_moment() {
    return std::chrono::floor<std::chrono::microseconds>(steady_clock::now());
}

} // namespace

pace_member::pace_member(connect_options database, share_owner me, calls to)
    : database_(std::move(database))
    , to_(std::move(to))
    , keeper_(me)
    , thread_([this] { work(); }) {}

pace_member::~pace_member() {
    stop();
}

void pace_member::stop() {
    {
        std::lock_guard const guard(mutex_);
        is_stopping_ = true;
    }
    wakes_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void pace_member::wake() {
    if (is_woken_.exchange(true)) return;
    // The lock keeps the call from falling between the thread's look and its sleep.
    std::lock_guard const guard(mutex_);
    wakes_.notify_all();
}

pace_status pace_member::status() const {
    return {looks_, writes_, lost_, failures_, held_};
}

void pace_member::work() {
    leave_signals_to_others();
    for (;;) {
        is_woken_ = false;
        round();
        if (steady_clock::now() >= next_drop_) drop_unused();
        auto const ended = this_moment();
        std::unique_lock guard(mutex_);
        if (wakes_.wait_for(guard, shortest_pause, [this] { return is_stopping_; })) return;
        auto const due = keeper_.next_round(ended);
        auto const is_wanted = [this] { return is_stopping_ || is_woken_; };
        if (wakes_.wait_until(guard, due, is_wanted) && is_stopping_) return;
    }
}

bool pace_member::connect() {
    if (connection_) return true;
    if (steady_clock::now() < next_try_) return false;
    std::string why;
    auto made = connection::open(database_, why);
    if (made.has_error()) {
        failed(why);
        return false;
    }
    connection_.emplace(std::move(*made));
    keeper_.forget_versions();
    return true;
}

void pace_member::failed(std::string why) {
    ++failures_;
    connection_.reset();
    next_try_ = steady_clock::now() + next_try_after;
    if (!std::exchange(is_away_, true)) to_.tell_failure(why);
}

void pace_member::round() {
    auto const asked = keeper_.report(to_.use(keeper_.held()), this_moment());
    if (asked.empty() || !connect()) return;
    pace_table table(*connection_, round_limit);
    ++looks_;
    auto const seen = table.look(asked);
    if (seen.has_error()) return failed(connection_->message());
    auto const& orders = keeper_.look(seen->books, seen->living, this_moment());
    auto const done = orders.empty() ? std::vector<lane_held>() : to_.hold(orders);
    if (done.size() != orders.size()) return; // nobody answers any more
    auto const entries = keeper_.settle(done);
    if (!entries.empty()) {
        ++writes_;
        auto const written = table.write(entries);
        if (written.has_error()) {
            keeper_.lost();
            return failed(connection_->message());
        }
        lost_ += entries.size() - written->size();
        auto const more = keeper_.wrote(*written, this_moment());
        if (!more.empty()) to_.hold(more);
    }
    is_away_ = false; // reads and writes are answered
    held_ = keeper_.held().size();
}

void pace_member::drop_unused() {
    if (!connect()) return;
    next_drop_ = steady_clock::now() + unused_books::look_every;
    pace_table table(*connection_, round_limit);
    if (unused_.look(table, to_.unknown).has_error()) failed(connection_->message());
}

} // namespace sluice::queue::postgres
