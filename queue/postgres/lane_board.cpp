#include "queue/postgres/lane_board.hpp"

#include "queue/core/error.hpp"
#include "queue/postgres/quiet_thread.hpp"

#include <algorithm>

namespace sluice::queue::postgres {

using boost::system::result;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds first_pause{100};
constexpr milliseconds longest_pause{1000};
// A destination that refuses all closes its gate with each answer: they are written together.
constexpr milliseconds merge_pause{250};
constexpr std::chrono::seconds shortest_connect{2}; // libpq knows no less

boot_time time_of(std::atomic<boot_clock::rep> const& kept) {
    return boot_time(boot_clock::duration(kept.load()));
}

} // namespace

lane_board::lane_board(lane_board_options options)
    : options_([&] {
        options.database.connect_timeout = shortest_connect;
        return std::move(options);
    }())
    , watch_(options_.watch) {}

lane_board::~lane_board() {
    stop();
}

result<lane_board::opened> lane_board::open(std::string& why) {
    auto made = connection::open(options_.database, why);
    if (made.has_error()) return made.error();
    to_.emplace(std::move(*made));
    auto const sent = boot_clock::now();
    auto sight = lane_table(*to_, connection::default_timeout).look(0);
    if (sight.has_error()) {
        why = to_->message();
        return sight.error();
    }
    ++looks_;
    auto rows = watch_.looked(std::move(*sight), boot_clock::now());
    rows_ = watch_.rows();
    return opened{std::move(rows), sent};
}

void lane_board::start(lane_board_callbacks callbacks) {
    tell_ = std::move(callbacks);
    thread_ = std::thread([this] { run(); });
}

void lane_board::stop() {
    {
        std::lock_guard const lock(mutex_);
        is_stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
    while (auto one = next_wish())
        one->tell(errc::stopping);
}

// --- any thread ---------------------------------------------------------------------------------

void lane_board::change(lane_wish wish, told tell) {
    boost::system::error_code refused;
    {
        std::lock_guard const lock(mutex_);
        if (is_stopping_) {
            refused = errc::stopping;
        } else if (wishes_.size() >= options_.most_wishes) {
            refused = errc::overloaded;
        } else {
            wishes_.push_back({std::move(wish), std::move(tell)});
        }
    }
    if (refused) return tell(refused);
    wake_.notify_all();
}

void lane_board::found(lane_stand&& stand) {
    {
        std::lock_guard const lock(mutex_);
        news_.add(std::move(stand), boot_clock::now());
    }
    wake_.notify_all();
}

void lane_board::applied(boot_time looked) {
    applied_ = looked.time_since_epoch().count();
}

bool lane_board::is_current() const {
    std::optional<boot_time> away;
    if (is_away_) away = time_of(tried_);
    return postgres::is_current(boot_clock::now(), time_of(applied_), away, options_.watch);
}

lane_board_status lane_board::status() const {
    lane_board_status out;
    out.look_age = std::chrono::floor<milliseconds>(boot_clock::now() - time_of(applied_));
    out.rows = rows_;
    out.looks = looks_;
    out.writes = writes_;
    out.failures = failures_;
    return out;
}

// --- the thread ---------------------------------------------------------------------------------

void lane_board::run() {
    leave_signals_to_others();
    while (wait())
        step();
}

// Until there is something to do; false: no more.
bool lane_board::wait() {
    std::unique_lock lock(mutex_);
    auto next = watch_.next_look();
    if (!to_) next = std::max(next, next_try_);
    if (watch_.has_found() && to_) next = std::min(next, next_merge_);
    auto const now = boot_clock::now();
    auto const is_wanted = [this] { return is_stopping_ || !wishes_.empty() || !news_.is_empty(); };
    if (next > now) wake_.wait_for(lock, next - now, is_wanted);
    watch_.found(std::exchange(news_, {}));
    return !is_stopping_;
}

void lane_board::step() {
    while (auto one = is_stopping() ? std::nullopt : next_wish()) {
        fulfil(std::move(*one));
        if (!is_away_) continue;
        // Each of the others would wait for a connection of its own.
        while (auto other = next_wish())
            other->tell(errc::store_away);
    }
    auto const now = boot_clock::now();
    if (!to_ && (now < next_try_ || !connect())) return;
    if (watch_.has_found() && now >= next_merge_) merge();
    if (to_ && watch_.is_due(now)) look();
}

bool lane_board::is_stopping() {
    std::lock_guard const lock(mutex_);
    return is_stopping_;
}

std::optional<lane_board::waiting_wish> lane_board::next_wish() {
    std::lock_guard const lock(mutex_);
    if (wishes_.empty()) return std::nullopt;
    auto one = std::move(wishes_.front());
    wishes_.pop_front();
    return one;
}

bool lane_board::connect() {
    tried_ = boot_clock::now().time_since_epoch().count();
    auto made = connection::open(options_.database, why_);
    tried_ = boot_clock::now().time_since_epoch().count();
    is_away_ = made.has_error();
    if (is_away_) {
        failed(why_);
        return false;
    }
    to_.emplace(std::move(*made));
    watch_.connected();
    return true;
}

void lane_board::failed(std::string const& what) {
    ++failures_;
    why_ = what;
    to_.reset();
    auto const now = boot_clock::now();
    next_try_ = now + std::min(first_pause * (1u << std::min(tries_++, 4u)), longest_pause);
    if (!std::exchange(is_told_away_, true) && tell_.away) tell_.away(why_);
}

void lane_board::fulfil(waiting_wish&& one) {
    auto done = write(one.wish);
    if (done.has_value()) {
        ++writes_;
        watch_.changed(*done, boot_clock::now());
        rows_ = watch_.rows();
    }
    one.tell(std::move(done));
}

// A wish that was not answered may be written twice: it says how the lane is to be, and whoever
// wishes has had no answer yet.
result<lane_stand> lane_board::write(lane_wish const& wish) {
    bool may_be_done = false;
    for (int tries = 0; tries < 2; ++tries) {
        // A connection that was lost is noticed by a question, of which nothing follows.
        if (to_) look();
        if (!to_ && !connect()) break;
        auto done = lane_table(*to_, options_.write_timeout).change(wish, watch_.newest());
        if (done.has_value()) return done;
        may_be_done |= done.error() == postgres_errc::unknown;
        failed(to_->message());
    }
    if (may_be_done) return make_error_code(errc::outcome_unknown);
    return make_error_code(errc::store_away);
}

void lane_board::merge() {
    auto stands = watch_.take_found(boot_clock::now());
    if (stands.empty()) return;
    lane_table table(*to_, options_.write_timeout);
    auto const done = table.merge(stands, watch_.newest(), is_plain_);
    next_merge_ = boot_clock::now() + merge_pause;
    if (done.has_value()) {
        is_plain_ = false;
        ++writes_;
        return;
    }
    is_plain_ = done.error() == postgres_errc::refused;
    watch_.give_back(std::move(stands), boot_clock::now());
    failed(to_->message());
}

void lane_board::look() {
    auto const sent = boot_clock::now();
    auto sight = lane_table(*to_, options_.look_timeout).look(watch_.seen());
    if (sight.has_error()) {
        watch_.postpone(sent);
        return failed(to_->message());
    }
    ++looks_;
    tries_ = 0;
    auto rows = watch_.looked(std::move(*sight), boot_clock::now());
    rows_ = watch_.rows();
    if (std::exchange(is_told_away_, false) && tell_.back) tell_.back();
    tell_.rows(std::move(rows), sent);
}

} // namespace sluice::queue::postgres
