// Why a task has not been sent, exactly.
#include "queue/core/engine_core.hpp"

#include <algorithm>

namespace sluice::queue {

namespace {

// `ahead` is counted up to here: an answer for a person, not worth a pause.
constexpr std::uint64_t most_counted = 65'536;

std::uint64_t ready_in(lane const& l) {
    return l.counts[static_cast<std::size_t>(task_state::ready)];
}

// In its account's line: the tasks before it, the other accounts' turns until then, and everything
// more urgent.
std::uint64_t ahead_in_line(task_table const& tasks, account_line const& own, slot_index slot) {
    std::size_t const urgency = static_cast<std::size_t>(urgency_of(tasks[slot].attempts()));
    std::uint64_t before = 0;
    for (slot_index i = tasks[slot].previous; i != no_slot && before < most_counted; ++before) {
        i = tasks[i].previous;
    }
    account_share const& share = own.shares[urgency];
    std::uint64_t const turns = before / share.weight + 1;
    std::uint64_t ahead = before;
    own.owner->shares[urgency].for_each([&](account_share const& other) {
        if (&other != &share)
            ahead += std::min<std::uint64_t>(other.line.size(), turns * other.weight);
    });
    for (std::size_t i = 0; i < urgency; ++i) {
        own.owner->shares[i].for_each(
            [&](account_share const& other) { ahead += other.line.size(); });
    }
    return ahead;
}

// In a schedule: what is due in the lane, and what of the account falls due earlier.
std::uint64_t ahead_in_schedule(schedule<task_positions> const& tasks, account_line const& own,
                                slot_index slot) {
    std::int64_t const key = tasks.key_of(slot);
    std::uint64_t ahead = ready_in(*own.owner);
    for (std::size_t i = 0, end = std::min<std::size_t>(tasks.size(), most_counted); i < end; ++i) {
        if (tasks.at(i).key < key) ++ahead;
    }
    return ahead;
}

std::uint64_t ahead_by_order(task_table const& tasks, slot_index slot) {
    std::uint64_t ahead = 0;
    for (slot_index i = tasks[slot].order_previous(); i != no_slot && ahead < most_counted;
         ++ahead) {
        i = tasks[i].order_previous();
    }
    return ahead;
}

std::uint64_t count_ahead(task_table const& tasks, account_line const& own, slot_index slot) {
    switch (tasks[slot].seat) {
    case seat::line:
        return ahead_in_line(tasks, own, slot);
    case seat::schedule:
        return ahead_in_schedule(own.scheduled, own, slot);
    case seat::retries:
        return ahead_in_schedule(own.retries, own, slot);
    case seat::parked:
        return ahead_by_order(tasks, slot);
    default:
        return 0;
    }
}

// Whether a lane's reason still holds a task that is due at `due`.
bool outlasts(hold const& h, wall_time due) {
    if (h.until) return *h.until > due;
    // These change from moment to moment.
    return h.kind != hold_reason::concurrency && h.kind != hold_reason::permits;
}

} // namespace

explanation engine::explain(task_id id, instant now) const {
    explanation e;
    slot_index const slot = core_->tasks.find(id);
    if (slot == no_slot) return e;
    task_node const& node = core_->tasks[slot];
    account_line const& own = core_->room.line(node);
    e.is_known = true;
    e.state = node.state;
    e.lane = own.owner->id();
    e.pace = own.owner->pace(now);
    if (node.state == task_state::in_flight || node.state == task_state::dead) return e;

    // Who rides with a batch goes when the task goes that carries it.
    slot_index goes = slot;
    if (node.seat == seat::aboard) goes = core_->room.carrier_of(node.extras->batch);
    if (goes == no_slot) goes = slot;
    wall_time due = core_->tasks[goes].due();
    if (core_->tasks[goes].state == task_state::ready) {
        due = std::min(due, now.wall); // the clock was set back since it became due
    } else if (core_->tasks[goes].seat == seat::retries) {
        due = now.wall +
              std::chrono::ceil<std::chrono::milliseconds>(core_->room.retry_time(goes) - now.mono);
    }
    e.ahead = count_ahead(core_->tasks, own, goes);
    bool const is_due = due <= now.wall;
    own.owner->explain(now, node.attempts() > 0, is_due ? e.ahead : 0, e.reasons);
    if (!is_due) {
        std::erase_if(e.reasons, [due](hold const& h) { return !outlasts(h, due); });
        e.reasons.insert(e.reasons.begin(), {hold_reason::not_due, due, {}});
    }
    if (!node.is_first_of_order()) {
        task_id const& first = core_->tasks[core_->room.first_of_order(slot)].id;
        e.reasons.push_back({hold_reason::order_key, {}, to_string(first)});
    }

    wall_time earliest = std::max(due, now.wall);
    for (hold const& h : e.reasons) {
        if (!h.until) return e; // nobody knows when
        earliest = std::max(earliest, *h.until);
    }
    e.next_attempt_at = earliest;
    return e;
}

} // namespace sluice::queue
