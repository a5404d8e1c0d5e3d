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
    slot_index order_previous = no_slot; // tasks with the same order key, by acceptance
    slot_index order_next = no_slot;
    std::uint32_t expiry = no_slot; // position among what expires
    std::uint32_t attempts = 0;     // ended
    std::uint16_t holds_seen = 0;   // of its lane when it came into line as a retry
};

struct task_node {
    task_id id;           // nil: the slot is free
    shared_bytes payload; // null: on disk only
    boxed<task_extras> extras;
    boxed<task_rest> rest;
    short_location where;
    short_time accepted_at;
    short_time not_before;         // change it before `set_due`
    slot_index previous = no_slot; // in a line the task before; in a schedule the position
    slot_index next = no_slot;     // in a line the task behind
    std::uint32_t line = 0;        // index of the account's line: lane and account
    task_state state = task_state::scheduled;
    queue::seat seat = queue::seat::none;

    wall_time due() const { return rest ? rest->due : wall_time(not_before); }
    wall_time expires_at() const { return rest ? rest->expires_at : never; }
    std::uint32_t attempts() const { return rest ? rest->attempts : 0; }
    slot_index order_previous() const { return rest ? rest->order_previous : no_slot; }
    slot_index order_next() const { return rest ? rest->order_next : no_slot; }
    bool is_among_expiring() const { return rest && rest->expiry != no_slot; }

    void set_due(wall_time t) {
        if (t != due()) made_rest().due = t;
    }
    void set_expires_at(wall_time t) {
        if (t != expires_at()) made_rest().expires_at = t;
    }
    void set_attempts(std::uint32_t n) {
        if (n != attempts()) made_rest().attempts = n;
    }
    task_rest& made_rest() {
        if (!rest) rest.made().due = not_before;
        return *rest;
    }

    bool is_in_batch() const { return extras && extras->batch != 0; }
    // Whether it may be sent together with others that it was not sent with before: only what was
    // never sent, because what may have been taken must go again byte for byte.
    bool may_join() const {
        return extras && extras->travel_key != 0 && extras->batch == 0 &&
               extras->order_key.empty() && extras->rendered_at == wall_time{};
    }
    std::size_t payload_bytes() const { return payload ? payload.size() : where.length; }
    bool has_order_key() const { return extras && !extras->order_key.empty(); }
    // False while an earlier task with the same order key is not finished.
    bool is_first_of_order() const { return order_previous() == no_slot; }
};

// With 16 bytes in a schedule a waiting task costs 96 bytes besides its payload and the index of
// ids.
static_assert(sizeof(task_node) <= 80);

} // namespace sluice::queue
