// Order keys in a cluster: only the home of a key's slot takes its tasks, and a slot moves when no
// task of it is left here.
#include "queue/core/error.hpp"
#include "queue/dispatch/dispatcher.hpp"

#include <algorithm>
#include <bitset>
#include <utility>

namespace sluice::queue {

namespace {

std::string const* order_key_of(new_task const& task) {
    if (!task.extras || task.extras->order_key.empty()) return nullptr;
    return &task.extras->order_key;
}

} // namespace

void dispatcher::begin_order() {
    orders_.begin();
}

void dispatcher::hold_slots(std::vector<held_slot> const& ours) {
    orders_.hold(ours);
}

boost::system::error_code dispatcher::judge_order(submission& call) const {
    if (!orders_.is_shared()) return {};
    for (auto& task : call.tasks) {
        auto const* const key = order_key_of(task);
        if (key == nullptr) continue;
        auto const slot = order_slot_of(*key);
        bool may_come = orders_.is_open(slot);
        if (may_come && call.named_slots) {
            may_come = std::ranges::any_of(*call.named_slots, [&](held_slot const& named) {
                return named.slot == slot && orders_.is_open(named);
            });
        }
        if (may_come) continue;
        if (!call.may_lose_order) return errc::not_home;
        task.extras->order_key.clear();
    }
    return {};
}

// What is on its way into the journal needs its slot as well. What has ended is written after a
// while: until then a crash makes it live again, and another home would be ahead of it.
void dispatcher::give_up_slots(std::vector<held_slot> const& wanted, std::size_t most,
                               given_handler tell) {
    std::bitset<order_slots> is_needed;
    waiting_.for_each_task([&](new_task const& task) {
        if (auto const* const key = order_key_of(task)) is_needed.set(order_slot_of(*key));
    });
    std::vector<held_slot> given;
    for (auto const& one : wanted) {
        if (given.size() == most) break;
        bool const is_free = !is_needed.test(one.slot) && engine_.keyed_tasks(one.slot) == 0;
        if (is_free && orders_.close(one)) given.push_back(one);
    }
    if (given.empty() || journal_.has_failed()) return tell({});
    appended const last{journal_.last_record(), 0};
    if (journal_.is_safe(last) || journal_.is_closed()) return tell(std::move(given));
    waiting_.when_safe(last, [given = std::move(given),
                              tell = std::move(tell)](boost::system::error_code ec) mutable {
        if (ec) given.clear();
        tell(std::move(given));
    });
}

void dispatcher::receive_order(foreign_slice& slice) {
    auto const now = clock_.now().wall;
    for (auto& task : slice.tasks) {
        task.what.task.lane = names_.lanes.intern(task.lane);
        auto const* const key = order_key_of(task.what.task);
        bool const is_live = !task.end && task.what.state != task_state::dead;
        if (key == nullptr || !is_live) continue;
        // Its former owner may only be frozen, with an attempt under way.
        auto const until = now + engine_.attempt_timeout(task.what.task.lane);
        auto& due = task.what.state == task_state::retry_wait ? task.what.next_attempt_at
                                                              : task.what.task.not_before;
        due = std::max(due, until);
    }
}

} // namespace sluice::queue
