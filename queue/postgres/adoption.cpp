#include "queue/postgres/adoption.hpp"

#include "queue/postgres/claim_settling.hpp"

#include <algorithm>
#include <utility>

namespace sluice::queue::postgres {

using boost::system::error_code;
using boost::system::result;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr milliseconds time_limit{10'000}; // for a statement
constexpr milliseconds pause_after_failure{500};

bool is_same_adoption(adoptable_log const& one, adoptable_log const& other) {
    return one.log == other.log && one.epoch == other.epoch;
}

milliseconds since(steady_clock::time_point begun) {
    return std::chrono::duration_cast<milliseconds>(steady_clock::now() - begun);
}

} // namespace

// A worker on a dead log that `stop` reaches, so that it does not wait for a server that is away.
class adoption::hired {
  public:
    hired(adoption& by, adoptable_log const& what)
        : by_(by)
        , worker_(by.options_of(what)) {
        std::lock_guard const guard(by_.mutex_);
        by_.worker_ = &worker_;
        if (by_.is_stopping_) worker_.stop();
    }
    ~hired() {
        std::lock_guard const guard(by_.mutex_);
        by_.worker_ = nullptr;
    }
    hired(hired const&) = delete;
    hired& operator=(hired const&) = delete;

    log_worker& operator*() { return worker_; }

  private:
    adoption& by_;
    log_worker worker_;
};

adoption::adoption(log_options own, calls to)
    : own_(std::move(own))
    , to_(std::move(to))
    , thread_([this] { work(); }) {}

adoption::~adoption() {
    stop();
}

void adoption::stop() {
    {
        std::lock_guard const guard(mutex_);
        is_stopping_ = true;
        if (worker_ != nullptr) worker_->stop();
    }
    wakes_.notify_all();
    if (thread_.joinable()) thread_.join();
}

bool adoption::is_stopping() const {
    std::lock_guard const guard(mutex_);
    return is_stopping_;
}

void adoption::take_over(adoptable_log what) {
    std::lock_guard const guard(mutex_);
    auto const is_it = [&](adoptable_log const& each) { return is_same_adoption(each, what); };
    if (is_stopping_ || (under_way_ && is_it(*under_way_))) return;
    if (std::ranges::any_of(waiting_, is_it)) return;
    waiting_.push_back(what);
    wakes_.notify_all();
}

void adoption::work() {
    drop_leftovers();
    for (;;) {
        std::unique_lock guard(mutex_);
        wakes_.wait(guard, [this] { return is_stopping_ || !waiting_.empty(); });
        if (is_stopping_) return;
        under_way_ = waiting_.front();
        waiting_.pop_front();
        guard.unlock();
        bool const is_done = adopt(*under_way_);
        guard.lock();
        if (!is_done) {
            wakes_.wait_for(guard, pause_after_failure, [this] { return is_stopping_; });
            if (!is_stopping_) waiting_.push_back(*under_way_);
        }
        under_way_.reset();
    }
}

log_options adoption::options_of(adoptable_log const& what) const {
    auto options = own_;
    options.log = what.log;
    options.epoch = what.epoch;
    options.on_replicated = nullptr;
    return options;
}

result<dead_log> adoption::read(adoptable_log const& what) {
    hired reader(*this, what);
    return read_dead_log(*reader, what.log, what.epoch, to_.now());
}

// All of it was taken over, or it has another adopter since.
bool adoption::is_over(adoptable_log const& what) {
    std::string why;
    auto opened = connection::open(own_.connect, why);
    if (opened.has_error()) return is_stopping();
    auto const found = opened->execute(
        "SELECT is_done, (SELECT epoch FROM sluice.fence f WHERE f.log = a.log) FROM "
        "sluice.adopted_log a WHERE log = $1::integer",
        parameters().add(std::int64_t{what.log}), time_limit);
    if (found.has_error()) return false;
    return found->size() == 0 || found->text(0, 0) == "t" || found->number(0, 1) != what.epoch;
}

// Before anything else: callers are told to wait until it is done.
error_code adoption::settle_keys(adoptable_log const& what, dead_log const& found) {
    std::string why;
    auto opened = connection::open(own_.connect, why);
    if (opened.has_error()) return opened.error();
    auto const is_recorded = [&](undecided_claim const& one) {
        return std::ranges::binary_search(found.keys, recorded(one.name, one.answer));
    };
    auto const done = settle_claims(*opened, what.log, what.epoch, is_recorded, time_limit);
    return done.has_error() ? done.error() : error_code();
}

// Nothing of it is needed any more, if the server still has all that it confirmed: a standby that
// was behind may lead by now and lack slices that were taken over; then all is done again.
error_code adoption::finish(adoptable_log const& what, std::size_t slices) {
    std::string why;
    auto opened = connection::open(own_.connect, why);
    if (opened.has_error()) return opened.error();
    // First, so that whoever still reads knows why tables are gone.
    auto const done = opened->execute(
        "UPDATE sluice.adopted_log SET is_done = true WHERE log = $1::integer AND EXISTS (SELECT 1 "
        "FROM sluice.fence f WHERE f.log = $1::integer AND f.epoch = $2::bigint) AND (SELECT "
        "count(*) FROM sluice.adopted_slice s WHERE s.log = $1::integer) >= $3::bigint RETURNING 1",
        parameters()
            .add(std::int64_t{what.log})
            .add(what.epoch)
            .add(static_cast<std::int64_t>(slices)),
        time_limit);
    if (done.has_error()) return done.error();
    if (done->size() == 0) return postgres_errc::missing;
    return drop_segments(what);
}

// Its tables go one by one, each while the fence is ours.
error_code adoption::drop_segments(adoptable_log const& what) {
    hired worker(*this, what);
    auto const listed = (*worker).run({list_job{}, 0});
    if (listed.error) return listed.error;
    for (auto const& entry : listed.entries) {
        auto const removed = (*worker).run({remove_job{{}, entry.segment}, 0});
        if (removed.error) return removed.error;
    }
    return {};
}

// Whoever died between the mark and the last table left some.
void adoption::drop_leftovers() {
    std::string why;
    auto opened = connection::open(own_.connect, why);
    if (opened.has_error()) return; // the next start looks again
    auto const found = opened->execute(
        "SELECT a.log, f.epoch FROM sluice.adopted_log a JOIN sluice.fence f ON f.log = a.log "
        "WHERE a.is_done AND EXISTS (SELECT 1 FROM sluice.segment s WHERE s.log = a.log)",
        {}, time_limit);
    if (found.has_error()) return;
    for (std::size_t i = 0; i < found->size() && !is_stopping(); ++i) {
        adoptable_log const left{static_cast<std::uint32_t>(found->number(i, 0)),
                                 found->number(i, 1), 0};
        if (auto const ec = drop_segments(left)) to_.tell_failure(left, ec.message());
    }
}

// Whether it is not to be tried again: we are to stop, or another survivor has ended it.
bool adoption::ends_with(adoptable_log const& what, error_code why) {
    if (is_stopping() || is_over(what)) return true;
    to_.tell_failure(what, why.message());
    return false;
}

// What must be delivered comes first; each survivor begins elsewhere in it. After an error those
// that are under way are waited for, before the log is read again.
error_code adoption::give(std::vector<foreign_slice>&& slices, std::size_t live,
                          steady_clock::time_point begun, adopted& done) {
    std::deque<given> under_way;
    error_code failed;
    std::size_t next = 0;
    for (std::size_t safe = 0; safe < slices.size(); ++safe) {
        while (!failed && next < slices.size() && under_way.size() < slices_under_way) {
            if (is_stopping()) break;
            auto const n = next < live ? (next + own_.log) % live : next;
            under_way.push_back(to_.give(std::move(slices[n])));
            ++next;
        }
        if (under_way.empty()) break;
        auto const ec = under_way.front()();
        under_way.pop_front();
        if (!failed) failed = ec;
        if (safe + 1 == live) done.until_live = since(begun);
    }
    return failed;
}

bool adoption::adopt(adoptable_log const& what) {
    auto const begun = steady_clock::now();
    auto found = read(what);
    if (found.has_error()) return ends_with(what, found.error());
    // Others work as well: what was read may be old, and its lanes with it.
    if (is_over(what)) return true;
    if (auto const ec = settle_keys(what, *found)) return ends_with(what, ec);
    adopted done{what.log, found->tasks, found->finished, since(begun), {}};
    for (auto& lane : found->lanes)
        to_.give_lane(std::move(lane));
    auto const count = found->slices.size();
    auto const ec = give(std::move(found->slices), found->live_slices, begun, done);
    if (ec) return ends_with(what, ec);
    if (is_stopping()) return true;
    if (auto const late = finish(what, count)) return ends_with(what, late);
    to_.tell(done);
    return true;
}

} // namespace sluice::queue::postgres
