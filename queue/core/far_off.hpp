// Tasks whose time is far away: a list for each hour of the wall clock, through the links that a
// node has anyway, so that waiting takes no memory besides, and coming in or leaving looks at two
// neighbours. Before its hour begins a list is handed over, some tasks at a time, in the order in
// which they came. Owned by the waiting room; one thread; it never reads a clock.
#pragma once

#include "queue/core/ready_line.hpp"

#include <cstdint>
#include <limits>
#include <map>
#include <optional>

namespace sluice::queue {

class far_off {
  public:
    explicit far_off(task_table& tasks)
        : tasks_(tasks) {}

    bool empty() const { return hours_.empty(); }
    // Whether a task of this time belongs here: its hour has not been handed over.
    bool takes(wall_time due) const { return hour_of(due) >= next_; }
    // Tasks that are due within this and the next hour do not belong here from now on, if there
    // are none of them.
    void advance(wall_time now);
    // Its node's `due` says when, and does not change while it is here. Precondition: `takes`.
    void push(slot_index slot);
    // Precondition: it is here.
    void erase(slot_index slot);

    // Whether tasks of the hour of `now` or the next one are here.
    bool has_near(wall_time now) const { return !empty() && first() <= last_near(now); }
    // Takes up to `most` of them out, by hours, and shows them to `seat(slot)`. Returns how many.
    template <class Seat>
    std::size_t hand_over(wall_time now, std::size_t most, Seat&& seat) {
        std::size_t taken = 0;
        for (; taken < most && has_near(now); ++taken) {
            auto const at = hours_.begin();
            slot_index const slot = at->second.first();
            take_out(at, slot);
            seat(slot);
        }
        advance(now);
        return taken;
    }
    // None here is due before. Nothing: none is here.
    std::optional<wall_time> earliest() const;
    // From then on there is something to hand over.
    std::optional<wall_time> near_at() const;

    // How many of `line` are due before the task in `slot`, which is here; looks at up to `most`.
    std::uint64_t count_before(slot_index slot, std::size_t most) const;

  private:
    using hour = std::int64_t; // since 1970
    using lists = std::map<hour, ready_line>;

    static hour hour_of(wall_time t);
    static wall_time begin_of(hour h);
    static hour last_near(wall_time now) { return hour_of(now) + 1; }
    hour first() const { return hours_.begin()->first; }
    void take_out(lists::iterator at, slot_index slot);

    task_table& tasks_;
    lists hours_;                                     // none is empty
    lists::iterator recent_ = hours_.end();           // tasks that follow each other share an hour
    hour next_ = std::numeric_limits<hour>::lowest(); // those before were handed over
};

} // namespace sluice::queue
