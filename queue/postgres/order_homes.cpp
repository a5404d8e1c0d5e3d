#include "queue/postgres/order_homes.hpp"

#include "queue/postgres/quiet_thread.hpp"

#include <algorithm>
#include <utility>

namespace sluice::queue::postgres {

order_homes::order_homes(order_homes_options options, order_homes_calls calls)
    : options_(std::move(options))
    , calls_(std::move(calls))
    , thread_([this] { run(); }) {}

order_homes::~order_homes() {
    stop();
}

shared_order_rows order_homes::view() const {
    std::lock_guard const guard(mutex_);
    return view_;
}

void order_homes::look_again(std::function<void()> then) {
    {
        std::lock_guard const guard(mutex_);
        if (!is_stopping_) {
            is_woken_ = true;
            if (then) waiting_.push_back(std::exchange(then, nullptr));
        }
    }
    wakes_.notify_all();
    if (then) then();
}

void order_homes::leave() {
    {
        std::lock_guard const guard(mutex_);
        ++leaves_;
        is_woken_ = true;
    }
    wakes_.notify_all();
}

void order_homes::leave_now(std::chrono::milliseconds most) {
    leave();
    std::unique_lock lock(mutex_);
    wakes_.wait_for(lock, most, [this] { return has_left_ == leaves_ || is_stopping_; });
}

void order_homes::stop() {
    {
        std::lock_guard const guard(mutex_);
        is_stopping_ = true;
    }
    wakes_.notify_all();
    if (thread_.joinable()) thread_.join();
}

bool order_homes::is_leaving() const {
    std::lock_guard const guard(mutex_);
    return leaves_ != 0;
}

// --- the thread ---------------------------------------------------------------------------------

void order_homes::run() {
    leave_signals_to_others();
    for (;;) {
        std::vector<std::function<void()>> asked;
        bool is_over = false;
        {
            std::unique_lock lock(mutex_);
            wakes_.wait_for(lock, options_.period, [this] { return is_woken_ || is_stopping_; });
            is_woken_ = false;
            is_over = is_stopping_;
            asked.swap(waiting_);
        }
        if (!is_over) step();
        for (auto const& then : asked)
            then();
        if (is_over) return;
    }
}

// One look, and what follows from it.
void order_homes::step() {
    if (!to_ && !connect()) return;
    order_table table(*to_, options_.log, options_.epoch, options_.statement_timeout);
    if (!hand_over(table) || !look(table) || !take(table)) {
        failed(to_->message());
        if (!to_->is_open()) to_.reset();
        return;
    }
    has_failed_ = false;
    ask_for_surplus();
}

bool order_homes::connect() {
    std::string why;
    auto made = connection::open(options_.database, why);
    if (made.has_error()) {
        failed(why);
        return false;
    }
    to_.emplace(std::move(*made));
    return true;
}

// Once for a row of failures.
void order_homes::failed(std::string const& why) {
    if (!std::exchange(has_failed_, true) && calls_.tell_failure) calls_.tell_failure(why);
}

// What is ours opens in the queue when a standby has it as well, and what the queue had given up
// only in another generation.
bool order_homes::look(order_table& table) {
    auto seen = table.look();
    if (seen.has_error()) return false;
    rows_ = *seen;
    auto ours = slots_of(rows_, options_.log);
    std::vector<held_slot> kept;
    for (auto const& one : ours) {
        auto const found = closed_.find(one.slot);
        if (found != closed_.end() && found->second == one.generation) kept.push_back(one);
    }
    if (!kept.empty()) {
        if (table.keep(kept).has_error()) return false;
        seen = table.look();
        if (seen.has_error()) return false;
        rows_ = *seen;
        ours = slots_of(rows_, options_.log);
    }
    if (ours != held_) {
        if (table.confirm().has_error()) return false;
        held_ = ours;
        calls_.hold(ours);
    }
    owned_ = ours.size();
    std::lock_guard const guard(mutex_);
    view_ = std::make_shared<order_rows const>(rows_);
    return true;
}

bool order_homes::take(order_table& table) {
    if (is_leaving()) return true;
    auto const wanted = slots_to_take(rows_, alive(), options_.log);
    if (wanted.empty()) return true;
    auto const taken = table.take(wanted);
    if (taken.has_error()) return false;
    return *taken == 0 || look(table);
}

// Those who live and stay, by their logs.
std::vector<std::uint32_t> order_homes::alive() const {
    std::vector<std::uint32_t> logs;
    if (!is_leaving()) logs.push_back(options_.log);
    auto const seen = calls_.members();
    for (auto const& one : seen->members)
        if (one.is_alive && !one.is_stopped && one.log != options_.log) logs.push_back(one.log);
    std::ranges::sort(logs);
    return logs;
}

// The queue decides which it can do without, in its own time.
void order_homes::ask_for_surplus() {
    auto const most = slots_to_give(rows_, alive(), options_.log);
    std::uint64_t asked_in = 0;
    {
        std::lock_guard const guard(mutex_);
        // What it has told since the last hand-over is still ours by the rows.
        if (is_asked_ || !given_.empty()) return;
        asked_in = leaves_;
        if (most == 0) {
            has_left_ = leaves_;
            wakes_.notify_all();
            return;
        }
        is_asked_ = true;
    }
    calls_.give_up(held_, most, [this, asked_in](std::vector<held_slot> given) {
        note_given(std::move(given), asked_in);
    });
}

void order_homes::note_given(std::vector<held_slot> given, std::uint64_t asked_in) {
    {
        std::lock_guard const guard(mutex_);
        is_asked_ = false;
        // What it keeps now it may do without later, and is asked again.
        if (given.empty()) has_left_ = asked_in;
        is_woken_ |= !given.empty() || asked_in != leaves_;
        given_ = std::move(given);
    }
    wakes_.notify_all();
}

bool order_homes::hand_over(order_table& table) {
    std::vector<held_slot> given;
    {
        std::lock_guard const guard(mutex_);
        given.swap(given_);
    }
    if (given.empty()) return true;
    for (auto const& one : given)
        closed_[one.slot] = one.generation;
    return table.give(receivers_of(given, rows_, alive(), options_.log)).has_value();
}

} // namespace sluice::queue::postgres
