#include "gateway/tables/write_queue.hpp"

#include <algorithm>
#include <iterator>

namespace sluice::gateway::tables {

using std::chrono::steady_clock;

write_queue::write_queue(options const& how)
    : options_(how)
    , watch_([this] { watch(); }) {}

write_queue::~write_queue() {
    stop();
    {
        std::lock_guard const guard(mutex_);
        is_closed_ = true;
    }
    wakes_watch_.notify_one();
    watch_.join();
    abandon();
}

boost::system::error_code write_queue::submit(std::shared_ptr<postgres_write> write) {
    bool is_first = false;
    {
        std::lock_guard const guard(mutex_);
        if (is_stopping_) return errc::stopping;
        bool const is_late =
            working_since_ && steady_clock::now() - *working_since_ >= options_.refuse_after;
        if (is_late) return errc::unavailable;
        if (waiting_.size() >= options_.max_waiting) return errc::overloaded;
        is_first = waiting_.empty();
        waiting_.push_back(std::move(write));
    }
    // Whoever finds others waiting need not wake: the first of them has.
    if (is_first) wakes_writer_.notify_one();
    return {};
}

std::uint64_t write_queue::waiting() const {
    std::lock_guard const guard(mutex_);
    return waiting_.size();
}

void write_queue::wait(time until) {
    std::unique_lock guard(mutex_);
    wakes_writer_.wait_until(guard, until, [this] { return is_stopping_ || !waiting_.empty(); });
}

void write_queue::pause(time until) {
    std::unique_lock guard(mutex_);
    wakes_writer_.wait_until(guard, until, [this] { return is_stopping_; });
}

write_queue::writes write_queue::take(std::size_t most) {
    std::lock_guard const guard(mutex_);
    auto const count = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), most));
    in_flight_.assign(waiting_.begin(), waiting_.begin() + count);
    waiting_.erase(waiting_.begin(), waiting_.begin() + count);
    in_flight_since_ = steady_clock::now();
    return in_flight_;
}

write_queue::writes write_queue::in_flight() const {
    std::lock_guard const guard(mutex_);
    return in_flight_;
}

void write_queue::landed() {
    std::lock_guard const guard(mutex_);
    in_flight_.clear();
}

void write_queue::put_back() {
    {
        std::lock_guard const guard(mutex_);
        std::erase_if(in_flight_, [](auto const& each) { return each->is_claimed(); });
        waiting_.insert(waiting_.begin(), in_flight_.begin(), in_flight_.end());
        in_flight_.clear();
    }
    wakes_watch_.notify_one();
}

void write_queue::begin_work() {
    bool wakes = false;
    {
        std::lock_guard const guard(mutex_);
        if (working_since_) return;
        working_since_ = steady_clock::now();
        wakes = is_watch_idle_;
    }
    if (wakes) wakes_watch_.notify_one();
}

void write_queue::work_is_done() {
    std::lock_guard const guard(mutex_);
    working_since_.reset();
}

void write_queue::stop() {
    {
        std::lock_guard const guard(mutex_);
        is_stopping_ = true;
    }
    wakes_writer_.notify_one();
}

void write_queue::abandon() {
    std::vector<std::shared_ptr<table_write>> waiting;
    std::vector<std::shared_ptr<table_write>> undecided;
    {
        std::lock_guard const guard(mutex_);
        waiting.assign(waiting_.begin(), waiting_.end());
        undecided.assign(in_flight_.begin(), in_flight_.end());
        waiting_.clear();
        in_flight_.clear();
    }
    tell_all(waiting, errc::unavailable);
    tell_all(undecided, errc::outcome_unknown);
}

bool write_queue::is_stopping() const {
    std::lock_guard const guard(mutex_);
    return is_stopping_;
}

// --- the watching thread ------------------------------------------------------------------------

std::optional<write_queue::time> write_queue::next_deadline() const {
    if (!working_since_) return std::nullopt;
    auto const late = *working_since_ + options_.refuse_after;
    if (late > steady_clock::now() || in_flight_.empty()) return late;
    return in_flight_since_ + options_.answer_within;
}

std::vector<std::shared_ptr<table_write>> write_queue::take_late(time now) {
    std::vector<std::shared_ptr<table_write>> late;
    bool const is_late = working_since_ && now - *working_since_ >= options_.refuse_after;
    if (!is_late) return late;
    late.assign(waiting_.begin(), waiting_.end());
    waiting_.clear();
    std::ranges::copy_if(in_flight_, std::back_inserter(late),
                         [](auto const& each) { return each->is_reading(); });
    return late;
}

void write_queue::watch() {
    std::unique_lock guard(mutex_);
    while (!is_closed_) {
        auto const next = next_deadline();
        is_watch_idle_ = !next;
        // What was put back while it is late is told soon, not at once.
        auto const soon = steady_clock::now() + options_.refuse_after / 10;
        if (next) {
            wakes_watch_.wait_until(guard, std::max(*next, soon));
        } else {
            wakes_watch_.wait(guard);
        }
        auto const now = steady_clock::now();
        auto const late = take_late(now);
        std::vector<std::shared_ptr<table_write>> undecided;
        if (!in_flight_.empty() && now - in_flight_since_ >= options_.answer_within) {
            undecided.assign(in_flight_.begin(), in_flight_.end());
        }
        if (late.empty() && undecided.empty()) continue;
        guard.unlock();
        tell_all(late, errc::unavailable);
        tell_all(undecided, errc::outcome_unknown);
        guard.lock();
    }
}

} // namespace sluice::gateway::tables
