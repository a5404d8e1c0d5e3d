// The state machine of the queue: which task may be sent where and when, and what follows from an
// outcome. Single-threaded, no I/O, no clock, no thread: `now` and a seed come in as values, so
// that a simulation can run years in seconds.
//
// Life: `configure_lane` for each destination, `apply` for each record of the journal (replay),
// then for ever: admit -> (record durable) -> apply -> take_due -> complete -> (its record) apply.
// State changes by `apply` only; `take_due` marks what it hands out as in flight, which is not
// state: after a crash an attempt in flight is an attempt not made.
//
// Inside: `task_table` holds the tasks, `waiting_room` says who goes next, `lane` says "not yet"
// and why, `retry` says when again, `idempotency_index` knows the keys.
#pragma once

#include "queue/core/attempt.hpp"
#include "queue/core/explanation.hpp"
#include "queue/core/lane_options.hpp"
#include "queue/core/lane_share.hpp"
#include "queue/core/names.hpp"
#include "queue/core/outcome.hpp"
#include "queue/core/record.hpp"

#include <boost/system/result.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::queue {

struct engine_options {
    std::uint64_t max_tasks = 10'000'000;         // live tasks (not finished), limits.queue_tasks
    std::uint64_t max_payload_bytes = 8ull << 30; // payloads in memory, limits.queue_bytes
    std::chrono::milliseconds max_delay{366ll * 24 * 3600 * 1000};
    std::chrono::milliseconds resident_horizon{60'000}; // see payload_leaves
    // The newest kept of the callers' keys, and as many of those made of calls' contents.
    std::uint64_t idempotency_keys = 1'000'000;
    std::chrono::milliseconds idempotency_time = usual_key_lifetime;
    std::uint64_t seed = 1;     // of the jitter
    bool shares_limits = false; // with other gateways: a lane holds nothing until `share_lane`
};

// What a task looks like from outside; views live until the next call of the engine.
struct task_view {
    task_id id;
    lane_id lane{};
    account_id account{};
    task_state state{};
    std::uint32_t attempts = 0; // ended
    wall_time accepted_at{};
    wall_time not_before{};
    wall_time next_attempt_at{};
    wall_time expires_at = never;
    wall_time finished_at{}; // of a dead task
    location where;
    task_extras const* extras = nullptr; // may be null
};

struct lane_view {
    lane_id lane{};
    bool is_configured = false, is_paused = false, is_disabled = false, is_breaker_open = false;
    std::uint32_t limit = 0;   // in flight at most: the concurrency, or what was learnt
    std::string_view by;       // who paused or what disabled it
    std::uint64_t version = 0; // see lane_changed
    std::uint64_t scheduled = 0, ready = 0, in_flight = 0, retry_wait = 0, dead = 0;
    std::uint64_t live() const { return scheduled + ready + in_flight + retry_wait; }
};

struct engine_counts {
    std::uint64_t scheduled = 0, ready = 0, in_flight = 0, retry_wait = 0, dead = 0;
    std::uint64_t payload_bytes = 0;    // in memory
    std::uint64_t idempotency_keys = 0; // of callers
    std::uint64_t content_keys = 0;     // made of calls' contents
    std::uint64_t live() const { return scheduled + ready + in_flight + retry_wait; }
};

// Where the engine says that a task no longer needs its record: the journal counts what it may
// free.
class release_sink {
  public:
    virtual void on_live(location where) = 0;     // a task's full record lies here
    virtual void on_released(location where) = 0; // it is no longer needed
  protected:
    ~release_sink() = default;
};

class engine {
  public:
    engine(engine_options const& options, names& table, release_sink& released);
    ~engine();
    engine(engine const&) = delete;
    engine& operator=(engine const&) = delete;

    // --- configuration (also while running) -----------------------------------------------------
    // Makes or changes a lane. A lane that tasks name but that is not configured holds them.
    void configure_lane(lane_id lane, lane_options const& options, instant now);
    void unconfigure_lane(lane_id lane);
    // Where limits are shared: no more than this of the lane's is ours from now on; see
    // lane::set_share.
    lane_held share_lane(lane_id lane, lane_share const& share, std::uint64_t tokens, instant now);
    // What the lane did since the last call, and what its limits are; nothing where it is not
    // configured.
    std::optional<lane_report> take_use(lane_id lane, instant now);
    // Whether a lane has had work and no part of its limits since the last call.
    bool take_starved();
    void configure_account(account_id account, std::uint32_t weight); // share among accounts, >= 1

    // --- the way in -----------------------------------------------------------------------------
    // Whether these tasks (one call) may come in, and reserves room and the idempotency key for
    // them. Errors: queue_full, memory_full, too_far_ahead, duplicate_key, key_conflict,
    // key_in_progress, content_in_progress. All of them or none.
    boost::system::result<void> admit(std::span<new_task const> tasks, instant now);
    // Reserves room, whatever the limits, for a task that takes the place of one that is ending.
    void admit_own(new_task const& task);
    // Before its record is written: a task with an order key goes behind all that have had one.
    void give_turn(new_task& task);
    // Tasks that ask for a report of their end (task_extras::callback): admitted, live and dead.
    expected_reports reports_to_come() const;
    // The records of admitted tasks could not be written: gives the reservation back.
    void abandon(std::span<new_task const> tasks);
    // What the first request with a key of these tasks was answered, where admit said
    // duplicate_key. Null when none of their keys is known. Lives until the next call.
    idempotency const* first_request(std::span<new_task const> tasks) const;
    // The call that was accepted with this key; null where none is known. Lives until the next
    // call.
    idempotency const* known_key(std::array<std::uint8_t, 16> const& key, bool is_content) const;
    // Restores the keys of a task that only the history holds: before `start`, in any order.
    void restore_keys(task_extras const& of, wall_time accepted_at);

    // The only way state changes. During replay it takes the records in their order; a record for
    // a task that is not known (its segment is gone) is ignored. An `accepted` for a task that is
    // known replaces it (copied forward).
    void apply(record&& r, instant now);
    void apply(accepted&& r, instant now);
    // `apply` of a record of this task comes soon: its place in the index is brought near.
    void expect(task_id const& id) const;
    // In replay: `done` of `all` bytes of the records have been applied, so that room is made for
    // what is to come.
    void expect_rest(std::uint64_t done, std::uint64_t all);
    // In replay: memory that tasks to come will lie in, some MiB at a time, empty where nothing new
    // is to be said. Any thread may make it ready (populate_pages); it lives as long as the engine.
    std::span<std::byte> next_room();
    // In replay: whether `apply` would keep a payload that this task came with.
    bool keeps_payload(accepted const& r, instant now) const;
    // Applies the end of a task that leaves (all but `dead`) and gives the task back as it was
    // before; nothing where it is not known.
    std::optional<accepted> finish(finished const& end, instant now);
    // Ends replay: what was in flight is ready; spreads what is overdue by the lanes' pace. Must be
    // called once, also when there was nothing to replay.
    void start(instant now);

    // --- the way out ----------------------------------------------------------------------------
    // Appends attempts that may go now, of up to `max` tasks, and of a few more where the last one
    // is a batch. Expired tasks are not handed out; their
    // records (at most `max` and those met among the due) are appended to `expired`, once each, for
    // the caller to apply and to journal.
    void take_due(instant now, std::size_t max, std::vector<attempt>& due,
                  std::vector<record>& expired);
    // Tasks whose turn came and whose payload is on the disk only: they stepped aside, at no cost
    // to their lane, until the driver brings what it read at `where`.
    struct unread {
        task_id id;
        std::uint32_t slot = 0; // the engine's own handle; opaque
        location where;
    };
    // Appends those that `take_due` met since the last call.
    void take_unread(std::vector<unread>& out);
    // Ignored where the task is gone by now.
    void payload_read(unread const& from, shared_bytes bytes, instant now);
    // It could not be read: tried again where the record was copied forward meanwhile, else the
    // end of the task, to apply and journal.
    std::optional<record> payload_lost(unread const& from, std::string_view why, instant now);
    // What follows from an outcome, as a record to apply and journal; empty when nothing follows
    // (cause::stopped: the task is ready again, nothing was spent). Also moves the lane's gates.
    // A lane that changed state by it (disabled) is a second record.
    struct decision {
        std::optional<record> task;
        std::optional<record> lane;
        // The breaker opened or closed by it; the record tells a restart.
        enum class breaker_change : std::uint8_t { none, opened, closed };
        breaker_change breaker = breaker_change::none;
        std::string breaker_by; // what opened it
        std::optional<record> breaker_record;
        std::vector<record> companions; // of the attempt's companions
        bool closes_gate = false;       // or keeps it closed for longer
    };
    decision complete(attempt const& done, outcome&& result, instant now);
    // An attempt that was handed out could not be started; it goes back to the head of its line. No
    // attempt is counted, but the lane's rate counts it.
    void put_back(attempt const& a, instant now);
    // When take_due may next have something to hand out; nothing: not before something happens.
    std::optional<mono_time> next_wakeup(instant now) const;

    // --- what callers and operators ask for: each returns the record to apply and journal -------
    // Errors: unknown_task; wrong_state for tasks in flight or dead.
    boost::system::result<record> cancel(task_id id, std::string_view by, instant now) const;
    // Errors: unknown_task; wrong_state for tasks that are not dead or whose expires_at has passed.
    boost::system::result<record> redrive(task_id id, std::string_view by, instant now);
    boost::system::result<record> purge(task_id id) const; // dead only
    // `pause` false resumes a paused or disabled lane. Error: unknown_lane.
    boost::system::result<record> change_lane(lane_id lane, bool pause, std::string_view by,
                                              instant now) const;

    // --- looking --------------------------------------------------------------------------------
    std::optional<task_view> find(task_id id) const;
    explanation explain(task_id id, instant now) const; // unknown_task: kind none
    // The reasons alone, as if nobody went before it: what a list of tasks can afford. Empty where
    // nothing holds it, and of what does not wait.
    std::vector<hold> holds(task_id id, instant now) const;
    lane_view view(lane_id lane) const;
    lane_pace pace(lane_id lane, instant now) const; // of a lane that is not known: empty
    // Tasks with an order key of this slot that have not ended; dead letters are not among them.
    std::uint32_t keyed_tasks(std::uint16_t order_slot) const;
    // How long an attempt of this lane may be under way; zero where it is not known.
    std::chrono::milliseconds attempt_timeout(lane_id lane) const;
    // One record for each lane that is paused or disabled, whose gate is closed or whose breaker is
    // open, so that what said so first may go.
    void repeat_lanes(instant now, std::vector<lane_changed>& out) const;
    // How one lane stands, whole: as of a record.
    lane_changed stand_of(lane_id lane, instant now) const;
    // What becomes of a lane when another stand of it is added, a dead gateway's or that of the
    // cluster's table (lane_stand.hpp says how). The gate is closed at once; the record is for the
    // caller to apply and journal. Nothing where nothing changes.
    std::optional<lane_changed> adopted_lane(lane_changed&& theirs, instant now);
    engine_counts counts() const;
    // Each lane with a task that could have gone, and the not_before of the oldest: once a lane.
    // What somebody holds on purpose could not.
    std::vector<std::pair<lane_id, wall_time>> oldest_due() const;
    // Calls `visit(task_view const&)` for live and dead tasks, in no order, until it returns false.
    template <class Visit>
    void for_each(Visit&& visit) const {
        for (std::size_t i = 0, end = slots(); i < end; ++i) {
            if (auto const view = view_at(i); view && !visit(*view)) return;
        }
    }

    // The same for at most `count` places from `first` on, so that millions are looked at in steps;
    // a task keeps its place. Returns where to go on; nothing when all have been looked at.
    template <class Visit>
    std::optional<std::size_t> visit_some(std::size_t first, std::size_t count,
                                          Visit&& visit) const {
        std::size_t const end = std::min(slots(), first + count);
        for (std::size_t i = first; i < end; ++i) {
            if (auto const view = view_at(i); view && !visit(*view)) return i + 1;
        }
        if (end == slots()) return std::nullopt;
        return end;
    }

    // --- payloads and the journal ---------------------------------------------------------------
    // The full state of a live or dead task, to be copied forward, if its record lies in `segment`;
    // the payload must be filled in by the caller when it is not in memory.
    std::optional<accepted> snapshot(task_id id, std::uint32_t segment) const;
    // A task's record was copied forward and is durable at `to`.
    void moved(task_id id, location to);

  private:
    struct core;
    std::size_t slots() const;
    std::optional<task_view> view_at(std::size_t slot) const; // nothing: a free slot

    std::unique_ptr<core> core_;
};

} // namespace sluice::queue
