#include "queue/postgres/membership.hpp"

#include "queue/postgres/member_view.hpp"
#include "queue/postgres/quiet_thread.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::queue::postgres {

using boost::system::result;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds first_backoff{100};
constexpr milliseconds longest_backoff{1000};
constexpr milliseconds least_timeout{500};
constexpr std::chrono::seconds least_connect{2}; // libpq knows no less
constexpr std::chrono::seconds longest_connect{5};
constexpr milliseconds join_timeout{5000}; // there is no lease yet that could end

} // namespace

membership::membership(membership_options options)
    : options_(std::move(options))
    , self_{options_.name, options_.advertise, options_.version, options_.lease.lease,
            own_identity()}
    , view_(std::make_shared<members_view const>())
    , random_(std::random_device()()) {
    options_.database.application_name = "sluice " + options_.name;
    auto const patience = std::chrono::floor<std::chrono::seconds>(options_.lease.lease / 5);
    options_.database.connect_timeout = std::clamp(patience, least_connect, longest_connect);
}

membership::~membership() {
    stop();
}

// A renewal that is not answered must leave time for another connection and another renewal
// before the lease is over.
milliseconds membership::statement_timeout() const {
    return std::max(options_.lease.lease / 4, least_timeout);
}

result<joined> membership::join(std::string& why) {
    join_request request;
    request.database = options_.database;
    request.self = self_;
    request.statement_timeout = join_timeout;
    request.waiting = options_.waiting;
    request.pause = [this](milliseconds time) { return pause(time); };
    auto made = join_cluster(request, why);
    if (made.has_error()) return made.error();
    row_ = made->row;
    to_.emplace(std::move(made->to));
    lease_.emplace(options_.lease, made->sent);
    is_connected_ = true;
    last_renewal_ = made->sent.time_since_epoch().count();
    deadline_ = lease_->deadline().time_since_epoch().count();
    thread_ = std::thread([this] { run(); });
    return joined{row_.log, row_.epoch};
}

bool membership::pause(milliseconds time) {
    std::unique_lock lock(mutex_);
    return !wake_.wait_for(lock, time, [this] { return ending_ != ending::none; });
}

void membership::stop_waiting() {
    {
        std::lock_guard const lock(mutex_);
        if (thread_.joinable()) return;
        ending_ = ending::quiet;
    }
    wake_.notify_all();
}

void membership::start(membership_callbacks callbacks) {
    {
        std::lock_guard const lock(mutex_);
        callbacks_ = std::make_shared<membership_callbacks const>(std::move(callbacks));
        is_woken_ = true;
    }
    wake_.notify_all();
}

void membership::set_advertise(std::string advertise) {
    {
        std::lock_guard const lock(mutex_);
        new_advertise_ = std::move(advertise);
        is_woken_ = true;
    }
    wake_.notify_all();
}

void membership::leave() {
    end(ending::good_bye);
}

void membership::stop() {
    end(ending::quiet);
}

void membership::end(ending how) {
    {
        std::lock_guard const lock(mutex_);
        if (ending_ == ending::none) ending_ = how;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

bool membership::holds() const {
    return boot_clock::now().time_since_epoch().count() < deadline_.load();
}

boot_time membership::deadline() const {
    return boot_time(boot_clock::duration(deadline_.load()));
}

shared_members membership::view() const {
    std::lock_guard const lock(mutex_);
    return view_;
}

membership_status membership::status() const {
    auto const now = boot_clock::now();
    auto const renewed = boot_time(boot_clock::duration(last_renewal_.load()));
    membership_status out;
    out.lease_age = std::chrono::floor<milliseconds>(now - renewed);
    out.lease_remaining = std::chrono::floor<milliseconds>(deadline() - now);
    out.renewals = renewals_;
    out.failures = failures_;
    out.claims = claims_;
    out.is_connected = is_connected_;
    return out;
}

// --- the thread ---------------------------------------------------------------------------------

void membership::run() {
    leave_signals_to_others();
    while (step()) {
        announce();
        std::unique_lock lock(mutex_);
        auto const rest = next_event() - boot_clock::now();
        auto const is_wanted = [this] { return is_woken_ || ending_ != ending::none; };
        if (rest.count() > 0) wake_.wait_for(lock, rest, is_wanted);
        is_woken_ = false;
    }
    announce();
    to_.reset();
    is_connected_ = false;
}

// One statement, or none; false when it is over.
bool membership::step() {
    auto how = ending::none;
    bool is_new_address = false;
    {
        std::lock_guard const lock(mutex_);
        how = ending_;
        if (new_advertise_) {
            row_.advertise = *std::exchange(new_advertise_, {});
            self_.advertise = row_.advertise;
            is_new_address = true;
        }
    }
    if (how == ending::good_bye) say_good_bye();
    if (how != ending::none) return false;
    if (lost_why_) return true; // until we are told to end
    auto const now = boot_clock::now();
    if (!to_) {
        if (now >= next_try_) reconnect();
    } else if (is_new_address || now >= lease_->next_renewal()) {
        renew();
    } else if (looks_again_ || now >= lease_->next_look()) {
        look();
    }
    return true;
}

boot_time membership::next_event() const {
    if (lost_why_) return boot_clock::now() + std::chrono::hours(1);
    if (!to_) return next_try_;
    if (looks_again_) return boot_clock::now();
    return std::min(lease_->next_renewal(), lease_->next_look());
}

void membership::reconnect() {
    std::string why;
    auto made = connection::open(options_.database, why);
    if (made.has_error()) return failed(why);
    member_table table(*made, statement_timeout());
    if (table.prepare().has_error()) return failed(made->message());
    to_.emplace(std::move(*made));
    // It counts as connected when the renewal was answered: a standby answers, too.
    renew();
    if (!to_ || lost_why_) return;
    tries_ = 0;
    note(false, "PostgreSQL answers again", to_->host());
}

void membership::renew() {
    constexpr int most_tries = 3;
    for (int tries = 0; tries < most_tries; ++tries) {
        auto const sent = boot_clock::now();
        auto const done = member_table(*to_, statement_timeout()).renew(row_);
        if (done.has_error()) return failed(to_->message());
        if (*done) {
            row_.renewals = **done;
            lease_->renewed(sent);
            last_renewal_ = sent.time_since_epoch().count();
            deadline_ = lease_->deadline().time_since_epoch().count();
            is_connected_ = true;
            ++renewals_;
            return;
        }
        if (!resolve()) return;
    }
    failed("the row of this gateway changes again and again");
}

// The counter is not where we left it: an answer was lost, a standby without our last renewals was
// promoted, or another owns our log. Only the fence tells which. False where we are not to go on.
bool membership::resolve() {
    auto const found = member_table(*to_, statement_timeout()).find_member(row_.name);
    if (found.has_error()) {
        failed(to_->message());
        return false;
    }
    if (!*found) {
        lose("its row is gone from the database");
        return false;
    }
    auto const& there = **found;
    if (there.log != row_.log || there.epoch != row_.epoch) {
        lose(fmt::format("log {} of epoch {} was taken over: its epoch is {}", row_.log, row_.epoch,
                         there.epoch));
        return false;
    }
    row_.renewals = there.renewals;
    return true;
}

void membership::look() {
    looks_again_ = false;
    member_table table(*to_, statement_timeout());
    auto const sent = boot_clock::now();
    auto const seen = table.look();
    auto const received = boot_clock::now();
    if (seen.has_error()) return failed(to_->message());
    auto const mine = std::ranges::find(seen->members, row_.log, &member_row::log);
    bool const is_mine = mine != seen->members.end() && mine->epoch == row_.epoch;
    if (!is_mine && !resolve()) return;
    if (!refresh_holders(table, *seen)) return failed(to_->message());
    judge(sent, received, *seen);
}

void membership::judge(boot_time sent, boot_time received, cluster_rows const& seen) {
    auto const is_adopted = [&](std::uint32_t log) {
        return std::ranges::find(seen.adopted, log, &adopted_row::log) != seen.adopted.end();
    };
    std::vector<sighting> others;
    for (auto const& row : seen.members) {
        if (row.log == row_.log || is_adopted(row.log)) continue;
        others.push_back({row.log, row.renewals, row.is_stopped, row.lease});
    }
    auto const dead = lease_->look(sent, received, others);
    publish(make_view(seen, all_slices(seen), *lease_, row_.log));
    to_adopt_.clear();
    for (auto const& one : seen.adopted)
        if (!one.is_done) to_adopt_.push_back(one);
    member_table table(*to_, statement_timeout());
    claim(table, dead);
    bool const is_left_over = std::ranges::any_of(seen.members, [&](member_row const& row) {
        auto const found = std::ranges::find(seen.adopted, row.log, &adopted_row::log);
        return found != seen.adopted.end() && found->is_done;
    });
    if (to_ && is_left_over && table.forget_adopted().has_error()) failed(to_->message());
}

// Who holds a log that was adopted to the end is asked for once.
bool membership::refresh_holders(member_table& table, cluster_rows const& seen) {
    for (auto const& one : seen.adopted) {
        if (!one.is_done || holders_.contains(one.log)) continue;
        auto const found = table.holders(one.log);
        if (found.has_error()) return false;
        holders_.emplace(one.log, *found);
    }
    return true;
}

std::vector<slice_row> membership::all_slices(cluster_rows const& seen) const {
    auto all = seen.slices;
    for (auto const& [log, slices] : holders_)
        all.insert(all.end(), slices.begin(), slices.end());
    return all;
}

void membership::claim(member_table& table, std::vector<dead_member> const& dead) {
    for (auto const& one : dead) {
        // Whoever slept since the look has no business here.
        if (!lease_->holds(boot_clock::now())) return;
        auto const done = table.claim(one.log, one.renewals, row_.log, row_.name);
        if (done.has_error()) {
            // A lock that is not given in time is asked for again with the next look.
            if (!to_->is_open()) return failed(to_->message());
            continue;
        }
        if (*done == row_change::moved) continue;
        ++claims_;
        looks_again_ = true; // finds it among what is to be adopted
        note(true,
             one.was_stopped ? "a stopped gateway did not come back: its log is taken over"
                             : "a gateway is dead: its log is taken over",
             fmt::format("log {}", one.log));
    }
}

void membership::failed(std::string const& what) {
    ++failures_;
    if (is_connected_.exchange(false) || tries_ == 0)
        note(true, "PostgreSQL does not answer", what);
    to_.reset();
    lease_->missed();
    auto const longest = std::min(longest_backoff, options_.lease.lease / 4);
    auto const backoff = std::min(first_backoff * (1 << std::min(tries_++, 6U)), longest);
    std::uniform_real_distribution<double> part(0.5, 1.0);
    next_try_ = boot_clock::now() +
                std::chrono::duration_cast<boot_clock::duration>(backoff * part(random_));
    auto view = *membership::view();
    view.is_reachable = false;
    publish(std::move(view));
}

void membership::lose(std::string why) {
    deadline_ = 0;
    lost_why_ = std::move(why);
}

void membership::publish(members_view view) {
    std::lock_guard const lock(mutex_);
    if (!differs(*view_, view)) return;
    view_ = std::make_shared<members_view const>(std::move(view));
    has_news_ = true;
}

void membership::note(bool is_warning, std::string text, std::string detail) {
    constexpr std::size_t most_kept = 100; // before start()
    if (notes_.size() < most_kept)
        notes_.push_back({is_warning, std::move(text), std::move(detail)});
}

// Tells what was not told; nothing is lost before start().
void membership::announce() {
    std::shared_ptr<membership_callbacks const> tell;
    shared_members now;
    {
        std::lock_guard const lock(mutex_);
        tell = callbacks_;
        now = view_;
    }
    if (!tell) return;
    for (auto const& one : std::exchange(notes_, {}))
        if (tell->note) tell->note(one);
    if (std::exchange(has_news_, false) && tell->changed) tell->changed(now);
    // What is not there any more may come again: a standby that leads may lack its last mark.
    std::erase_if(told_, [this](auto const& each) {
        return std::ranges::none_of(to_adopt_, [&](adopted_row const& one) {
            return one.log == each.first && one.epoch == each.second;
        });
    });
    for (auto const& one : to_adopt_) {
        bool const is_new = told_.insert({one.log, one.epoch}).second;
        if (is_new && tell->adopt) tell->adopt({one.log, one.epoch, one.by});
    }
    if (lost_why_ && !lost_why_->empty() && tell->lost) tell->lost(std::exchange(*lost_why_, {}));
}

// Best effort: without it the others wait until the lease is over.
void membership::say_good_bye() {
    deadline_ = 0;
    for (int tries = 0; tries < 2 && to_ && !lost_why_; ++tries) {
        auto const done = member_table(*to_, statement_timeout()).stop(row_);
        if (done.has_error() || *done == row_change::done || !resolve()) return;
    }
}

} // namespace sluice::queue::postgres
