#include "gateway/tables/sqlite_writer.hpp"

#include "gateway/tables/sqlite_schema.hpp"

#include <algorithm>

namespace sluice::gateway::tables {

namespace {

using std::chrono::steady_clock;

// After these the file is as it was before; after all others nobody knows.
bool is_harmless(boost::system::error_code ec) {
    return ec == errc::disk_full || ec == errc::overloaded;
}

void tell(std::vector<std::shared_ptr<sqlite_write>> const& all,
          boost::system::error_code failure) {
    tell_all({all.begin(), all.end()}, failure);
}

} // namespace

sqlite_writer::sqlite_writer(sqlite_database& into, options&& how)
    : database_(into)
    , options_(std::move(how))
    , thread_([this] { work(); }) {}

sqlite_writer::~sqlite_writer() {
    stop();
}

boost::system::error_code sqlite_writer::submit(std::shared_ptr<sqlite_write> write) {
    bool is_first = false;
    {
        std::lock_guard const guard(mutex_);
        if (is_stopping_ || has_failed_.load()) return errc::stopping;
        if (waiting_.size() >= options_.max_waiting) return errc::overloaded;
        is_first = waiting_.empty();
        waiting_.push_back(std::move(write));
    }
    // Whoever finds others waiting need not wake: the first of them has.
    if (is_first) wakes_.notify_one();
    return {};
}

bool sqlite_writer::stop() {
    {
        std::lock_guard const guard(mutex_);
        is_stopping_ = true;
    }
    wakes_.notify_one();
    if (thread_.joinable()) thread_.join();
    return is_all_saved_ && !has_failed_.load();
}

std::uint64_t sqlite_writer::waiting() const {
    std::lock_guard const guard(mutex_);
    return waiting_.size();
}

void sqlite_writer::work() {
    auto next_time = steady_clock::now() + options_.period;
    for (bool is_last = false; !is_last;) {
        batch taken;
        {
            std::unique_lock guard(mutex_);
            wakes_.wait_until(guard, next_time,
                              [this] { return is_stopping_ || !waiting_.empty(); });
            auto const count = std::min(waiting_.size(), options_.max_batch);
            std::move(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count),
                      std::back_inserter(taken));
            waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
            is_last = is_stopping_ && waiting_.empty();
        }
        if (!taken.empty()) write(taken);
        if (is_last || steady_clock::now() >= next_time) {
            is_all_saved_ = work_regularly();
            next_time = steady_clock::now() + options_.period;
        }
    }
}

void sqlite_writer::write(batch const& all) {
    if (has_failed_.load()) return tell(all, errc::stopping);
    auto const failure = commit([&all] {
        for (auto const& each : all)
            each->decide();
    });
    if (!failure) {
        for (auto const& each : all)
            each->publish();
    }
    tell(all, failure);
}

bool sqlite_writer::work_regularly() {
    if (has_failed_.load()) return false;
    bool const is_committed = !options_.gather() || !commit(options_.regularly);
    options_.after_regularly(is_committed);
    return is_committed;
}

boost::system::error_code sqlite_writer::commit(std::function<void()> const& changes) {
    database_.execute("BEGIN IMMEDIATE");
    changes();
    database_.execute("COMMIT");
    if (!database_.failure()) {
        transactions_.fetch_add(1, std::memory_order_relaxed);
        return {};
    }
    failures_.fetch_add(1, std::memory_order_relaxed);
    auto const failure = to_error(database_);
    auto const what = database_.failure_text();
    database_.roll_back();
    database_.clear_failure();
    if (is_harmless(failure)) return failure;
    has_failed_.store(true);
    options_.on_fatal(what);
    return errc::outcome_unknown;
}

} // namespace sluice::gateway::tables
