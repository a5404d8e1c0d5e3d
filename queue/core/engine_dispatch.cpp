// The way out: attempts that may go now, and what follows from their outcomes.
#include "queue/core/engine_core.hpp"

#include <algorithm>

namespace sluice::queue {

namespace {

using std::chrono::milliseconds;

// A turn moves at least so many due tasks to their lines, so that counts are right soon after many
// fall due together, and a turn still ends soon.
constexpr std::size_t least_promotions = 256;

// At most kept_response bytes, and no half of a UTF-8 sequence at the end.
std::string cut(std::string text) {
    if (text.size() <= kept_response) return text;
    std::size_t end = kept_response;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
        --end;
    text.resize(end);
    return text;
}

// Whether the task was dead before: then its notes have more than the `noted` attempts of this
// life.
bool was_redriven(task_node const& node, std::uint32_t noted) {
    if (!node.extras()) return false;
    auto const& notes = node.extras()->notes;
    auto const begins_anew = [](attempt_note const& one, attempt_note const& next) {
        return next.number <= one.number;
    };
    return (!notes.empty() && notes.back().number > noted) ||
           std::ranges::adjacent_find(notes, begins_anew) != notes.end();
}

// Of the task's life since it was accepted, or redriven. `noted`: how many of them it has notes of.
std::string attempts_text(task_node const& node, std::uint32_t attempts, std::uint32_t noted) {
    return std::to_string(attempts) + (attempts == 1 ? " attempt" : " attempts") +
           (was_redriven(node, noted) ? " since it was redriven" : "");
}

// What the last attempt came to, in a few words.
std::string summary(attempt_note const& note) {
    if (!note.detail.empty()) return note.detail;
    if (note.status != 0) return "answered " + std::to_string(note.status);
    return std::string(to_string(note.cause));
}

std::string final_reason(attempt_note const& note) {
    if (note.cause == cause::address_not_allowed) return "address not allowed";
    if (note.cause == cause::render && note.detail.empty()) return "cannot be rendered";
    return summary(note);
}

std::string stop_reason(retry_stop stop, retry_options const& options, task_node const& node,
                        attempt_note const& note) {
    std::string const after =
        attempts_text(node, note.number, note.number - 1) + ": " + summary(note);
    switch (stop) {
    case retry_stop::max_age:
        return "older than max_age " + to_text(*options.max_age) + " after " + after;
    case retry_stop::expires_at:
        return "expires before the next attempt, after " + after;
    default:
        return "gave up after " + after;
    }
}

// The record of the task that closed its lane's gate says until when: a restart must know.
void set_gate(record& r, closed_gate const& gate) {
    if (auto* const again = std::get_if<retried>(&r)) again->gate = gate;
    if (auto* const end = std::get_if<finished>(&r)) end->gate = gate;
}

attempt_note note_of(attempt const& done, outcome& result, instant now) {
    auto const duration = std::chrono::floor<milliseconds>(result.duration);
    return {done.number,
            now.wall - duration,
            duration,
            result.status,
            result.cause,
            std::move(result.detail),
            cut(std::move(result.response))};
}

void fill_delivered(finished& end, attempt const& done, outcome&& result, instant now) {
    end.id = done.id;
    end.at = now.wall;
    end.note = note_of(done, result, now);
    end.result = std::move(result.result);
}

} // namespace

void engine::take_due(instant now, std::size_t max, std::vector<attempt>& due,
                      std::vector<record>& expired) {
    core& c = *core_;
    c.room.promote(now, std::max(least_promotions, 2 * max));
    for (std::size_t i = 0; i < max; ++i) {
        slot_index const slot = c.room.take_expired(now.wall);
        if (slot == no_slot) break;
        expired.push_back(c.make_expired(slot, now));
    }
    for (std::size_t taken = 0; taken < max;) {
        slot_index const slot = c.room.take_next(now);
        if (slot == no_slot) break;
        task_node& node = c.tasks[slot];
        if (node.expires_at() > now.wall) {
            due.push_back(c.make_attempt(slot, now));
            c.gather_companions(due.back(), slot, now, expired);
            taken += 1 + due.back().companions.size();
            continue;
        }
        // More expire at once than `max`: this one did not have its turn above.
        lane& l = c.lane_of(node);
        node.seat = seat::none;
        c.room.set_state(node, task_state::ready);
        l.on_withdrawn(node.id, now.mono);
        c.room.place(l, now.mono);
        expired.push_back(c.make_expired(slot, now));
    }
}

void engine::take_unread(std::vector<unread>& out) {
    core& c = *core_;
    for (slot_index const slot : c.room.unread()) {
        task_node const& node = c.tasks[slot];
        if (node.seat == seat::reading) out.push_back({node.id, slot, node.where});
    }
    c.room.unread().clear();
}

slot_index engine::core::reading(engine::unread const& from) const {
    if (from.slot >= tasks.slots()) return no_slot;
    task_node const& node = tasks[from.slot];
    return node.id == from.id && node.seat == seat::reading ? from.slot : no_slot;
}

void engine::payload_read(unread const& from, shared_bytes bytes, instant now) {
    core& c = *core_;
    slot_index const slot = c.reading(from);
    if (slot == no_slot) return;
    c.set_payload(c.tasks[slot], std::move(bytes));
    c.room.seat_read(slot, now);
}

std::optional<record> engine::payload_lost(unread const& from, std::string_view why, instant now) {
    core& c = *core_;
    slot_index const slot = c.reading(from);
    if (slot == no_slot) return std::nullopt;
    location const where = c.tasks[slot].where;
    if (where.segment != from.where.segment || where.offset != from.where.offset) {
        c.room.unread().push_back(slot);
        return std::nullopt;
    }
    std::string reason = "the message cannot be read back: ";
    reason += why;
    return finished{from.id, task_state::dead, now.wall, {}, std::move(reason), {}};
}

attempt engine::core::make_attempt(slot_index slot, instant now) {
    task_node const& node = tasks[slot];
    account_line const& line = room.line(node);
    attempt a;
    a.id = node.id;
    a.lane = line.owner->id();
    a.account = line.account;
    a.number = node.attempts() + 1;
    a.slot = slot;
    a.due = node.due();
    a.not_before = node.not_before;
    a.accepted_at = node.accepted_at();
    if (node.extras()) {
        a.rendered_at = node.extras()->rendered_at;
        a.may_be_taken_already = std::any_of(
            node.extras()->notes.begin(), node.extras()->notes.end(),
            [](attempt_note const& n) { return may_have_been_taken(n.cause, n.status); });
    }
    lane_options const& pace = line.owner->options();
    if ((pace.pins_render_time || pace.batch > 1) && a.rendered_at == wall_time{}) {
        a.rendered_at = now.wall;
        a.is_render_time_new = true;
    }
    a.where = node.where;
    a.payload = node.payload();
    return a;
}

record engine::core::make_expired(slot_index slot, instant now) const {
    task_node const& node = tasks[slot];
    std::string reason = "expires_at passed before it was sent";
    auto const attempts = node.attempts();
    if (attempts > 0) reason = "expires_at passed after " + attempts_text(node, attempts, attempts);
    return finished{node.id, task_state::expired, now.wall, {}, std::move(reason), {}};
}

slot_index engine::core::in_flight(attempt const& a) const {
    if (a.slot >= tasks.slots()) return no_slot;
    task_node const& node = tasks[a.slot];
    bool const is_it =
        node.id == a.id && node.seat == seat::in_flight && node.attempts() + 1 == a.number;
    return is_it ? a.slot : no_slot;
}

engine::decision engine::complete(attempt const& done, outcome&& result, instant now) {
    core& c = *core_;
    lane& l = c.room.lane_of(done.lane);
    slot_index const slot = c.in_flight(done);
    decision d;
    if (result.cause == cause::stopped) {
        l.on_returned(done.id, now.mono);
        c.return_tasks(done, now);
        c.room.place(l, now.mono);
        return d;
    }
    bool const was_open = l.is_breaker_open();
    auto const gate = l.gate_until();
    l.on_outcome(done.id, result, now.mono);
    d.closes_gate = l.gate_until() > gate;
    if (l.is_breaker_open() != was_open) {
        using change = decision::breaker_change;
        d.breaker = was_open ? change::closed : change::opened;
        d.breaker_by = l.breaker_by();
        d.breaker_record = c.stand_of(done.lane, now);
    }
    bool const disables = result.disables_lane && result.verdict != verdict::delivered;
    std::optional<record> change;
    if (disables && !l.is_disabled()) {
        std::string by = result.detail;
        if (by.empty()) by = "answered " + std::to_string(result.status);
        auto stand = c.stand_of(done.lane, now);
        stand.is_disabled = true;
        stand.by = std::move(by);
        change = std::move(stand);
    }
    auto const wait = result.waits_alone ? std::nullopt : result.retry_after;
    auto const closed_for = wait.value_or(milliseconds(0));
    if (!done.companions.empty()) {
        auto landed = c.complete_batch(done, std::move(result), now);
        d.task = std::move(landed.task);
        d.companions = std::move(landed.companions);
    } else if (slot != no_slot) {
        c.tasks[slot].seat = seat::landed;
        if (result.verdict == verdict::delivered) {
            // Where it stays: moving a record moves all its texts, twice 190 instructions.
            auto& end = d.task.emplace(std::in_place_type<finished>);
            fill_delivered(std::get<finished>(end), done, std::move(result), now);
        } else {
            d.task = c.conclude(slot, done, std::move(result), now);
        }
    }
    if (d.task && closed_for.count() > 0) {
        set_gate(*d.task, {done.lane, now.wall + closed_for});
    }
    d.lane = std::move(change);
    c.room.place(l, now.mono);
    return d;
}

record engine::core::conclude(slot_index slot, attempt const& done, outcome&& result, instant now) {
    if (result.verdict == verdict::delivered) {
        record made(std::in_place_type<finished>);
        fill_delivered(std::get<finished>(made), done, std::move(result), now);
        return made;
    }
    attempt_note note = note_of(done, result, now);
    bool const is_final = result.verdict == verdict::final_failure ||
                          result.cause == cause::render ||
                          result.cause == cause::address_not_allowed;
    if (result.disables_lane) {
        // The task waits with its lane and goes again when an operator resumes it.
        return retried{done.id, std::move(note), now.wall};
    }
    if (is_final) {
        std::string reason = final_reason(note);
        return finished{done.id,         task_state::dead,  now.wall,
                        std::move(note), std::move(reason), std::move(result.result)};
    }
    return conclude_retry(slot, std::move(note), std::move(result), now);
}

record engine::core::conclude_retry(slot_index slot, attempt_note&& note, outcome&& result,
                                    instant now) {
    task_node const& node = tasks[slot];
    retry_options const& policy = lane_of(node).options().retry;
    retry_question question;
    question.attempts = note.number;
    question.random = random.next();
    question.retry_after = result.retry_after;
    question.now = now.wall;
    question.not_before = node.not_before;
    question.expires_at = node.expires_at();
    retry_answer const answer = next_attempt(policy, question);
    if (answer.stop == retry_stop::none) {
        return retried{node.id, std::move(note), now.wall + answer.wait};
    }
    std::string reason = stop_reason(answer.stop, policy, node, note);
    return finished{node.id,         task_state::dead,  now.wall,
                    std::move(note), std::move(reason), std::move(result.result)};
}

void engine::put_back(attempt const& a, instant now) {
    core& c = *core_;
    lane& l = c.room.lane_of(a.lane);
    l.on_returned(a.id, now.mono);
    c.return_tasks(a, now);
    c.room.place(l, now.mono);
}

std::optional<mono_time> engine::next_wakeup(instant now) const {
    return core_->room.next_wakeup(now);
}

} // namespace sluice::queue
