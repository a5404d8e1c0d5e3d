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

std::uint64_t count_ahead(task_table const& tasks, waiting_room const& room, slot_index slot) {
    account_line const& own = room.line(tasks[slot]);
    switch (tasks[slot].seat) {
    case seat::line:
        return ahead_in_line(tasks, own, slot);
    case seat::far_off:
        return ready_in(*own.owner) + own.scheduled.size() + room.count_far_before(slot);
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

bool is_waiting(task_state state) {
    return state != task_state::in_flight && state != task_state::dead;
}

// Whether a lane's reason still holds a task that is due at `due`.
bool outlasts(hold const& h, wall_time due) {
    if (h.until) return *h.until > due;
    // These change from moment to moment.
    return h.kind != hold_reason::concurrency && h.kind != hold_reason::permits;
}

} // namespace

// Who rides with a batch goes when the task goes that carries it.
slot_index engine::core::goes_with(slot_index slot) const {
    task_node const& node = tasks[slot];
    auto const goes =
        node.seat == seat::aboard ? room.carrier_of(node.extras()->batch) : slot_index(slot);
    return goes == no_slot ? slot : goes;
}

wall_time engine::core::due_of(slot_index slot, instant now) const {
    wall_time const due = tasks[slot].due();
    // The clock may have been set back since it became due.
    if (tasks[slot].state == task_state::ready) return std::min(due, now.wall);
    if (tasks[slot].seat != seat::retries) return due;
    return now.wall +
           std::chrono::ceil<std::chrono::milliseconds>(room.retry_time(slot) - now.mono);
}

std::vector<hold> engine::core::holds_of(slot_index slot, std::uint64_t ahead, instant now) const {
    task_node const& node = tasks[slot];
    std::vector<hold> reasons;
    wall_time const due = due_of(goes_with(slot), now);
    bool const is_due = due <= now.wall;
    room.line(node).owner->explain(now, node.attempts() > 0, is_due ? ahead : 0, reasons);
    if (!is_due) {
        std::erase_if(reasons, [due](hold const& h) { return !outlasts(h, due); });
        reasons.insert(reasons.begin(), {hold_reason::not_due, due, {}});
    }
    if (!node.is_first_of_order()) {
        task_id const& first = tasks[room.first_of_order(slot)].id;
        reasons.push_back({hold_reason::order_key, {}, to_string(first)});
    }
    return reasons;
}

std::vector<hold> engine::holds(task_id id, instant now) const {
    slot_index const slot = core_->tasks.find(id);
    if (slot == no_slot || !is_waiting(core_->tasks[slot].state)) return {};
    return core_->holds_of(slot, 0, now);
}

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
    if (!is_waiting(node.state)) return e;
    auto const goes = core_->goes_with(slot);
    e.ahead = count_ahead(core_->tasks, core_->room, goes);
    e.reasons = core_->holds_of(slot, e.ahead, now);

    wall_time earliest = std::max(core_->due_of(goes, now), now.wall);
    for (hold const& h : e.reasons) {
        if (!h.until) return e; // nobody knows when
        earliest = std::max(earliest, *h.until);
    }
    e.next_attempt_at = earliest;
    return e;
}

} // namespace sluice::queue
