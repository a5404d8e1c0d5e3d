// Where tasks wait for their turn, and who goes next. Each account has a line in each lane: two
// schedules (not_before by the wall clock, retries by the monotonic one) and rows of due tasks.
// What is hours away waits with those of all lines (far_off) and comes to its schedule in time.
// Lines and lanes that wait for a time stand in heaps of their own, so that a turn looks at nothing
// that has no work: a task that may not go costs nothing, a lane that may not send has one timer.
// Owned by the engine, one thread; it writes no records and never reads a clock. During replay
// nothing is due: tasks leave their schedules in order after `start`.
#pragma once

#include "queue/core/batches.hpp"
#include "queue/core/far_off.hpp"
#include "queue/core/lane.hpp"
#include "queue/core/order_lines.hpp"
#include "queue/core/schedule.hpp"
#include "queue/core/task_table.hpp"
#include "queue/core/travel_lines.hpp"

#include <boost/intrusive/list.hpp>
#include <boost/unordered/unordered_flat_map.hpp>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace sluice::queue {

// The place where a task in a schedule keeps its position.
struct task_positions {
    task_table* tasks;
    std::uint32_t& operator()(slot_index slot) const { return (*tasks)[slot].previous; }
};
struct expiry_positions {
    task_table* tasks;
    std::uint32_t& operator()(slot_index slot) const { return (*tasks)[slot].rest()->expiry; }
};

// So many tasks of a lane may have their payload read back at a time.
inline constexpr std::uint32_t most_reading = 64;

// The tasks of one account for one destination.
struct account_line {
    account_line(lane& l, account_id a, task_table& tasks)
        : owner(&l)
        , account(a)
        , scheduled(task_positions{&tasks})
        , retries(task_positions{&tasks}) {}

    lane* owner;
    account_id account;
    schedule<task_positions> scheduled; // keys: wall clock, ms
    schedule<task_positions> retries;   // keys: monotonic clock, us
    std::array<account_share, urgencies> shares;
    std::uint32_t far_off = 0;              // of its tasks
    std::uint32_t wall_timer = no_position; // positions among the lines that wait for a time
    std::uint32_t mono_timer = no_position;
};

class waiting_room {
  public:
    explicit waiting_room(task_table& tasks);

    // Makes what is not there yet.
    lane& lane_of(lane_id id);
    lane const* find_lane(lane_id id) const;
    std::uint32_t line_of(lane_id id, account_id account);
    void set_weight(account_id account, std::uint32_t weight);
    account_line& line(task_node const& node) { return *lines_[node.line]; }
    account_line const& line(task_node const& node) const { return *lines_[node.line]; }

    // Changes a task's state and every count of it.
    void set_state(task_node& node, task_state state);
    // Counts a task that came in or left, in the state it has.
    void count_in(task_node& node);
    void count_out(task_node& node);
    state_counts const& counts() const { return counts_; }

    // --- seats ----------------------------------------------------------------------------------
    // Seats a task that waits for `due` by the wall clock.
    void seat_scheduled(slot_index slot, instant now);
    // Seats a task that waits for its next attempt at `due`.
    void seat_retry(slot_index slot, mono_time due);
    // Back to the head of its line: the attempt was not made.
    void seat_first(slot_index slot, instant now);
    // Its payload is back in memory: it takes the place in its line that it stepped out of.
    void seat_read(slot_index slot, instant now);
    // Takes a task out of wherever it waits; its state stays.
    void unseat(slot_index slot);
    // Order keys: a task comes in, and a finished task lets its successor pass.
    void enter_order(slot_index slot);
    void leave_order(slot_index slot, instant now);
    slot_index first_of_order(slot_index slot) const { return orders_.first_of(slot); }
    // Tasks that wait or are under way whose order keys belong to this slot.
    std::uint32_t tasks_of_order_slot(std::uint16_t slot) const { return orders_.tasks_of(slot); }
    // When a task in the retry schedule is due.
    mono_time retry_time(slot_index slot) const;
    // Tasks of the same line that are due before one that is far off: some, where there are many.
    std::uint64_t count_far_before(slot_index slot) const;

    // --- travelling together --------------------------------------------------------------------
    // The oldest task in line that may travel with `slot`, or no_slot. It stays where it is.
    slot_index first_like(slot_index slot) { return travellers_.first_like(slot); }
    // Takes a task out that goes with the batch, or that must carry it from now on; or no_slot.
    slot_index take_rider(std::uint64_t batch);
    // `retry_at`: when the batch was to go again, where it waited for that.
    slot_index take_orphan(std::uint64_t batch, std::optional<mono_time>& retry_at);
    // The task that carries the batch of `slot`; no_slot where it has none or is under way.
    slot_index carrier_of(std::uint64_t batch) const { return batches_.carrier_of(batch); }
    // A task that was taken out goes as the companion of another.
    void depart(slot_index slot);

    // --- turns ----------------------------------------------------------------------------------
    // Ends replay: from now on due tasks go to their lines. `newest` is the latest time that the
    // replay told of: what was due then is due, also where the clock was set back meanwhile.
    void start(wall_time newest) {
        is_replaying_ = false;
        promoted_at_ = newest;
    }
    // Moves up to `most` tasks whose time has come from the schedules to their lines.
    void promote(instant now, std::size_t most);
    // Takes out a task whose expires_at has passed, wherever it waits, or no_slot.
    slot_index take_expired(wall_time now);
    // Takes out the task that goes next and counts it as sent, or no_slot. Tasks whose payload is
    // on the disk only step aside: nothing is spent for them, and `unread` names them.
    slot_index take_next(instant now);
    // Tasks whose payload is to be read; whoever reads takes them out.
    std::vector<slot_index>& unread() { return unread_; }
    // A lane's gates may have moved: lets it send, gives it a timer, or neither.
    void place(lane& l, mono_time now);
    // Whether a lane with work was kept by `permits` since the last call.
    bool take_starved() { return std::exchange(is_starved_, false); }
    // When `take_next` or `take_expired` may next have something.
    std::optional<mono_time> next_wakeup(instant now) const;

    template <class Visit>
    void for_each_line(Visit&& visit) const {
        for (auto const& line : lines_)
            visit(*line);
    }

  private:
    struct lane_positions {
        waiting_room* room;
        std::uint32_t& operator()(std::uint32_t i) const;
    };
    struct wall_positions {
        waiting_room* room;
        std::uint32_t& operator()(std::uint32_t i) const;
    };
    struct mono_positions {
        waiting_room* room;
        std::uint32_t& operator()(std::uint32_t i) const;
    };

    // Whether the task goes with the one that carries its batch, and is seated so.
    bool rides(slot_index slot, task_state state, std::optional<mono_time> retry_at = {});
    void keep_due(instant now);
    bool has_older(account_line const& line, wall_time now) const;
    void bring_near(wall_time now, std::size_t most);
    void seat_ready(slot_index slot, instant now);
    void join_line(slot_index slot, slot_index behind, mono_time now); // behind: no_slot, or in it
    slot_index first_after(account_share const& share, task_node const& node) const;
    void step_aside(slot_index slot, mono_time now);
    void leave_line(slot_index slot);
    void retime_wall(std::uint32_t line);
    void retime_mono(std::uint32_t line);
    void withdraw(lane& l); // it has nothing to send
    void wake_lanes(mono_time now);
    std::optional<block> blocked(lane& l, mono_time now);
    account_share& choose(lane& l, mono_time now);
    account_share& oldest(lane& l);

    task_table& tasks_;
    std::vector<std::unique_ptr<account_line>> lines_;
    boost::unordered_flat_map<std::uint64_t, std::uint32_t> line_index_; // by lane and account
    std::uint64_t recent_key_ = 0; // what `line_of` was asked for last, where there is a line
    std::uint32_t recent_line_ = 0;
    std::vector<std::unique_ptr<lane>> lanes_;                        // by id; null: not made
    boost::unordered_flat_map<std::uint32_t, std::uint32_t> weights_; // by account
    order_lines orders_;
    batches batches_;
    travel_lines travellers_;
    queue::far_off far_off_;
    schedule<expiry_positions> expiries_;  // tasks that expire; wall clock, ms
    schedule<wall_positions> wall_timers_; // lines by the top of `scheduled`
    schedule<mono_positions> mono_timers_; // lines by the top of `retries`
    schedule<lane_positions> lane_timers_; // lanes with due tasks that wait for a time, us
    boost::intrusive::list<lane, boost::intrusive::constant_time_size<false>> ring_; // may send
    std::vector<slot_index> unread_;
    state_counts counts_{};
    wall_time promoted_at_{}; // when `promote` was called last
    bool is_replaying_ = true;
    bool is_starved_ = false;
};

} // namespace sluice::queue
