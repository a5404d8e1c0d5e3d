#include "tests/sim/simulated_lanes.hpp"

#include <utility>

namespace sluice::tests {

using namespace std::chrono_literals;

namespace {

constexpr queue::postgres::lane_watch_options rules;

} // namespace

// --- looking ------------------------------------------------------------------------------------

bool simulated_lanes::open(queue::dispatcher& core, boot_time now) {
    core_ = &core;
    now_ = looked_ = now;
    if (!world_.bugs.reads_no_lanes_at_start) {
        if (!is_reachable()) return false;
        generation_ = world_.db.generation();
        for (auto& row : watch_.looked(world_.db.look_lanes(0), now))
            core.follow(std::move(row));
    }
    core.set_herald(this);
    core.tell_lanes();
    return true;
}

bool simulated_lanes::is_current(boot_time now) const {
    if (world_.bugs.trusts_old_looks) return true;
    return queue::postgres::is_current(now, looked_, away_, rules);
}

bool simulated_lanes::believes_away(boot_time now) const {
    return now - looked_ > rules.current_for && is_current(now) && !world_.bugs.trusts_old_looks;
}

void simulated_lanes::step(boot_time now) {
    now_ = now;
    bool const is_connected = is_reachable() && generation_ == world_.db.generation();
    if (under_way_) {
        if (!is_connected) under_way_->is_lost = true;
        if (now >= under_way_->answered) end_look(now);
        return;
    }
    if (!is_connected && (now < next_try_ || !connect(now))) return;
    if (watch_.has_found() && now >= next_merge_) merge(now);
    if (generation_ != 0 && watch_.is_due(now)) begin_look(now);
}

bool simulated_lanes::connect(boot_time now) {
    away_.reset();
    if (!is_reachable()) {
        away_ = now;
        failed(now);
        return false;
    }
    generation_ = world_.db.generation();
    watch_.connected();
    return true;
}

void simulated_lanes::failed(boot_time now) {
    generation_ = 0;
    next_try_ = now + std::chrono::milliseconds(100 + world_.random() % 900);
}

// The server looks now; the answer comes at once, later or never.
void simulated_lanes::begin_look(boot_time now) {
    look next{now, now, is_unlucky(40), world_.db.look_lanes(watch_.seen())};
    if (next.is_lost) {
        next.answered = now + 1000ms;
    } else if (is_unlucky(8)) {
        next.answered = now + std::chrono::milliseconds(world_.random() % 900);
    }
    under_way_ = std::move(next);
    if (now >= under_way_->answered) end_look(now);
}

void simulated_lanes::end_look(boot_time now) {
    auto done = std::move(*std::exchange(under_way_, std::nullopt));
    if (done.is_lost) {
        watch_.postpone(now);
        return failed(now);
    }
    for (auto& row : watch_.looked(std::move(done.seen), now))
        core_->follow(std::move(row));
    looked_ = done.sent;
}

// --- writing ------------------------------------------------------------------------------------

void simulated_lanes::tell(queue::lane_stand&& stand) {
    watch_.found(std::move(stand), now_);
}

void simulated_lanes::merge(boot_time now) {
    auto stands = watch_.take_found(now);
    next_merge_ = now + 250ms;
    if (stands.empty()) return;
    if (is_unlucky(12)) {
        // It may be carried out much later.
        if (is_unlucky(2)) {
            auto const after = std::chrono::milliseconds(world_.random() % 9000);
            world_.db.run_later(after, [&db = world_.db, stands, newest = watch_.newest()] {
                db.merge_lanes(stands, newest);
            });
        }
        watch_.give_back(std::move(stands), now);
        return failed(now);
    }
    world_.db.merge_lanes(stands, watch_.newest());
}

bool simulated_lanes::change(queue::lane_wish const& wish, boot_time now) {
    now_ = now;
    if (!is_reachable()) return false;
    if (generation_ != world_.db.generation()) connect(now);
    if (is_unlucky(12)) {
        auto const after = std::chrono::milliseconds(world_.random() % 9000);
        world_.db.run_later(after, [&db = world_.db, wish, newest = watch_.newest()] {
            db.change_lane(wish, newest);
        });
        failed(now);
        return false;
    }
    auto row = world_.db.change_lane(wish, watch_.newest());
    watch_.changed(row, now);
    world_.judge.switched(wish.destination, row.version);
    core_->follow(std::move(row));
    return true;
}

} // namespace sluice::tests
