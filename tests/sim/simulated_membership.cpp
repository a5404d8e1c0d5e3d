#include "tests/sim/simulated_membership.hpp"

#include <algorithm>

namespace sluice::tests {

using namespace std::chrono_literals;
using queue::postgres::dead_member;
using change = simulated_database::change;

simulated_membership::simulated_membership(cluster_world& world, std::string name, int process,
                                           bool const& is_cut)
    : world_(world)
    , name_(std::move(name))
    , process_(process)
    , is_cut_(is_cut) {}

void simulated_membership::step(boot_time now) {
    if (is_over_) return;
    if (!lease_) return join(now);
    bool const is_connected = is_reachable() && generation_ == world_.db.generation();
    if (under_way_) {
        auto const then = std::exchange(under_way_, nullptr);
        return is_connected ? then(now) : failed(now);
    }
    if (is_connected) {
        if (now >= lease_->next_renewal()) return renew(now);
        if (now >= lease_->next_look()) look(now);
        return;
    }
    if (generation_ != 0) return failed(now);
    if (now < next_try_) return;
    if (!is_reachable()) return failed(now);
    generation_ = world_.db.generation();
    renew(now);
}

void simulated_membership::failed(boot_time now) {
    generation_ = 0;
    lease_->missed();
    auto const longest = world_.lease.lease / 4;
    auto const backoff = std::min(100ms * (1 << std::min(tries_++, 6U)), longest);
    next_try_ = now + backoff / 2 + backoff / 2 * static_cast<int>(world_.random() % 100) / 100;
}

// The answer comes at once, later, or never.
void simulated_membership::answer(boot_time now, std::function<void(boot_time)> then) {
    if (is_unlucky(30)) return failed(now);
    if (is_unlucky(10)) {
        under_way_ = std::move(then);
    } else {
        then(now);
    }
}

// --- ours ---------------------------------------------------------------------------------------

void simulated_membership::join(boot_time now) {
    if (!is_reachable()) {
        if (former_) former_->since = boot_time::max(); // it could not renew either
        return;
    }
    auto const& members = world_.db.state().members;
    auto const found = members.find(name_);
    if (found == members.end()) {
        auto const made = world_.db.insert_member(name_, process_);
        if (!made || is_unlucky(20)) return; // its answer was lost
        row_ = *made;
        epoch_ = 1;
        generation_ = world_.db.generation();
        lease_.emplace(world_.lease, now);
        return;
    }
    auto const& there = found->second;
    bool const is_adopted = world_.db.state().adoptions.contains(there.log);
    bool const is_gone = there.process == process_ || world_.gone_processes.contains(there.process);
    if (!former_ && (there.is_stopped || is_adopted || is_gone)) return take(there, now);
    if (watch(there, now)) take(there, now);
}

// Whether its lease has ended without a sign of life.
bool simulated_membership::watch(row const& there, boot_time now) {
    bool const is_adopted = world_.db.state().adoptions.contains(there.log);
    bool const stands = former_ && former_->seen.renewals == there.renewals &&
                        former_->seen.log == there.log && former_->seen.process == there.process;
    if (former_ && !stands && !is_adopted && !there.is_stopped) {
        is_over_ = true; // name in use
        return false;
    }
    if (!former_ || former_->since == boot_time::max() || !stands) former_ = {there, now};
    return now >= former_->since + world_.lease.lease || is_adopted || there.is_stopped;
}

void simulated_membership::take(row there, boot_time now) {
    std::int64_t epoch = 0;
    if (world_.db.take_row(there, process_, epoch) != change::done) return;
    if (is_unlucky(20)) return; // its answer was lost: the row shows this process
    row_ = there;
    epoch_ = epoch;
    generation_ = world_.db.generation();
    lease_.emplace(world_.lease, now);
}

void simulated_membership::renew(boot_time now) {
    auto const done = world_.db.renew(row_);
    answer(now, [this, sent = now, done](boot_time at) {
        if (!done) {
            if (resolve()) renew(at);
            return;
        }
        row_.renewals = *done;
        lease_->renewed(sent);
        tries_ = 0;
    });
}

// The counter is not where we left it: the fence tells whether we are to go on.
bool simulated_membership::resolve() {
    auto const& state = world_.db.state();
    auto const found = state.members.find(name_);
    bool const is_mine = found != state.members.end() && found->second.log == row_.log &&
                         state.owns(row_.log, epoch_);
    if (!is_mine) {
        is_over_ = true;
        return false;
    }
    row_.renewals = found->second.renewals;
    return true;
}

void simulated_membership::leave() {
    if (!lease_ || is_over_ || !is_reachable()) return;
    if (!world_.db.stop(row_) && resolve()) world_.db.stop(row_);
}

// --- the others' --------------------------------------------------------------------------------

simulated_membership::sight simulated_membership::see() const {
    auto const& state = world_.db.state();
    sight seen;
    for (auto const& [log, adoption] : state.adoptions) {
        if (!adoption.is_done) seen.to_adopt.push_back({log, state.fences.at(log)});
    }
    for (auto const& [name, one] : state.members) {
        auto const adoption = state.adoptions.find(one.log);
        bool const is_adopted = adoption != state.adoptions.end();
        seen.is_left_over |= is_adopted && adoption->second.is_done;
        if (one.log == row_.log) {
            seen.is_mine = state.owns(row_.log, epoch_);
        } else if (!is_adopted) {
            seen.others.push_back({one.log, one.renewals, one.is_stopped, world_.lease.lease});
            auto const silence = one.is_stopped ? world_.lease.rejoin : world_.lease.lease;
            if (world_.db.clock() - one.renewed_at >= silence) {
                seen.late.push_back({one.log, one.renewals, one.is_stopped});
            }
        }
    }
    return seen;
}

void simulated_membership::look(boot_time now) {
    answer(now, [this, sent = now, seen = see()](boot_time at) { judge(sent, at, seen); });
}

void simulated_membership::judge(boot_time sent, boot_time received, sight const& seen) {
    if (!seen.is_mine && !resolve()) return;
    auto dead = lease_->look(sent, received, seen.others);
    if (world_.bugs.asks_database_clock) dead = seen.late;
    for (auto const& one : dead) {
        if (!lease_->holds(received) || generation_ == 0) return;
        claim(one, received);
    }
    std::erase_if(told_, [&](auto const& each) {
        return std::ranges::none_of(seen.to_adopt, [&](log_owner const& one) {
            return std::pair(one.log, one.epoch) == each;
        });
    });
    for (auto const& one : seen.to_adopt) {
        if (told_.insert({one.log, one.epoch}).second) adoptable_.push_back(one);
    }
    if (seen.is_left_over && generation_ != 0) world_.db.forget_adopted();
}

// Some reach the server long after whoever sent them has given up.
void simulated_membership::claim(dead_member const& one, boot_time now) {
    if (is_unlucky(12)) {
        auto& db = world_.db;
        auto const after = std::chrono::milliseconds(world_.random() % 9000);
        db.run_later(after,
                     [&db, one, by = row_.log] { (void)db.claim(one.log, one.renewals, by); });
        return failed(now);
    }
    (void)world_.db.claim(one.log, one.renewals, row_.log);
    if (is_unlucky(12)) failed(now);
}

} // namespace sluice::tests
