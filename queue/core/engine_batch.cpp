// Tasks that travel in one request: who goes together, and what becomes of each.
//
// A batch is named in the `started` records of its tasks before it is sent. Where it fails as a
// whole it goes again with the same tasks, so that a destination which took it unnoticed sees the
// same bytes; where it is refused as a whole its tasks go one by one, so that a bad one sinks
// nobody else; where the answer speaks of each task, each goes its own way.
#include "queue/core/engine_core.hpp"

#include <iterator>
#include <utility>

namespace sluice::queue {

namespace {

// The attempts of one request, `done` first.
std::vector<attempt const*> all_of(attempt const& done) {
    std::vector<attempt const*> all{&done};
    for (attempt const& companion : done.companions)
        all.push_back(&companion);
    return all;
}

// Why it is refused has to do with what was sent, not with where it goes.
bool is_to_be_split(outcome const& result) {
    return result.calls.empty() && result.cause != cause::address_not_allowed &&
           (result.verdict == verdict::final_failure || result.cause == cause::render);
}

attempt_note& note_of(record& r) {
    auto* const again = std::get_if<retried>(&r);
    return again ? again->note : std::get<finished>(r).note;
}

task_id id_of(record const& r) {
    auto const* const again = std::get_if<retried>(&r);
    return again ? again->id : std::get<finished>(r).id;
}

// A batch that failed as a whole goes again as long as one of its tasks may, at one time for all:
// the latest, so that nobody goes too soon.
void hold_together(std::vector<record>& all) {
    std::optional<wall_time> latest;
    for (record const& r : all) {
        auto const* const again = std::get_if<retried>(&r);
        if (again && (!latest || again->next_attempt_at > *latest)) {
            latest = again->next_attempt_at;
        }
    }
    if (!latest) return;
    wall_time const at = *latest;
    for (record& r : all) {
        task_id const id = id_of(r);
        r = retried{id, std::move(note_of(r)), at};
    }
}

} // namespace

void engine::core::gather_companions(attempt& a, slot_index slot, instant now,
                                     std::vector<record>& expired) {
    auto const add = [&](slot_index other) {
        if (tasks[other].expires_at() <= now.wall) {
            expired.push_back(make_expired(other, now));
            return;
        }
        room.depart(other);
        a.companions.push_back(make_attempt(other, now));
        a.may_be_taken_already |= a.companions.back().may_be_taken_already;
    };
    task_node const& node = tasks[slot];
    lane_options const& options_of_lane = lane_of(node).options();
    if (node.is_in_batch()) {
        a.batch = node.extras()->batch;
        for (auto other = room.take_rider(a.batch); other != no_slot;
             other = room.take_rider(a.batch)) {
            add(other);
        }
        return;
    }
    if (options_of_lane.batch <= 1 || !node.may_join()) return;
    std::uint64_t bytes = node.payload_bytes();
    while (a.companions.size() + 1 < options_of_lane.batch) {
        slot_index const other = room.first_like(slot);
        if (other == no_slot) break;
        bytes += tasks[other].payload_bytes();
        if (bytes > options_of_lane.batch_bytes) break;
        room.unseat(other);
        add(other);
    }
    if (a.companions.empty()) return;
    do {
        a.batch = random.next();
    } while (a.batch == 0);
    a.is_batch_new = true;
}

void engine::core::return_tasks(attempt const& a, instant now) {
    auto const all = all_of(a);
    for (auto each = all.rbegin(); each != all.rend(); ++each) {
        if (slot_index const slot = in_flight(**each); slot != no_slot) room.seat_first(slot, now);
    }
}

engine::decision engine::core::complete_batch(attempt const& done, outcome&& result, instant now) {
    auto const all = all_of(done);
    bool const is_split = is_to_be_split(result);
    bool const has_calls = result.calls.size() == all.size();
    std::vector<record> made;
    for (std::size_t i = 0; i < all.size(); ++i) {
        slot_index const slot = in_flight(*all[i]);
        if (slot == no_slot) continue;
        tasks[slot].seat = seat::landed;
        outcome own = has_calls ? std::move(result.calls[i]) : result;
        if (is_split) own.verdict = verdict::retry, own.cause = cause::answered;
        record r = conclude(slot, *all[i], std::move(own), now);
        if (is_split) {
            r = retried{all[i]->id, std::move(note_of(r)), now.wall, company::alone};
        } else if (auto* const again = std::get_if<retried>(&r); again && has_calls) {
            again->company = company::leaves;
        }
        made.push_back(std::move(r));
    }
    if (!is_split && !has_calls && result.verdict == verdict::retry) hold_together(made);
    decision d;
    if (made.empty()) return d;
    d.task = std::move(made.front());
    d.companions.assign(std::make_move_iterator(made.begin() + 1),
                        std::make_move_iterator(made.end()));
    return d;
}

void engine::core::leave_batch(slot_index slot, instant now) {
    task_node& node = tasks[slot];
    if (!node.is_in_batch()) return;
    std::uint64_t const batch = std::exchange(node.extras()->batch, 0);
    std::optional<mono_time> retry_at;
    slot_index const orphan = room.take_orphan(batch, retry_at);
    if (orphan == no_slot) return;
    if (retry_at && tasks[orphan].attempts() > 0) return room.seat_retry(orphan, *retry_at);
    reseat(orphan, now);
}

} // namespace sluice::queue
