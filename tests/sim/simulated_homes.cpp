#include "tests/sim/simulated_homes.hpp"

#include <algorithm>

namespace sluice::tests {

using namespace std::chrono_literals;

void simulated_homes::step(queue::postgres::boot_time now) {
    if (now < next_ || is_cut_ || world_.db.is_away()) return;
    next_ = now + (world_.is_calm ? 300ms : std::chrono::milliseconds(100 + world_.random() % 900));
    hand_over();
    look();
    take();
    give_up();
}

std::vector<std::uint32_t> simulated_homes::alive() const {
    std::vector<std::uint32_t> logs;
    for (auto const& [name, row] : world_.db.state().members)
        if (!row.is_stopped && !world_.db.state().adoptions.contains(row.log))
            logs.push_back(row.log);
    std::ranges::sort(logs);
    return logs;
}

void simulated_homes::hand_over() {
    auto const given = std::exchange(told_->given, {});
    if (given.empty()) return;
    for (auto const& one : given)
        closed_[one.slot] = one.generation;
    auto what = queue::postgres::receivers_of(given, rows_, alive(), own_.log);
    auto const others = alive();
    for (auto& one : what)
        if (one.to == 0 && !others.empty()) one.to = others[world_.random() % others.size()];
    auto const write = [&db = world_.db, own = own_, what] { db.give_slots(own, what); };
    bool const is_late = !world_.is_calm && world_.random() % 4 == 0;
    if (!is_late) return write();
    world_.db.run_later(std::chrono::milliseconds(world_.random() % 4000), write);
}

void simulated_homes::look() {
    rows_ = world_.db.order_rows();
    std::vector<queue::held_slot> kept;
    for (auto const& one : queue::postgres::slots_of(rows_, own_.log)) {
        auto const found = closed_.find(one.slot);
        if (found != closed_.end() && found->second == one.generation) kept.push_back(one);
    }
    if (!kept.empty()) {
        world_.db.keep_slots(own_, kept);
        rows_ = world_.db.order_rows();
    }
    core_.hold_slots(queue::postgres::slots_of(rows_, own_.log));
}

void simulated_homes::take() {
    auto const wanted = queue::postgres::slots_to_take(rows_, alive(), own_.log);
    if (wanted.empty()) return;
    world_.db.take_slots(own_, wanted);
    look();
}

void simulated_homes::give_up() {
    auto most = queue::postgres::slots_to_give(rows_, alive(), own_.log);
    if (!world_.is_calm && world_.random() % 3 == 0) most = queue::order_slots;
    if (most == 0 || told_->is_asked) return;
    auto const ours = queue::postgres::slots_of(rows_, own_.log);
    if (world_.bugs.moves_slots_early) {
        told_->given = ours;
        return;
    }
    told_->is_asked = true;
    core_.give_up_slots(ours, most, [told = told_](std::vector<queue::held_slot> given) {
        told->is_asked = false;
        told->given = std::move(given);
    });
}

} // namespace sluice::tests
