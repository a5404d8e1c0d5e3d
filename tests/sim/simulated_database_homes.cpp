// The simulated server's statements about the homes of order keys.
#include "tests/sim/simulated_database.hpp"

namespace sluice::tests {

queue::postgres::order_rows simulated_database::order_rows() const {
    queue::postgres::order_rows rows;
    for (auto const& [slot, home] : primary_.homes) {
        auto const adopted = primary_.adoptions.find(home.log);
        bool const is_done = adopted != primary_.adoptions.end() && adopted->second.is_done;
        rows[slot] = {home.log, home.generation, home.log == 0 || is_done};
    }
    return rows;
}

void simulated_database::take_slots(log_owner const& by,
                                    std::vector<queue::held_slot> const& seen) {
    if (!primary_.owns(by.log, by.epoch)) return;
    auto const rows = order_rows();
    std::vector<queue::held_slot> taken;
    for (auto const& one : seen)
        if (rows[one.slot].is_free && rows[one.slot].generation == one.generation)
            taken.push_back(one);
    change_state(
        [taken, log = by.log](database_state& in) {
            for (auto const& one : taken)
                in.homes[one.slot] = {log, one.generation + 1};
        },
        true);
}

void simulated_database::keep_slots(log_owner const& by,
                                    std::vector<queue::held_slot> const& seen) {
    std::vector<queue::postgres::given_slot> kept;
    for (auto const& one : seen)
        kept.push_back({one, by.log});
    give_slots(by, kept);
}

void simulated_database::give_slots(log_owner const& by,
                                    std::vector<queue::postgres::given_slot> const& what) {
    if (!primary_.owns(by.log, by.epoch)) return;
    change_state(
        [what, log = by.log](database_state& in) {
            for (auto const& one : what) {
                auto& home = in.homes[one.what.slot];
                if (home.log == log && home.generation == one.what.generation)
                    home = {one.to, one.what.generation + 1};
            }
        },
        true);
}

} // namespace sluice::tests
