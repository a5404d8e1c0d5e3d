// The queue as one runs it: the engine, the journal and the I/O threads' ports in one loop on the
// core's thread. Each turn takes what came in, what came back and what became durable, hands out
// what is due, gives the disk its next batch, and sleeps until something is due. It decides
// nothing itself and never blocks (but in `recover`).
//
// Life: construct, `configure`, `recover`, `add_port` for each I/O thread, `start`; later `drain`,
// and when that is done destroy it after the threads have ended. Members are called on the core's
// thread unless they say otherwise.
//
// Inside: `commit_line` holds what waits for the disk, `outgoing` is the way from the engine to a
// port, `watchers`, `end_reports` and `dead_letters` see to what follows from an end.
#pragma once

#include "queue/core/claim_job.hpp"
#include "queue/core/engine.hpp"
#include "queue/core/retention_clock.hpp"
#include "queue/core/task_contents.hpp"
#include "queue/core/task_details.hpp"
#include "queue/dispatch/claim_line.hpp"
#include "queue/dispatch/clock.hpp"
#include "queue/dispatch/commit_line.hpp"
#include "queue/dispatch/dead_letters.hpp"
#include "queue/dispatch/end_reports.hpp"
#include "queue/dispatch/lane_herald.hpp"
#include "queue/dispatch/observer.hpp"
#include "queue/dispatch/order_desk.hpp"
#include "queue/dispatch/outgoing.hpp"
#include "queue/dispatch/port.hpp"
#include "queue/dispatch/watchers.hpp"
#include "queue/journal/foreign_slice.hpp"
#include "queue/journal/journal.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/result.hpp>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::queue {

struct dispatcher_options {
    engine_options engine;
    journal_options journal;
    dead_limits dead;              // dead letters beyond are purged
    std::size_t port_slots = 8192; // of each port: unanswered calls, and attempts under way
    // Whoever has waited so long for the journal is told outcome_unknown. Zero: nobody is, because
    // a disk answers or fails.
    std::chrono::milliseconds answer_within{0};
};

class dispatcher final : private journal_host, private outgoing::loop {
  public:
    dispatcher(boost::asio::io_context& core, dispatcher_options const& options, names& table,
               clock const& time, observer& events);
    ~dispatcher();
    dispatcher(dispatcher const&) = delete;
    dispatcher& operator=(dispatcher const&) = delete;

    // --- before start ---------------------------------------------------------------------------
    // Reads the journal back; blocking. `disk` must outlive the dispatcher. Errors: those of
    // journal::recover, and `when_read`'s, which is asked when all was read and no key was let go
    // for want of room yet.
    using read_handler = std::function<boost::system::error_code(engine const&)>;
    boost::system::result<void> recover(job_worker& disk, replay_report& report,
                                        read_handler const& when_read = {});
    port& add_port(boost::asio::io_context& io);
    void set_render_clock(render_clock const* rendering) { outgoing_.set_render_clock(rendering); }
    // Before `recover`, which makes the reports that a crash has prevented.
    void set_reporter(outcome_reporter const* maker) { reports_.set_maker(maker); }
    // Called once, with what went wrong, when what keeps the journal has failed for good: the
    // program must end.
    using fatal_handler = std::function<void(boost::system::error_code)>;
    void on_fatal(fatal_handler tell) { tell_fatal_ = std::move(tell); }
    // In a cluster: whether this gateway still owns what it would send; asked before each attempt,
    // on the core's and the I/O threads. Without one it always does.
    void set_right(sending_right const* right) { outgoing_.set_right(right); }
    // In a cluster: who is told of lanes that this gateway has found closed.
    void set_herald(lane_herald* herald) { herald_ = herald; }
    // In a cluster: keys of calls are claimed before their tasks are written. What runs the jobs
    // calls `claim_completion` once for each, on any thread. Without it keys are this gateway's.
    using claim_completion = std::function<void(claim_job&&, claim_result&&)>;
    using claim_runner_factory = std::function<std::unique_ptr<claim_runner>(claim_completion)>;
    void claim_keys(claim_options const& options, claim_runner_factory const& make_runner);
    // Makes the two runners of disk jobs, one for commits and one for the background. Whatever
    // runs them calls `completion` once for each job, on any thread.
    using completion = std::function<void(disk_job&&, disk_result&&)>;
    using runner_factory = std::function<std::unique_ptr<job_runner>(completion)>;
    void start(runner_factory const& make_runner);
    // With threads of its own on the worker of `recover`.
    void start();

    // --- at any time ----------------------------------------------------------------------------
    // The lanes and accounts of a configuration; lanes that are not among them hold their tasks.
    struct lane_setting {
        lane_id lane{};
        lane_options options;
    };
    void configure(std::vector<lane_setting> const& lanes,
                   std::vector<std::pair<account_id, std::uint32_t>> const& weights);

    // --- limits that are shared with other gateways (sharing.cpp) -------------------------------
    // Of every lane that did something or could, or that `held` names. In no order.
    std::vector<lane_report> take_use(std::vector<std::string> const& held);
    // For each order how it went; a lane that is not known holds nothing.
    std::vector<lane_held> share_lanes(std::vector<lane_order> const& orders);
    // Which of these no lane has that is configured.
    std::vector<std::string> unknown_lanes(std::vector<std::string> names) const;
    // Told on the core's thread when a lane has work and no part of its limits.
    void on_starved(std::function<void()> tell) { tell_starved_ = std::move(tell); }

    // Takes no new work, hands nothing out, waits for what is under way, closes the journal, then
    // calls `done`.
    void drain(std::function<void()> done);

    // Any thread: runs a turn soon.
    void wake();
    // After a turn: when the next one runs if nothing wakes the loop. Later than `now`, whatever
    // stands still meanwhile (the disk, a port that is full, a lease that has ended), so that the
    // loop waits and does not go round.
    mono_time next_wakeup(instant now) const;

    // --- what callers and operators ask for (operations.cpp) ------------------------------------
    // Each of the first four tells `done` when what it did is as safe as the durability asks for,
    // or why it was not done: an error of the engine, errc::stopping, or errc::outcome_unknown
    // after the disk failed.
    using done_handler = std::function<void(boost::system::error_code)>;
    void cancel(task_id id, std::string_view by, done_handler done);
    void redrive(task_id id, std::string_view by, done_handler done);
    void purge(task_id id, done_handler done);
    void change_lane(lane_id lane, bool pause, std::string_view by, done_handler done);
    // Live, dead or finished; nothing when it is unknown. May tell at once. It costs the same
    // however many tasks wait.
    using details_handler = std::function<void(std::optional<task_details>)>;
    void describe(task_id id, details_handler tell);
    // The same with what it carries, read back from the disk where it has left memory.
    using contents_handler = std::function<void(std::optional<task_contents>)>;
    void open(task_id id, contents_handler tell);
    // What holds a task, how its lane's gates stand, and the task itself, told as `describe` tells
    // it. One that has ended has its state and no reasons.
    using explanation_handler =
        std::function<void(explanation const&, std::optional<task_details> const&)>;
    void explain(task_id id, explanation_handler tell);
    // A copy of a task that can be given in anew: what is to be delivered, without what became of
    // it. Live, dead or finished; nothing when it is unknown or cannot be read back.
    using copy_handler = std::function<void(std::optional<new_task>)>;
    void copy(task_id id, copy_handler tell);
    // Ids of finished tasks, newest first, behind `after`; see history::newest.
    std::vector<task_id> newest_finished(std::size_t max, task_id after = {}) const {
        return journal_.newest_kept(max, after);
    }
    // A part of a dead member's tasks becomes this gateway's own (adopting.cpp). `done` is told
    // when it is safe, or was adopted by another before; else outcome_unknown or stopping.
    void adopt(foreign_slice&& slice, done_handler done);
    // How a lane of the dead member stood holds here as well: pauses, and gates that close later.
    void adopt(foreign_lane&& lane);
    // A row of the cluster's table holds here as well (lane_stand.hpp), at once. One of a
    // destination that is not known here is kept until it is.
    void follow(lane_stand&& stand);
    // Tells the herald of each lane that is paused, disabled or whose gate is closed: what the log
    // or a configuration says and the table may not.
    void tell_lanes();
    // --- order keys in a cluster (ordering.cpp) -------------------------------------------------
    // Once, after `recover`: from now on tasks with an order key come in only where their slot is
    // held here; else they are refused with errc::not_home.
    void begin_order();
    // The slots that PostgreSQL says are this gateway's; all others are closed.
    void hold_slots(std::vector<held_slot> const& ours);
    // Closes, in one turn, up to `most` of the wanted slots that no task of this gateway needs, and
    // tells which when everything that was written before is safe: they may be another's then.
    using given_handler = std::function<void(std::vector<held_slot>)>;
    void give_up_slots(std::vector<held_slot> const& wanted, std::size_t most, given_handler tell);
    // Any thread: ids of tasks with an order key must be of a later time than this.
    // Whoever waits for this task no longer does.
    void unwatch(task_id id, watcher const* who) { watchers_.forget(id, who); }

    // How long what was sent to the store last has been without an answer.
    std::chrono::milliseconds store_age(instant now) const;
    // Zero where keys are not claimed.
    claim_counts claims() const { return claims_ ? claims_->counts() : claim_counts{}; }

    engine const& state() const { return engine_; }
    journal const& disk() const { return journal_; }
    names const& table() const { return names_; }
    instant now() const { return clock_.now(); }
    bool is_draining() const { return is_draining_; }

  private:
    // --- one turn, in order
    void turn();
    bool take_submissions(port& from, instant now);
    bool take_outcomes(port& from, instant now);
    bool take_calls(port& from);
    bool purge_old_dead(instant now);
    void start_jobs(instant now);
    void give_up_waiting(instant now);
    void go_on_draining();
    bool may_hand_out() const;
    void arm_timer(instant now);

    // --- lanes of a cluster (lanes.cpp)
    void herald_lane(lane_id lane, instant now);
    void take_stand(lane_changed&& theirs, instant now);
    void meet_strangers(instant now);

    // --- the way in
    void admit(port& from, submission&& call, instant now);
    void admit(port& from, submission&& call, instant now, mono_time since); // that it has waited
    // Nothing but room in the journal is missing. `turn`: of its claims; 0: it has none.
    void write_call(port& from, submission&& call, claim_turn turn, instant now);
    // --- and of calls with a key, in a cluster (claiming.cpp)
    void claim(port& from, submission&& call, instant now, mono_time since);
    void start_claims(instant now);
    void finish_claims(claim_job const& job, claim_result&& result);
    void refuse_claiming(std::vector<claim_line::call>&& calls, boost::system::error_code why);
    void decide_claim(claim_turn turn, bool is_safe);
    // Calls whose content came before and whose first call is answered now.
    void admit_twins(instant now);
    // Empty, or why these tasks' order keys keep them out; an operator's lose them (ordering.cpp).
    boost::system::error_code judge_order(submission& call) const;
    // Before a slice is written: its lanes get their numbers here, its order keys their place.
    void receive_order(foreign_slice& slice);
    // A task for which there is room: into the journal, and into the engine when it is safe.
    void append_task(new_task&& task, commit_line::call answer, instant now);
    bool append_report(new_task& report, instant now); // untouched when false: no room
    // There was no room for `whole`, the report of this end.
    void append_brief_report(new_task&& whole, task_view const& task, finished const& end,
                             instant now);
    void take_new_task(commit_line::waiting_task&& task, instant now);

    // --- outgoing::loop: what came back
    std::optional<appended> settle_soon(record&& r, instant now) override;
    void settle(record&& r, instant now) override;
    void finish_attempt(attempt const& done, outcome&& result, instant now) override;
    // Journals, reports, tells and applies the end of a task.
    std::optional<appended> end_task(record&& r, instant now, bool is_urgent);
    std::optional<appended> write(record&& r, instant now, bool is_urgent);
    void answer_when_safe(boost::system::result<record>&& decided, done_handler done);
    task_details details_now(task_view const& of) const; // with what holds it
    // The payload of a live or dead task, from memory or read back; null where it cannot be.
    void fetch_payload(task_view const& of, std::function<void(shared_bytes)> tell);

    // --- journal_host
    void on_committed(committed_batch const& batch) override;
    void on_refused(sequence first, sequence last) override;
    void on_trouble(std::string_view operation, boost::system::error_code ec) override;
    void on_trouble_over() override;
    void on_failed(std::string_view operation, boost::system::error_code ec) override;
    std::optional<accepted> snapshot(task_id id, std::uint32_t segment) override;
    void moved(task_id id, location to) override;
    void append_lanes(std::vector<lane_changed>& out) override;

    names& names_;
    clock const& clock_;
    observer& events_;
    journal journal_;
    engine engine_;
    boost::asio::io_context& core_;
    boost::asio::steady_timer timer_;
    std::size_t port_slots_;
    std::chrono::milliseconds answer_within_;
    fatal_handler tell_fatal_;
    std::function<void()> tell_drained_;
    std::function<void()> tell_starved_;

    std::vector<std::unique_ptr<port>> ports_;
    commit_line waiting_;
    struct twin {
        port* from = nullptr;
        submission call;
        mono_time since{};
    };
    std::optional<claim_line> claims_;
    std::vector<twin> twins_; // wait for the answer to an earlier call with their content
    order_desk orders_;
    queue::watchers watchers_;
    end_reports reports_;
    dead_limits dead_limits_;
    dead_letters dead_;
    retention_clock dead_ages_;
    outgoing outgoing_;
    lane_herald* herald_ = nullptr;
    std::map<std::string, lane_changed> strangers_; // rows of destinations that are not known here

    std::atomic<bool> is_turn_due_ = false;
    mono_time armed_for_ = mono_time::max();
    mono_time next_purge_{};
    clock_steps steps_;
    job_worker* disk_ = nullptr; // from recover
    bool is_started_ = false;
    bool is_draining_ = false;
    bool has_closed_ = false;

    // Last: their threads use what stands above.
    std::unique_ptr<job_runner> commits_;
    std::unique_ptr<job_runner> background_;
    std::unique_ptr<claim_runner> claim_runner_;
};

} // namespace sluice::queue
