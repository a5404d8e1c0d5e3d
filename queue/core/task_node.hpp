// A live or dead task as the engine holds it: compact, because there may be tens of millions.
// Lives in a `task_table`, which never moves it; the core's structures name it by its slot.
#pragma once

#include "queue/core/short_forms.hpp"

#include <cstdint>

namespace sluice::queue {

// Index of a node in the table.
using slot_index = std::uint32_t;
inline constexpr slot_index no_slot = 0xFFFFFFFF;

// Which structure of the engine holds a task now.
enum class seat : std::uint8_t {
    none,      // none: a dead task, or one that is being moved
    far_off,   // waits for not_before, which is hours away
    schedule,  // waits for not_before, by the wall clock
    retries,   // waits for its next attempt, by the monotonic clock
    line,      // in its account's line, due
    reading,   // due, but its payload is being read back from the disk
    parked,    // due, but an earlier task with its order key is not finished
    aboard,    // goes when the task goes that carries its batch
    in_flight, // handed out
    landed     // its attempt ended; the record that follows is not applied yet
};

// What only tasks have that were tried, that expire, or that go in an order; one allocation for
// those that do.
struct task_rest {
    wall_time due{}; // of the next attempt; of a dead task when it died
    wall_time expires_at = never;
    wall_time accepted_at{};
    slot_index order_previous = no_slot; // tasks with the same order key, by acceptance
    slot_index order_next = no_slot;
    std::uint32_t expiry = no_slot; // position among what expires
    std::uint32_t attempts = 0;     // ended
    std::uint16_t holds_seen = 0;   // of its lane when it came into line as a retry
};

// What a far-off task does without as a rule. `task_table` gives it out and takes it back.
struct task_cargo {
    shared_bytes payload; // null: on disk only
    boxed<task_extras> extras;
    boxed<task_rest> rest;

    bool is_empty() const { return !payload && !extras && !rest; }
};

struct task_node {
    task_id id; // nil: the slot is free
    short_location where;
    short_time not_before;           // change it before task_table::set_due
    short_pointer<task_cargo> cargo; // null: it has none
    slot_index previous = no_slot;   // in a line the task before; in a schedule the position
    slot_index next = no_slot;       // in a line the task behind
    std::uint32_t line : 25 = 0;     // index of the account's line: lane and account
    task_state state : 3 = task_state::scheduled;
    queue::seat seat : 4 = queue::seat::none;

    // Null where it has none. `task_table` makes them.
    task_extras* extras() const {
        auto* const has = cargo.get();
        return has ? has->extras.get() : nullptr;
    }
    task_rest* rest() const {
        auto* const has = cargo.get();
        return has ? has->rest.get() : nullptr;
    }
    shared_bytes payload() const { return cargo ? cargo->payload : shared_bytes(); }

    wall_time due() const {
        auto const* const has = rest();
        return has ? has->due : wall_time(not_before);
    }
    wall_time expires_at() const {
        auto const* const has = rest();
        return has ? has->expires_at : never;
    }
    // As a rule the time that its id was made at.
    wall_time accepted_at() const {
        auto const* const has = rest();
        return has ? has->accepted_at : time_of(id);
    }
    std::uint32_t attempts() const {
        auto const* const has = rest();
        return has ? has->attempts : 0;
    }
    slot_index order_previous() const {
        auto const* const has = rest();
        return has ? has->order_previous : no_slot;
    }
    slot_index order_next() const {
        auto const* const has = rest();
        return has ? has->order_next : no_slot;
    }
    bool is_among_expiring() const {
        auto const* const has = rest();
        return has && has->expiry != no_slot;
    }

    bool is_in_batch() const {
        auto const* const has = extras();
        return has && has->batch != 0;
    }
    // Whether it may be sent together with others that it was not sent with before: only what was
    // never sent, because what may have been taken must go again byte for byte.
    bool may_join() const {
        auto const* const has = extras();
        return has && has->travel_key != 0 && has->batch == 0 && has->order_key.empty() &&
               has->rendered_at == wall_time{};
    }
    bool has_payload() const { return cargo && cargo->payload; }
    std::size_t payload_bytes() const {
        return has_payload() ? cargo->payload.size() : where.length;
    }
    bool has_order_key() const {
        auto const* const has = extras();
        return has && !has->order_key.empty();
    }
    // False while an earlier task with the same order key is not finished.
    bool is_first_of_order() const { return order_previous() == no_slot; }
};

// That, and its place in the index of ids, is all that a far-off task costs.
static_assert(sizeof(task_node) <= 52);
// Each takes gigabytes of memory before there are so many.
inline constexpr std::uint32_t most_lines = 1 << 25;

} // namespace sluice::queue
