// What is inside the engine: the tasks, where they wait, the keys, and the books about memory.
// Included by the engine's own source files only; see engine.hpp for thread and ownership.
#pragma once

#include "queue/core/engine.hpp"
#include "queue/core/idempotency_index.hpp"
#include "queue/core/retention_clock.hpp"
#include "queue/core/retry.hpp"
#include "queue/core/split_mix.hpp"
#include "queue/core/task_table.hpp"
#include "queue/core/waiting_room.hpp"

#include <algorithm>
#include <string>

namespace sluice::queue {

struct engine::core {
    core(engine_options const& o, names& n, release_sink& sink)
        : options(o)
        , table_of_names(n)
        , released(sink)
        , keys(o.idempotency_keys, o.idempotency_time)
        , contents(o.idempotency_keys, o.idempotency_time)
        , random(o.seed) {}

    engine_options options;
    names& table_of_names;
    release_sink& released;
    task_table tasks;
    waiting_room room{tasks};
    idempotency_index keys;           // of callers
    idempotency_index contents;       // made of what calls hold
    std::uint64_t payload_bytes = 0;  // in memory
    std::uint64_t reserved_tasks = 0; // admitted, not applied yet
    std::uint64_t reserved_bytes = 0;
    expected_reports reserved_reports; // of reserved_tasks
    expected_reports known_reports;    // of the tasks in the table
    split_mix random;
    retention_clock ages;             // of keys
    wall_time newest{};               // the latest time that records of the replay told of
    std::uint64_t order_turns = 0;    // the highest that was given
    std::uint64_t expected_tasks = 0; // in replay: there is room for so many
    bool is_replaying = true;

    idempotency_index& index(bool is_content) { return is_content ? contents : keys; }
    lane& lane_of(task_node const& node) { return *room.line(node).owner; }
    std::uint64_t live_tasks() const;

    // --- engine_apply.cpp: one function a kind of record
    void apply(accepted&& r, instant now);
    void apply(started&& r, instant now);
    void apply(retried&& r, instant now);
    void apply(finished&& r, instant now);
    void apply(redriven&& r, instant now);
    void apply(purged&& r, instant now);
    void apply(lane_changed&& r, instant now);
    // A task ends and leaves: gives it back as it was.
    std::optional<accepted> finish(finished const& r, instant now);
    // Seats a task that waits for `due`.
    void reseat(slot_index slot, instant now);

    // --- engine_dispatch.cpp
    attempt make_attempt(slot_index slot, instant now);
    record make_expired(slot_index slot, instant now) const;
    // The task of an attempt if it is still in flight with that attempt, or no_slot: it may have
    // been cancelled by a record that was on its way.
    slot_index in_flight(attempt const& a) const;
    // The task that waits for this payload, or no_slot.
    slot_index reading(engine::unread const& from) const;
    record conclude(slot_index slot, attempt const& done, outcome&& result, instant now);
    record conclude_retry(slot_index slot, attempt_note&& note, outcome&& result, instant now);

    // --- engine_batch.cpp
    // Lets others travel with `a`, whose task is in `slot`: those that it went with before, or due
    // ones that may join it. Companions that have expired are appended to `expired`.
    void gather_companions(attempt& a, slot_index slot, instant now, std::vector<record>& expired);
    decision complete_batch(attempt const& done, outcome&& result, instant now);
    // The attempt was not made: its tasks go back to the heads of their lines.
    void return_tasks(attempt const& a, instant now);
    // A task no longer goes with its batch.
    void leave_batch(slot_index slot, instant now);

    // --- engine_explain.cpp
    // The task with which this one goes: itself, or the one that carries its batch.
    slot_index goes_with(slot_index slot) const;
    wall_time due_of(slot_index slot, instant now) const;
    // Everything that holds a waiting task that `ahead` others precede.
    std::vector<hold> holds_of(slot_index slot, std::uint64_t ahead, instant now) const;

    // --- engine.cpp
    task_view view(slot_index slot) const;

    // --- engine_apply.cpp: books
    void answer_keys(task_extras const& of, wall_time accepted_at);
    void set_payload(task_node& node, shared_bytes&& payload);
    // Where the journal has it and it is not needed soon, a payload leaves memory: the attempt
    // then brings its location, and the driver reads it from disk.
    void shed_payload(task_node& node, wall_time due, instant now);
    bool keeps_payload(wall_time due, instant now) const;
    void set_location(task_node& node, location where);
    // Everything about a task but what is in memory beside its node: extras and payload.
    accepted outline(slot_index slot) const;
    accepted take_out(slot_index slot, instant now);
    void forget(slot_index slot, instant now);
    // In replay: the clock showed this time once.
    void note_time(wall_time at) {
        if (is_replaying) newest = std::max(newest, at);
    }
    // How a lane stands, whole.
    lane_changed stand_of(lane_id id, instant now);
    // In replay: a gate that was closed in the time before may still be.
    void restore_gate(closed_gate const& gate, std::string by, instant now);
    // In replay: the attempts of the time before count for the lane's rate.
    void charge_past(task_node& node, attempt_note const& note, instant now);
};

inline mono_time to_mono(wall_time at, instant now) {
    // A century either way is as good as never and cannot overflow.
    constexpr std::chrono::milliseconds far{100ll * 366 * 86'400'000};
    return now.mono + std::clamp<std::chrono::milliseconds>(at - now.wall, -far, far);
}

} // namespace sluice::queue
