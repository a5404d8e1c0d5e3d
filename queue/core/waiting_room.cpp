#include "queue/core/waiting_room.hpp"

#include <algorithm>
#include <cstdlib>

namespace sluice::queue {

namespace {

std::int64_t key_of(wall_time t) {
    return t.time_since_epoch().count();
}
std::int64_t key_of(mono_time t) {
    return t.time_since_epoch().count();
}

std::size_t index_of(urgency u) {
    return static_cast<std::size_t>(u);
}
account_share& share_of(account_line& line, task_node const& node) {
    return line.shares[index_of(urgency_of(node.attempts()))];
}

} // namespace

std::uint32_t& waiting_room::lane_positions::operator()(std::uint32_t i) const {
    return room->lanes_[i]->timer;
}
std::uint32_t& waiting_room::wall_positions::operator()(std::uint32_t i) const {
    return room->lines_[i]->wall_timer;
}
std::uint32_t& waiting_room::mono_positions::operator()(std::uint32_t i) const {
    return room->lines_[i]->mono_timer;
}

waiting_room::waiting_room(task_table& tasks)
    : tasks_(tasks)
    , orders_(tasks)
    , batches_(tasks)
    , travellers_(tasks)
    , far_off_(tasks)
    , expiries_(expiry_positions{&tasks})
    , wall_timers_(wall_positions{this})
    , mono_timers_(mono_positions{this})
    , lane_timers_(lane_positions{this}) {}

// --- lanes, accounts, counts ---------------------------------------------------------------------

lane& waiting_room::lane_of(lane_id id) {
    auto const i = static_cast<std::size_t>(id);
    if (i >= lanes_.size()) lanes_.resize(i + 1);
    if (!lanes_[i]) lanes_[i] = std::make_unique<lane>(id);
    return *lanes_[i];
}

lane const* waiting_room::find_lane(lane_id id) const {
    auto const i = static_cast<std::size_t>(id);
    return i < lanes_.size() ? lanes_[i].get() : nullptr;
}

std::uint32_t waiting_room::line_of(lane_id id, account_id account) {
    auto const key = static_cast<std::uint64_t>(id) << 32 | static_cast<std::uint64_t>(account);
    if (key == recent_key_ && !lines_.empty()) return recent_line_; // as a rule, in a replay
    auto const next = static_cast<std::uint32_t>(lines_.size());
    auto const [found, is_new] = line_index_.try_emplace(key, next);
    if (is_new) {
        if (next == most_lines) std::abort(); // a node would name another
        lines_.push_back(std::make_unique<account_line>(lane_of(id), account, tasks_));
        auto const weight = weights_.find(static_cast<std::uint32_t>(account));
        if (weight != weights_.end()) {
            for (account_share& share : lines_.back()->shares)
                share.weight = weight->second;
        }
    }
    recent_key_ = key;
    recent_line_ = found->second;
    return recent_line_;
}

void waiting_room::set_weight(account_id account, std::uint32_t weight) {
    weight = std::max(weight, 1u);
    weights_[static_cast<std::uint32_t>(account)] = weight;
    for (auto const& line : lines_) {
        if (line->account != account) continue;
        for (account_share& share : line->shares)
            share.weight = weight;
    }
}

void waiting_room::set_state(task_node& node, task_state state) {
    if (node.state == state) return;
    count_out(node);
    node.state = state;
    count_in(node);
}

void waiting_room::count_in(task_node& node) {
    ++counts_[static_cast<std::size_t>(node.state)];
    ++line(node).owner->counts[static_cast<std::size_t>(node.state)];
}

void waiting_room::count_out(task_node& node) {
    --counts_[static_cast<std::size_t>(node.state)];
    --line(node).owner->counts[static_cast<std::size_t>(node.state)];
}

// --- seats ---------------------------------------------------------------------------------------

void waiting_room::seat_scheduled(slot_index slot, instant now) {
    // Before it is among them: what it waits for is meant by the clock as it is now.
    if (!is_replaying_ && now.wall < promoted_at_) keep_due(now);
    task_node& node = tasks_[slot];
    if (node.expires_at() != never) expiries_.push(slot, key_of(node.expires_at()));
    if (rides(slot, task_state::scheduled)) return;
    account_line& own = line(node);
    if (!is_replaying_ && node.due() <= now.wall && !has_older(own, now.wall)) {
        seat_ready(slot, now);
        return;
    }
    set_state(node, task_state::scheduled);
    far_off_.advance(now.wall);
    if (far_off_.takes(node.due())) {
        node.seat = seat::far_off;
        ++own.far_off;
        far_off_.push(slot);
        return;
    }
    node.seat = seat::schedule;
    own.scheduled.push(slot, key_of(node.due()));
    retime_wall(node.line);
}

// Whether tasks of the line are due already and were not moved yet.
bool waiting_room::has_older(account_line const& line, wall_time now) const {
    if (!line.scheduled.empty() && line.scheduled.top().key <= key_of(now)) return true;
    return line.far_off > 0 && far_off_.earliest() <= now;
}

void waiting_room::seat_retry(slot_index slot, mono_time due) {
    task_node& node = tasks_[slot];
    if (node.expires_at() != never) expiries_.push(slot, key_of(node.expires_at()));
    if (rides(slot, task_state::retry_wait, due)) return;
    set_state(node, task_state::retry_wait);
    node.seat = seat::retries;
    line(node).retries.push(slot, key_of(due));
    retime_mono(node.line);
}

void waiting_room::seat_first(slot_index slot, instant now) {
    task_node& node = tasks_[slot];
    if (node.expires_at() != never) expiries_.push(slot, key_of(node.expires_at()));
    if (rides(slot, task_state::ready)) return;
    set_state(node, task_state::ready);
    join_line(slot, share_of(line(node), node).line.first(), now.mono);
}

void waiting_room::seat_read(slot_index slot, instant now) {
    task_node& node = tasks_[slot];
    --line(node).owner->reading;
    if (node.expires_at() != never) expiries_.push(slot, key_of(node.expires_at()));
    join_line(slot, first_after(share_of(line(node), node), node), now.mono);
}

// Only those that stepped aside with it and came back earlier can stand before it.
slot_index waiting_room::first_after(account_share const& share, task_node const& node) const {
    slot_index at = share.line.first();
    for (std::uint32_t i = 0; at != no_slot && i < most_reading; ++i) {
        task_node const& other = tasks_[at];
        if (other.due() > node.due() || (other.due() == node.due() && other.id > node.id)) break;
        at = other.next;
    }
    return at;
}

void waiting_room::seat_ready(slot_index slot, instant now) {
    task_node& node = tasks_[slot];
    set_state(node, task_state::ready);
    if (node.is_first_of_order()) {
        join_line(slot, no_slot, now.mono);
    } else {
        node.seat = seat::parked;
    }
}

void waiting_room::join_line(slot_index slot, slot_index behind, mono_time now) {
    task_node& node = tasks_[slot];
    account_line& own = line(node);
    account_share& share = share_of(own, node);
    bool const was_empty = share.line.empty();
    node.seat = seat::line;
    if (behind == no_slot) {
        share.line.push_back(tasks_, slot);
    } else {
        share.line.insert(tasks_, slot, behind);
    }
    if (node.may_join()) travellers_.enter(slot);
    if (node.attempts() > 0) own.owner->on_retry_in_line(node);
    if (was_empty) own.owner->shares[index_of(urgency_of(node.attempts()))].join(share);
    // A lane that waits for a time with a first attempt in line goes on waiting for it: what holds
    // it was asked for already, which takes 220 instructions, and one task more changes nothing.
    bool const waits_on = !was_empty && node.attempts() == 0 && own.owner->timer != no_position;
    if (!own.owner->is_linked() && !waits_on) place(*own.owner, now);
}

void waiting_room::leave_line(slot_index slot) {
    task_node& node = tasks_[slot];
    account_line& own = line(node);
    account_share& share = share_of(own, node);
    if (node.may_join()) travellers_.leave(slot);
    if (node.attempts() > 0) own.owner->on_retry_out_of_line(node);
    share.line.erase(tasks_, slot);
    if (share.line.empty()) own.owner->shares[index_of(urgency_of(node.attempts()))].leave(share);
    if (!own.owner->has_ready()) withdraw(*own.owner);
}

void waiting_room::unseat(slot_index slot) {
    task_node& node = tasks_[slot];
    switch (node.seat) {
    case seat::far_off:
        far_off_.erase(slot);
        --line(node).far_off;
        break;
    case seat::schedule:
        line(node).scheduled.erase(slot);
        retime_wall(node.line);
        break;
    case seat::retries:
        line(node).retries.erase(slot);
        retime_mono(node.line);
        break;
    case seat::line:
        leave_line(slot);
        break;
    case seat::reading:
        --line(node).owner->reading;
        break;
    default:
        break;
    }
    if (node.is_in_batch()) batches_.step_out(slot);
    node.seat = seat::none;
    node.previous = node.next = no_slot;
    if (node.is_among_expiring()) expiries_.erase(slot);
}

void waiting_room::enter_order(slot_index slot) {
    if (tasks_[slot].has_order_key()) orders_.enter(slot);
}

void waiting_room::leave_order(slot_index slot, instant now) {
    if (!tasks_[slot].has_order_key()) return;
    slot_index const successor = orders_.leave(slot);
    if (successor != no_slot && tasks_[successor].seat == seat::parked) {
        join_line(successor, no_slot, now.mono);
    }
}

mono_time waiting_room::retry_time(slot_index slot) const {
    return mono_time(std::chrono::microseconds(line(tasks_[slot]).retries.key_of(slot)));
}

std::uint64_t waiting_room::count_far_before(slot_index slot) const {
    constexpr std::size_t most_looked_at = 16'384; // each lies elsewhere in memory
    return far_off_.count_before(slot, most_looked_at);
}

// --- travelling together -------------------------------------------------------------------------

bool waiting_room::rides(slot_index slot, task_state state, std::optional<mono_time> retry_at) {
    task_node& node = tasks_[slot];
    if (!node.is_in_batch() || batches_.enter(slot, retry_at)) return false;
    node.seat = seat::aboard;
    set_state(node, state);
    return true;
}

slot_index waiting_room::take_rider(std::uint64_t batch) {
    slot_index const slot = batches_.take_rider(batch);
    if (slot == no_slot) return no_slot;
    tasks_[slot].seat = seat::none;
    unseat(slot); // out of what expires
    return slot;
}

slot_index waiting_room::take_orphan(std::uint64_t batch, std::optional<mono_time>& retry_at) {
    slot_index const slot = batches_.take_orphan(batch, retry_at);
    if (slot == no_slot) return no_slot;
    tasks_[slot].seat = seat::none;
    unseat(slot);
    return slot;
}

void waiting_room::depart(slot_index slot) {
    task_node& node = tasks_[slot];
    node.seat = seat::in_flight;
    set_state(node, task_state::in_flight);
}

} // namespace sluice::queue
