// The queue as one runs it: the engine, the journal and the I/O threads' ports in one loop on the
// core's thread. Each turn takes what came in, what came back and what became durable, hands out
// what is due, gives the disk its next batch, and sleeps until something is due. It decides
// nothing itself and never blocks (but in `recover`).
//
// Life: construct, `configure`, `recover`, `add_port` for each I/O thread, `start`; later `drain`,
// and when that is done destroy it after the threads have ended. Members are called on the core's
// thread unless they say otherwise.
#pragma once

#include "queue/core/engine.hpp"
#include "queue/core/task_details.hpp"
#include "queue/dispatch/clock.hpp"
#include "queue/dispatch/commit_line.hpp"
#include "queue/dispatch/dead_line.hpp"
#include "queue/dispatch/observer.hpp"
#include "queue/dispatch/outcome_reporter.hpp"
#include "queue/dispatch/port.hpp"
#include "queue/journal/job_runner.hpp"
#include "queue/journal/journal.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/result.hpp>
#include <boost/unordered/unordered_flat_map.hpp>

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice::queue {

struct dispatcher_options {
    engine_options engine;
    journal_options journal;
    dead_limits dead;              // dead letters beyond are purged
    std::size_t port_slots = 8192; // of each port: unanswered calls, and attempts under way
};

// What the gateway decides for the queue about times written into requests.
class render_clock {
  public:
    // Whether a time rendered into a task of `account` at `rendered` is too old to be sent now.
    virtual bool is_stale(account_id account, wall_time rendered, wall_time now) const = 0;

  protected:
    ~render_clock() = default;
};

class dispatcher final : private journal_host {
  public:
    dispatcher(boost::asio::io_context& core, dispatcher_options const& options, names& table,
               clock const& time, observer& events);
    ~dispatcher();
    dispatcher(dispatcher const&) = delete;
    dispatcher& operator=(dispatcher const&) = delete;

    // --- before start
    // ----------------------------------------------------------------------------- Reads the
    // journal back; blocking. `disk` must outlive the dispatcher.
    boost::system::result<void> recover(storage& disk, replay_report& report);
    port& add_port(boost::asio::io_context& io);
    void set_render_clock(render_clock const* rendering) { rendering_ = rendering; }
    // Before `recover`, which makes the reports that a crash has prevented.
    void set_reporter(outcome_reporter const* reports) { reports_ = reports; }
    // Called once when the disk has failed for good: the program must end.
    void on_fatal(std::function<void()> tell) { tell_fatal_ = std::move(tell); }
    // Makes the two runners of disk jobs, one for commits and one for the background. Whatever
    // runs them calls `completion` once for each job, on any thread.
    using completion = std::function<void(disk_job&&, disk_result&&)>;
    using runner_factory = std::function<std::unique_ptr<job_runner>(completion)>;
    void start(runner_factory const& make_runner);
    // With threads of its own on the storage of `recover`.
    void start();

    // --- at any time
    // ------------------------------------------------------------------------------ The lanes and
    // accounts of a configuration; lanes that are not among them hold their tasks.
    struct lane_setting {
        lane_id lane{};
        lane_options options;
    };
    void configure(std::vector<lane_setting> const& lanes,
                   std::vector<std::pair<account_id, std::uint32_t>> const& weights);

    // Takes no new work, hands nothing out, waits for what is under way, closes the journal, then
    // calls `done`.
    void drain(std::function<void()> done);

    // Any thread: runs a turn soon.
    void wake();

    // --- what callers and operators ask for
    // -------------------------------------------------------
    using done_handler = std::function<void(boost::system::error_code)>;
    using details_handler = std::function<void(std::optional<task_details>)>;
    // Each tells `done` when what it did is as safe as the durability asks for.
    void cancel(task_id id, std::string_view by, done_handler done);
    void redrive(task_id id, done_handler done);
    void purge(task_id id, done_handler done);
    void change_lane(lane_id lane, bool pause, std::string_view by, done_handler done);
    // Live, dead or finished; nothing when it is unknown. May tell at once.
    void describe(task_id id, details_handler tell);
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
    // Whoever waits for this task no longer does.
    void unwatch(task_id id, watcher const* who);

    engine const& state() const { return engine_; }
    journal const& disk() const { return journal_; }
    names const& table() const { return names_; }
    instant now() const { return clock_.now(); }
    bool is_draining() const { return is_draining_; }
    // When the last turn was; any thread.
    mono_time last_turn() const { return mono_time(mono_time::duration(last_turn_.load())); }

  private:
    // journal_host
    void on_committed(committed_batch const& batch) override;
    void on_refused(sequence first, sequence last) override;
    void on_failed(std::string_view operation, boost::system::error_code ec) override;
    std::optional<accepted> snapshot(task_id id, std::uint32_t segment) override;
    void moved(task_id id, location to) override;
    void append_lanes(std::vector<lane_changed>& out) override;

    void turn();
    bool take_calls(port& from);
    bool take_submissions(port& from, instant now);
    bool take_outcomes(port& from, instant now);
    void admit(port& from, submission&& call, instant now);
    void append_call(port& from, submission&& call, instant now);
    // Calls whose content came before and whose first call is answered now.
    void admit_twins(instant now);
    void take_new_task(commit_line::waiting_task&& task, instant now);

    bool hand_out_due(instant now);
    void prepare_attempt(attempt&& a, instant now);
    bool pin_render_time(attempt& a, instant now);
    void read_payload(engine::unread const& of);
    // The same for an attempt with companions (dispatcher_batch.cpp).
    void prepare_batch(attempt&& a, instant now);
    struct fetching;
    void fetch_batch(attempt&& a);
    bool has_moved(attempt const& task) const;
    void end_fetching(fetching& work);
    void show_watchers(attempt const& done, outcome const& result);
    void hand_out(attempt&& a);
    void hand_out_late(attempt&& a);
    void finish_attempt(attempt const& done, outcome&& result, instant now);

    // Journals and applies a decision. `number` of the record, 0 when it was not written.
    sequence settle(record&& r, instant now, bool is_urgent = false);
    void keep_finished(finished const& end, sequence number);
    void tell_watcher(finished const& end);

    // Reports of ends (dispatcher_reports.cpp).
    std::optional<new_task> report_about(finished const& end) const;
    bool append_report(new_task& report, instant now);
    void append_postponed_reports(instant now);
    void answer_when_safe(boost::system::result<record>&& decided, done_handler done);
    void note_dead(record const& r);
    bool purge_old_dead(instant now);

    void start_jobs(instant now);
    void arm_timer(instant now);
    void notice_clock_step(instant now);
    void go_on_draining();

    names& names_;
    clock const& clock_;
    observer& events_;
    journal journal_;
    engine engine_;
    boost::asio::io_context& core_;
    boost::asio::steady_timer timer_;
    dead_limits dead_limits_;
    dead_line dead_;
    std::size_t port_slots_;
    render_clock const* rendering_ = nullptr;
    outcome_reporter const* reports_ = nullptr;
    std::function<void()> tell_fatal_;
    std::function<void()> tell_drained_;

    std::vector<std::unique_ptr<port>> ports_;
    std::size_t next_port_ = 0;
    commit_line waiting_;
    struct twin {
        port* from = nullptr;
        submission call;
    };
    std::vector<twin> twins_;     // wait for the answer to an earlier call with their content
    std::vector<attempt> due_;    // of one turn, recycled
    std::vector<record> expired_; // of one turn, recycled
    std::deque<new_task> postponed_reports_; // there was no room on the disk
    std::vector<engine::unread> unread_;     // of one turn, recycled
    std::uint32_t held_attempts_ = 0;        // between take_due and hand_out: the disk to come
    std::uint32_t reads_ = 0;                // payloads that are being read back
    struct watching {
        std::shared_ptr<queue::watcher> who;
        port* on = nullptr;
        outcome last;
    };
    boost::unordered_flat_map<task_id, watching, task_id_hash> watchers_;

    std::atomic<bool> is_turn_due_ = false;
    std::atomic<std::int64_t> last_turn_ = 0;
    mono_time armed_for_ = mono_time::max();
    mono_time next_purge_{};
    std::optional<std::chrono::milliseconds> wall_offset_; // wall - mono, to notice a step
    storage* disk_ = nullptr;                              // from recover
    bool is_started_ = false;
    bool is_draining_ = false;
    bool has_closed_ = false;

    // Last: their threads use what stands above.
    std::unique_ptr<job_runner> commits_;
    std::unique_ptr<job_runner> background_;
};

} // namespace sluice::queue
