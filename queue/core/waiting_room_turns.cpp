// The turns of the waiting room: what became due, and who goes next.
#include "queue/core/waiting_room.hpp"

#include <algorithm>
#include <limits>

namespace sluice::queue {

namespace {

// How many tasks of one account are moved before others' turn, when many fall due together.
constexpr std::size_t promotion_quantum = 64;
// So many tasks of coming hours are moved to their schedules in one turn: half a millisecond.
constexpr std::size_t most_brought = 1024;
// The next of lower urgency goes after this many of higher urgency, so that a lane that is never
// without first attempts still retries.
constexpr std::uint32_t longest_streak = 7;

constexpr std::chrono::milliseconds longest_sleep{24ll * 3600 * 1000};

// Whether the upper of two classes goes; counts how often the lower had to wait.
bool upper_goes(bool has_upper, bool has_lower, std::uint32_t& streak) {
    if (!has_upper || !has_lower) {
        streak = 0;
        return has_upper;
    }
    if (streak < longest_streak) {
        ++streak;
        return true;
    }
    streak = 0;
    return false;
}

// Gives line `index` the timer that its schedule asks for, or none.
template <class Timers>
void retime(Timers& timers, std::uint32_t index, bool is_timed,
            schedule<task_positions> const& tasks) {
    if (tasks.empty()) {
        if (is_timed) timers.erase(index);
    } else if (std::int64_t const key = tasks.top().key; !is_timed) {
        timers.push(index, key);
    } else if (timers.key_of(index) != key) {
        timers.rekey(index, key);
    }
}

// A line that has more due tasks than its quantum goes behind the others that are due.
template <class Timers>
void yield(Timers& timers, std::uint32_t index, schedule<task_positions> const& tasks,
           std::int64_t now) {
    if (!tasks.empty() && tasks.top().key <= now) timers.rekey(index, now);
}

// Takes up to `most` due tasks out and shows them to `seat(slot, key)`; returns how many.
template <class Seat>
std::size_t pop_due(schedule<task_positions>& tasks, std::int64_t now, std::size_t most,
                    Seat&& seat) {
    std::size_t taken = 0;
    for (; taken < most && !tasks.empty() && tasks.top().key <= now; ++taken) {
        auto const [key, slot, turn] = tasks.top();
        tasks.pop();
        seat(slot, key);
    }
    return taken;
}

} // namespace

void waiting_room::retime_wall(std::uint32_t index) {
    account_line& line = *lines_[index];
    retime(wall_timers_, index, line.wall_timer != no_position, line.scheduled);
}

void waiting_room::retime_mono(std::uint32_t index) {
    account_line& line = *lines_[index];
    retime(mono_timers_, index, line.mono_timer != no_position, line.retries);
}

void waiting_room::bring_near(wall_time now, std::size_t most) {
    far_off_.hand_over(now, most, [&](slot_index slot) {
        task_node& node = tasks_[slot];
        account_line& own = line(node);
        node.seat = seat::schedule;
        --own.far_off;
        own.scheduled.push(slot, node.due().time_since_epoch().count());
        retime_wall(node.line);
    });
}

void waiting_room::promote(instant now, std::size_t most) {
    if (now.wall < promoted_at_) keep_due(now);
    promoted_at_ = now.wall;
    bring_near(now.wall, std::max(most, most_brought));
    // Where the clock was set far ahead, nobody passes those that are not in their schedules yet.
    auto const first_missing = far_off_.earliest().value_or(wall_time::max());
    auto const until = std::min(now.wall, first_missing - std::chrono::milliseconds(1));
    std::int64_t const wall = until.time_since_epoch().count();
    std::int64_t const mono = now.mono.time_since_epoch().count();
    while (most > 0 && !wall_timers_.empty() && wall_timers_.top().key <= wall) {
        std::uint32_t const index = wall_timers_.top().item;
        account_line& line = *lines_[index];
        most -= pop_due(line.scheduled, wall, std::min(most, promotion_quantum),
                        [&](slot_index slot, std::int64_t) { seat_ready(slot, now); });
        retime_wall(index);
        yield(wall_timers_, index, line.scheduled, wall);
    }
    while (most > 0 && !mono_timers_.empty() && mono_timers_.top().key <= mono) {
        std::uint32_t const index = mono_timers_.top().item;
        account_line& line = *lines_[index];
        most -= pop_due(line.retries, mono, std::min(most, promotion_quantum),
                        [&](slot_index slot, std::int64_t key) {
                            // The wall clock may have been set meanwhile: lateness counts from
                            // the real moment.
                            std::chrono::microseconds const late(mono - key);
                            tasks_.set_due(tasks_[slot],
                                           now.wall -
                                               std::chrono::floor<std::chrono::milliseconds>(late));
                            seat_ready(slot, now);
                        });
        retime_mono(index);
        yield(mono_timers_, index, line.retries, mono);
    }
}

// The clock was set back: what was due by the old time stays due. All of it at once, because from
// now on nobody knows what the old time was.
void waiting_room::keep_due(instant now) {
    std::int64_t const old = promoted_at_.time_since_epoch().count();
    // Of the hour that follows none was due.
    bring_near(promoted_at_ - std::chrono::hours(1), std::numeric_limits<std::size_t>::max());
    for (std::uint32_t i = 0; i < lines_.size(); ++i) {
        pop_due(lines_[i]->scheduled, old, lines_[i]->scheduled.size(),
                [&](slot_index slot, std::int64_t) { seat_ready(slot, now); });
        retime_wall(i);
    }
    promoted_at_ = now.wall;
}

slot_index waiting_room::take_expired(wall_time now) {
    if (expiries_.empty() || expiries_.top().key > now.time_since_epoch().count()) return no_slot;
    slot_index const slot = expiries_.top().item;
    unseat(slot);
    return slot;
}

void waiting_room::wake_lanes(mono_time now) {
    std::int64_t const mono = now.time_since_epoch().count();
    while (!lane_timers_.empty() && lane_timers_.top().key <= mono) {
        std::uint32_t const index = lane_timers_.top().item;
        lane_timers_.pop();
        place(*lanes_[index], now);
    }
}

std::optional<block> waiting_room::blocked(lane& l, mono_time now) {
    if (auto const b = l.blocked(now)) {
        is_starved_ |= b->reason == hold_reason::permits;
        return b;
    }
    if (!l.shares[0].empty()) return std::nullopt;
    auto const b = l.retry_blocked(now);
    if (b) l.hold_retries();
    return b;
}

void waiting_room::withdraw(lane& l) {
    if (l.is_linked()) ring_.erase(ring_.iterator_to(l));
    if (l.timer != no_position) lane_timers_.erase(static_cast<std::uint32_t>(l.id()));
}

void waiting_room::place(lane& l, mono_time now) {
    if (!l.has_ready()) return withdraw(l);
    auto const b = blocked(l, now);
    if (b && b->until) {
        auto const index = static_cast<std::uint32_t>(l.id());
        std::int64_t const key = b->until->time_since_epoch().count();
        if (l.is_linked()) ring_.erase(ring_.iterator_to(l));
        if (l.timer == no_position) {
            lane_timers_.push(index, key);
        } else if (lane_timers_.key_of(index) != key) {
            lane_timers_.rekey(index, key);
        }
        return;
    }
    if (b) return withdraw(l); // something must happen first
    if (!l.is_linked()) ring_.push_back(l);
    if (l.timer != no_position) lane_timers_.erase(static_cast<std::uint32_t>(l.id()));
}

account_share& waiting_room::oldest(lane& l) {
    account_share* best = nullptr;
    for (fair_share& shares : l.shares) {
        shares.for_each([&](account_share& share) {
            if (!best || tasks_[share.line.first()].due() < tasks_[best->line.first()].due()) {
                best = &share;
            }
        });
    }
    return *best;
}

account_share& waiting_room::choose(lane& l, mono_time now) {
    if (l.sends_probe(now)) return oldest(l);
    auto& [first, early, late] = l.shares;
    bool has_retry = !early.empty() || !late.empty();
    if (has_retry && l.retry_blocked(now)) {
        l.hold_retries();
        has_retry = false;
    }
    if (upper_goes(!first.empty(), has_retry, l.upper_streak[0])) return first.front();
    return upper_goes(!early.empty(), !late.empty(), l.upper_streak[1]) ? early.front()
                                                                        : late.front();
}

void waiting_room::step_aside(slot_index slot, mono_time now) {
    lane& l = *line(tasks_[slot]).owner;
    if (l.reading == most_reading) return withdraw(l); // until one of them is back
    unseat(slot);
    if (tasks_[slot].is_in_batch()) batches_.enter(slot, {}); // it still carries it
    tasks_[slot].seat = seat::reading;
    ++l.reading;
    unread_.push_back(slot);
    place(l, now);
}

slot_index waiting_room::take_next(instant now) {
    wake_lanes(now.mono);
    while (!ring_.empty()) {
        lane& l = ring_.front();
        if (blocked(l, now.mono)) {
            place(l, now.mono);
            continue;
        }
        account_share& share = choose(l, now.mono);
        slot_index const slot = share.line.first();
        task_node& node = tasks_[slot];
        // Also for a task that steps aside: payloads are read in the order of the turns.
        l.shares[static_cast<std::size_t>(urgency_of(node.attempts()))].charge(share);
        if (!node.has_payload() && node.where.segment != 0) {
            step_aside(slot, now.mono);
            continue;
        }
        unseat(slot);
        node.seat = seat::in_flight;
        set_state(node, task_state::in_flight);
        l.on_sent(node.id, node.attempts() > 0, now.mono);
        if (l.is_linked()) ring_.splice(ring_.end(), ring_, ring_.iterator_to(l)); // others' turn
        place(l, now.mono);
        return slot;
    }
    return no_slot;
}

std::optional<mono_time> waiting_room::next_wakeup(instant now) const {
    if (!ring_.empty()) return now.mono;
    std::optional<mono_time> next;
    auto const consider = [&](mono_time at) {
        at = std::max(at, now.mono);
        if (!next || at < *next) next = at;
    };
    auto const consider_wall = [&](std::int64_t key) {
        std::chrono::milliseconds const ahead(key - now.wall.time_since_epoch().count());
        consider(now.mono + std::min(ahead, longest_sleep));
    };
    auto const mono = [](std::int64_t key) { return mono_time(std::chrono::microseconds(key)); };
    if (!wall_timers_.empty()) consider_wall(wall_timers_.top().key);
    if (auto const at = far_off_.near_at()) consider_wall(at->time_since_epoch().count());
    if (!expiries_.empty()) consider_wall(expiries_.top().key);
    if (!mono_timers_.empty()) consider(mono(mono_timers_.top().key));
    if (!lane_timers_.empty()) consider(mono(lane_timers_.top().key));
    return next;
}

} // namespace sluice::queue
