// What records do to the state, and the books that follow it. Live and in replay alike.
#include "queue/core/engine_core.hpp"

#include <algorithm>

namespace sluice::queue {

namespace {

// Keeps the newest notes, and among them the last that says "it may have been taken", because
// later attempts depend on it.
void add_note(std::vector<attempt_note>& notes, attempt_note&& note) {
    notes.push_back(std::move(note));
    while (notes.size() > kept_notes) {
        auto const is_doubtful = [](attempt_note const& n) {
            return may_have_been_taken(n.cause, n.status);
        };
        bool const must_stay =
            is_doubtful(notes.front()) && std::none_of(notes.begin() + 1, notes.end(), is_doubtful);
        notes.erase(notes.begin() + (must_stay ? 1 : 0));
    }
}

} // namespace

void engine::apply(record&& r, instant now) {
    std::visit([&](auto&& kind) { core_->apply(std::move(kind), now); }, std::move(r));
}

void engine::apply(accepted&& r, instant now) {
    core_->apply(std::move(r), now);
}

void engine::core::apply(accepted&& r, instant now) {
    new_task& task = r.task;
    if (slot_index const known = tasks.find(task.id); known != no_slot) {
        forget(known, now); // this is the newer copy of it
    } else {
        reserved_tasks -= std::min<std::uint64_t>(reserved_tasks, 1);
        reserved_bytes -= std::min<std::uint64_t>(reserved_bytes, task.payload.size());
        reserved_reports.take_away(task.extras.get());
    }
    slot_index const slot = tasks.insert(task.id);
    task_node& node = tasks[slot];
    node.line = room.line_of(task.lane, task.account);
    note_time(task.accepted_at);
    node.not_before = task.not_before;
    payload_bytes += task.payload.size();
    tasks.load(node, r);
    if (auto const* const extras = node.extras()) {
        answer_keys(*extras, task.accepted_at);
        order_turns = std::max(order_turns, extras->order_turn);
        known_reports.add(extras);
    }
    set_location(node, r.where);
    room.count_in(node);
    if (r.state == task_state::dead) {
        tasks.set_due(node, r.finished_at);
        room.set_state(node, task_state::dead);
        shed_payload(node, never, now);
        return;
    }
    room.enter_order(slot);
    tasks.set_due(node, r.state == task_state::retry_wait ? r.next_attempt_at : task.not_before);
    reseat(slot, now);
    shed_payload(node, node.due(), now);
}

void engine::core::apply(started&& r, instant now) {
    slot_index const slot = tasks.find(r.id);
    if (slot == no_slot || tasks[slot].state == task_state::dead) return;
    task_extras& extras = tasks.made_extras(tasks[slot]);
    extras.rendered_at = r.rendered_at;
    if (extras.batch == r.batch) return;
    if (tasks[slot].seat == seat::in_flight) {
        extras.batch = r.batch;
        return;
    }
    // In replay it waits: from now on it waits with the others of its batch.
    room.unseat(slot);
    leave_batch(slot, now);
    extras.batch = r.batch;
    reseat(slot, now);
}

void engine::core::apply(retried&& r, instant now) {
    if (r.gate.is_closed()) restore_gate(r.gate, closed_by(false, r.note.status), now);
    slot_index const slot = tasks.find(r.id);
    if (slot == no_slot || tasks[slot].state == task_state::dead) return;
    room.unseat(slot);
    task_node& node = tasks[slot];
    if (r.company != company::stays) leave_batch(slot, now);
    // It was not taken: the next attempt may say another time.
    if (r.company == company::leaves && node.extras()) node.extras()->rendered_at = {};
    tasks.set_attempts(node, r.note.number);
    tasks.set_due(node, r.next_attempt_at);
    note_time(r.note.at);
    charge_past(node, r.note, now);
    add_note(tasks.made_extras(node).notes, std::move(r.note));
    room.seat_retry(slot, to_mono(node.due(), now));
    shed_payload(node, node.due(), now);
}

void engine::expect(task_id const& id) const {
    core_->tasks.prefetch(id);
}

// What came so far says how much is to come, but not for very far: where tasks end as fast as
// others come, there will be no more than there are. Each time it was too little all that is there
// moves; what was too much is given back at the end.
void engine::expect_rest(std::uint64_t done, std::uint64_t all) {
    constexpr std::uint64_t most_times = 16;
    constexpr std::uint64_t always = 1'000'000; // 7 MB
    core& c = *core_;
    auto const size = c.tasks.size();
    if (done == 0) return;
    auto const left = static_cast<double>(all) / static_cast<double>(done);
    auto const told = static_cast<std::uint64_t>(static_cast<double>(size) * left);
    auto const total = std::min(told, std::max(size * most_times, always));
    if (total <= c.expected_tasks + c.expected_tasks / 16) return;
    // As long as too little is known to make room for all, it is made in large steps; for all of
    // them as soon as that may be, while few have to move.
    bool const has_room = size <= c.expected_tasks - c.expected_tasks / 8;
    if (has_room && total < told && total < 4 * c.expected_tasks) return;
    c.expected_tasks = total;
    c.tasks.reserve(total);
}

std::span<std::byte> engine::next_room() {
    return core_->tasks.next_room();
}

bool engine::keeps_payload(accepted const& r, instant now) const {
    auto const due = r.state == task_state::dead         ? never
                     : r.state == task_state::retry_wait ? r.next_attempt_at
                                                         : r.task.not_before;
    return core_->keeps_payload(due, now);
}

std::optional<accepted> engine::finish(finished const& end, instant now) {
    return core_->finish(end, now);
}

std::optional<accepted> engine::core::finish(finished const& r, instant now) {
    note_time(r.at);
    if (r.gate.is_closed()) {
        restore_gate(r.gate, closed_by(r.state == task_state::delivered, r.note.status), now);
    }
    slot_index const slot = tasks.find(r.id);
    if (slot == no_slot || tasks[slot].state == task_state::dead) return std::nullopt;
    charge_past(tasks[slot], r.note, now);
    return take_out(slot, now);
}

void engine::core::apply(finished&& r, instant now) {
    if (r.state != task_state::dead) {
        finish(r, now);
        return;
    }
    if (r.gate.is_closed()) restore_gate(r.gate, closed_by(false, r.note.status), now);
    slot_index const slot = tasks.find(r.id);
    if (slot == no_slot || tasks[slot].state == task_state::dead) return;
    task_node& node = tasks[slot];
    room.unseat(slot);
    room.leave_order(slot, now);
    leave_batch(slot, now);
    if (r.note.number > 0) {
        tasks.set_attempts(node, r.note.number);
        charge_past(node, r.note, now);
        add_note(tasks.made_extras(node).notes, std::move(r.note));
    }
    task_extras& extras = tasks.made_extras(node);
    extras.reason = std::move(r.reason);
    extras.result = std::move(r.result);
    tasks.set_due(node, r.at);
    room.set_state(node, task_state::dead);
    shed_payload(node, never, now);
}

void engine::core::apply(redriven&& r, instant now) {
    slot_index const slot = tasks.find(r.id);
    if (slot == no_slot || tasks[slot].state != task_state::dead) return;
    task_node& node = tasks[slot];
    tasks.set_attempts(node, 0);
    node.not_before = r.not_before;
    tasks.set_due(node, r.not_before);
    if (node.extras()) node.extras()->reason.clear();
    if (!r.by.empty()) {
        tasks.made_extras(node).redriven_by = std::move(r.by);
    } else if (node.extras()) {
        node.extras()->redriven_by = nullptr;
    }
    if (r.order_turn != 0 && node.has_order_key()) {
        node.extras()->order_turn = r.order_turn;
        order_turns = std::max(order_turns, r.order_turn);
    }
    room.enter_order(slot);
    room.seat_scheduled(slot, now);
}

void engine::core::apply(purged&& r, instant now) {
    slot_index const slot = tasks.find(r.id);
    if (slot != no_slot && tasks[slot].state == task_state::dead) forget(slot, now);
}

void engine::core::apply(lane_changed&& r, instant now) {
    lane& l = room.lane_of(r.lane);
    l.change(r);
    note_time(r.at);
    if (is_replaying) {
        std::optional<mono_time> until;
        if (r.breaker_until != wall_time{}) until = to_mono(r.breaker_until, now);
        l.restore_breaker(until, std::move(r.breaker_by), now.mono);
    }
    room.place(l, now.mono);
    restore_gate({r.lane, r.gate_until}, std::move(r.gate_by), now);
}

void engine::core::reseat(slot_index slot, instant now) {
    task_node const& node = tasks[slot];
    if (node.attempts() > 0) {
        room.seat_retry(slot, to_mono(node.due(), now));
    } else {
        room.seat_scheduled(slot, now);
    }
}

// --- books ---------------------------------------------------------------------------------------

// Live it was closed when the answer came.
void engine::core::restore_gate(closed_gate const& gate, std::string by, instant now) {
    if (!is_replaying || gate.until <= now.wall) return;
    lane& l = room.lane_of(gate.lane);
    l.restore_gate(to_mono(gate.until, now), std::move(by), now.mono);
    room.place(l, now.mono);
}

void engine::core::charge_past(task_node& node, attempt_note const& note, instant now) {
    if (!is_replaying || note.number == 0) return;
    lane_of(node).charge(std::min(now.mono, to_mono(note.at, now)));
}

void engine::core::answer_keys(task_extras const& of, wall_time accepted_at) {
    if (of.idempotency) keys.answer(*of.idempotency, accepted_at);
    if (of.content) contents.answer(*of.content, accepted_at);
}

void engine::core::set_payload(task_node& node, shared_bytes&& payload) {
    if (node.has_payload()) payload_bytes -= node.payload_bytes();
    payload_bytes += payload.size();
    tasks.set_payload(node, std::move(payload));
}

void engine::core::shed_payload(task_node& node, wall_time due, instant now) {
    if (!node.has_payload() || node.where.segment == 0) return;
    if (!keeps_payload(due, now)) set_payload(node, {});
}

bool engine::core::keeps_payload(wall_time due, instant now) const {
    bool const is_far = due == never || due - now.wall > options.resident_horizon;
    return !is_far && payload_bytes <= options.max_payload_bytes / 2;
}

void engine::core::set_location(task_node& node, location where) {
    if (node.where.segment != 0) released.on_released(node.where);
    node.where = where;
    if (where.segment != 0) released.on_live(where);
}

accepted engine::core::outline(slot_index slot) const {
    task_node const& node = tasks[slot];
    account_line const& line = room.line(node);
    accepted full;
    full.task = {node.id,         line.owner->id(),  line.account, node.accepted_at(),
                 node.not_before, node.expires_at(), {},           nullptr};
    full.where = node.where;
    full.attempts = node.attempts();
    if (node.state == task_state::dead) {
        full.state = task_state::dead;
        full.finished_at = node.due();
    } else if (node.attempts() > 0) {
        full.state = task_state::retry_wait;
        full.next_attempt_at = node.due();
    }
    return full;
}

accepted engine::core::take_out(slot_index slot, instant now) {
    task_node& node = tasks[slot];
    accepted whole = outline(slot);
    std::uint64_t const batch = node.is_in_batch() ? node.extras()->batch : 0;
    room.unseat(slot);
    if (node.state != task_state::dead) room.leave_order(slot, now);
    leave_batch(slot, now);
    room.count_out(node);
    known_reports.take_away(node.extras());
    if (node.has_payload()) payload_bytes -= node.payload_bytes();
    tasks.unload(node, whole);
    if (batch != 0) whole.task.extras->batch = batch;
    set_location(node, {});
    tasks.erase(slot);
    return whole;
}

void engine::core::forget(slot_index slot, instant now) {
    take_out(slot, now);
}

} // namespace sluice::queue
