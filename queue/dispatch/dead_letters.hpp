// The dead letters in the order of their deaths, so that those that have been kept long enough are
// found without looking at all tasks. 24 bytes each; entries of tasks that were redriven or purged
// since are recognised when their turn comes. Owned by the dispatcher; reads no clock.
#pragma once

#include "queue/core/engine.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>

namespace sluice::queue {

struct dead_limits {
    std::chrono::milliseconds time{30ll * 24 * 3600 * 1000}; // kept this long
    std::uint64_t count = 1'000'000;                         // the newest are kept
};

// Of one step of dead_letters::drop_old: entries looked at, and dead letters dropped.
inline constexpr std::size_t most_looked_at = 4096;
inline constexpr std::size_t most_dropped = 256;

class dead_letters {
  public:
    // A record that tells of a death is remembered, every other is not.
    void note(record const& r);
    void add(task_id id, wall_time at) { entries_.push_back({at, id}); }
    // After the start: the journal does not tell deaths in their order.
    void sort();

    // The time of the newest death; nothing where there is none. After `sort`.
    std::optional<wall_time> newest() const;

    // One step of throwing away: calls `drop` for each dead letter of `state` that must go, the
    // oldest first, and takes their entries out. Looks at a bounded number of entries; true: there
    // may be more to do at once.
    using dropper = std::function<void(task_id)>;
    bool drop_old(wall_time now, dead_limits const& limits, engine const& state,
                  dropper const& drop);
    // The same over any keeper of tasks: `is_dead(id, at)` says whether a task is dead since then,
    // `dead` how many are in all.
    using check = std::function<bool(task_id, wall_time)>;
    bool drop_old(wall_time now, dead_limits const& limits, std::uint64_t dead,
                  check const& is_dead, dropper const& drop);
    std::size_t size() const { return entries_.size(); }

  private:
    struct entry {
        wall_time at;
        task_id id;
    };
    std::deque<entry> entries_; // oldest first
};

} // namespace sluice::queue
