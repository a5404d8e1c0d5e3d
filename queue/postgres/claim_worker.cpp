#include "queue/postgres/claim_worker.hpp"

#include "queue/postgres/claim_periods.hpp"
#include "queue/postgres/log_work.hpp"

#include <algorithm>
#include <utility>

namespace sluice::queue::postgres {

using boost::system::error_code;
using boost::system::result;

claim_worker::claim_worker(claim_worker_options options)
    : options_(std::move(options))
    , longest_(options_.longest) {}

void claim_worker::stop() {
    {
        std::lock_guard const guard(mutex_);
        is_stopping_ = true;
    }
    wakes_.notify_all();
}

void claim_worker::set_longest(std::chrono::milliseconds lifetime) {
    std::lock_guard const guard(mutex_);
    longest_ = std::max(longest_, lifetime);
}

std::chrono::milliseconds claim_worker::longest() const {
    std::lock_guard const guard(mutex_);
    return longest_;
}

claim_status claim_worker::status() const {
    std::lock_guard const guard(mutex_);
    return status_;
}

// False: it is to stop.
bool claim_worker::pause() {
    pause_ = std::clamp(pause_ * 2, options_.first_pause, options_.longest_pause);
    std::unique_lock guard(mutex_);
    return !wakes_.wait_for(guard, pause_, [this] { return is_stopping_; });
}

// The mark must be there before the first claim, so that whoever finds one finds the other.
error_code claim_worker::connect() {
    std::string why;
    auto made = connection::open(options_.connect, why);
    if (made.has_error()) return made.error();
    to_.emplace(std::move(*made));
    auto const limit = options_.statement_timeout;
    if (auto const done = prepare_claims(*to_, limit); done.has_error()) return done.error();
    if (auto const ec = enter_period()) return ec;
    auto const marked = to_->execute(
        "WITH f AS (SELECT 1 FROM sluice.fence WHERE log = $1::integer AND epoch = "
        "$2::bigint FOR SHARE) INSERT INTO sluice.claim_mark (log, epoch, job, "
        "decided, period) SELECT $1::integer, $2::bigint, 0, 0, $3::integer FROM f "
        "ON CONFLICT DO NOTHING",
        parameters().add(std::int64_t{options_.log}).add(options_.epoch).add(period_), limit);
    return marked.has_error() ? marked.error() : error_code();
}

error_code claim_worker::enter_period() {
    auto const lifetime = longest();
    auto const period = enter_claim_period(*to_, lifetime, options_.statement_timeout);
    if (period.has_error()) return period.error();
    period_ = *period;
    noted_ = lifetime;
    return {};
}

// In which period the oldest claim lies that is open after the job.
std::int64_t claim_worker::open_since(claim_job const& job) {
    std::erase_if(claimed_, [&](auto const& each) { return each.second <= job.decided; });
    for (auto const& want : job.wants)
        claimed_[period_] = std::max(claimed_[period_], want.turn);
    return claimed_.empty() ? period_ : claimed_.begin()->first;
}

result<claim_answer> claim_worker::send(claim_job const& job) {
    {
        std::lock_guard const guard(mutex_);
        ++status_.statements;
    }
    auto const since = open_since(job);
    return claim_keys(
        *to_, {options_.log, options_.epoch, period_, since, options_.statement_timeout}, job);
}

error_code claim_worker::ask(claim_job const& job, claim_result& into) {
    if (longest() > noted_) {
        if (auto const ec = enter_period()) return ec;
    }
    auto answer = send(job);
    if (answer.has_error()) return answer.error();
    if (answer->outcome == claim_outcome::new_period) {
        auto const before = period_;
        if (auto const ec = enter_period()) return ec;
        // Where it is not the period it is the mark, which a new connection makes.
        if (period_ == before) return postgres_errc::unknown;
        answer = send(job);
        if (answer.has_error()) return answer.error();
        if (answer->outcome == claim_outcome::new_period) return postgres_errc::unknown;
    }
    if (answer->outcome == claim_outcome::repeated) {
        // What stood there while it waited for itself may have been seen too early: once more.
        answer = send(job);
        if (answer.has_error()) return answer.error();
        std::lock_guard const guard(mutex_);
        ++status_.repeated;
    }
    into.of_wants = std::move(answer->of_wants);
    return {};
}

claim_result claim_worker::run(claim_job const& job) {
    claim_result done;
    for (;;) {
        error_code ec;
        if (!to_ || !to_->is_open()) ec = connect();
        if (!ec) ec = ask(job, done);
        if (!ec) {
            pause_ = {};
            return done;
        }
        bool const is_away = ec == postgres_errc::unreachable || ec == postgres_errc::unknown;
        bool const passes = ec == postgres_errc::refused && to_ && may_pass(to_->sqlstate());
        if (!is_away && !passes) {
            bool const is_refused = ec == postgres_errc::refused && to_;
            if (is_refused && options_.tell_refusal) options_.tell_refusal(to_->message());
            done.error = ec;
            return done;
        }
        to_.reset(); // another connection may find another server
        if (!pause()) {
            done.error = postgres_errc::unreachable;
            return done;
        }
    }
}

void claim_worker::tidy() {
    if (!to_ || !to_->is_open()) return;
    (void)tidy_claim_periods(*to_, longest(), options_.statement_timeout);
}

} // namespace sluice::queue::postgres
