#include "queue/dispatch/dispatcher.hpp"

#include "queue/core/error.hpp"
#include "queue/journal/disk_thread.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace sluice::queue {

namespace {

constexpr std::chrono::seconds longest_sleep{1}; // the wall clock may step meanwhile
constexpr std::chrono::milliseconds smallest_step{500};

} // namespace

dispatcher::dispatcher(boost::asio::io_context& core, dispatcher_options const& options,
                       names& table, clock const& time, observer& events)
    : names_(table)
    , clock_(time)
    , events_(events)
    , journal_(options.journal, table)
    , engine_(options.engine, table, journal_)
    , core_(core)
    , timer_(core)
    , dead_limits_(options.dead)
    , port_slots_(options.port_slots) {
    journal_.attach(*this);
}

dispatcher::~dispatcher() = default;

port& dispatcher::add_port(boost::asio::io_context& io) {
    ports_.push_back(std::make_unique<port>(*this, io, port_slots_));
    return *ports_.back();
}

void dispatcher::configure(std::vector<lane_setting> const& lanes,
                           std::vector<std::pair<account_id, std::uint32_t>> const& weights) {
    auto const now = clock_.now();
    std::vector<bool> is_configured(names_.lanes.size());
    for (auto const& [lane, options] : lanes) {
        is_configured[static_cast<std::size_t>(lane)] = true;
        engine_.configure_lane(lane, options, now);
    }
    for (std::size_t i = 0; i < is_configured.size(); ++i) {
        if (!is_configured[i]) engine_.unconfigure_lane(static_cast<lane_id>(i));
    }
    for (auto const& [account, weight] : weights)
        engine_.configure_account(account, weight);
    if (is_started_) wake();
}

void dispatcher::start() {
    start([disk = disk_](completion done) -> std::unique_ptr<job_runner> {
        return std::make_unique<disk_thread>(*disk, std::move(done));
    });
}

void dispatcher::start(runner_factory const& make_runner) {
    auto const on_done = [this](disk_job&& job, disk_result&& result) {
        boost::asio::post(core_,
                          [this, job = std::move(job), result = std::move(result)]() mutable {
                              journal_.on_job_done(std::move(job), std::move(result), clock_.now());
                              turn();
                          });
    };
    commits_ = make_runner(on_done);
    background_ = make_runner(on_done);
    is_started_ = true;
    next_purge_ = clock_.now().mono;
    wake();
}

void dispatcher::wake() {
    if (!is_turn_due_.exchange(true, std::memory_order_acq_rel)) {
        boost::asio::post(core_, [this] { turn(); });
    }
}

// --- one turn -----------------------------------------------------------------------------------

void dispatcher::turn() {
    // Before looking: whatever arrives from now on asks for another turn.
    is_turn_due_.exchange(false, std::memory_order_acq_rel);
    auto const now = clock_.now();
    last_turn_.store(now.mono.time_since_epoch().count(), std::memory_order_relaxed);
    notice_clock_step(now);
    bool has_more = false;
    for (auto const& from : ports_) {
        has_more |= take_submissions(*from, now);
        has_more |= take_outcomes(*from, now);
        has_more |= take_calls(*from);
        from->tell_held_back();
        has_more |= !from->held_back_tells_.empty();
    }
    if (!is_draining_ && !journal_.has_failed()) has_more |= hand_out_due(now);
    if (!postponed_reports_.empty()) append_postponed_reports(now);
    if (now.mono >= next_purge_) has_more |= purge_old_dead(now);
    start_jobs(now);
    if (is_draining_) go_on_draining();
    if (has_more) {
        wake();
    } else {
        arm_timer(now);
    }
}

bool dispatcher::take_submissions(port& from, instant now) {
    std::size_t count = 0;
    for (submission call; count < turn_limit && from.submissions_.pop(call); ++count) {
        admit(from, std::move(call), now);
    }
    return count == turn_limit;
}

bool dispatcher::take_outcomes(port& from, instant now) {
    std::size_t count = 0;
    for (port::done_attempt done; count < turn_limit && from.outcomes_.pop(done); ++count) {
        --from.in_flight_;
        finish_attempt(done.what, std::move(done.result), now);
    }
    return count == turn_limit;
}

bool dispatcher::take_calls(port& from) {
    std::size_t count = 0;
    for (std::function<void(dispatcher&)> ask; count < turn_limit && from.calls_.pop(ask);
         ++count) {
        ask(*this);
    }
    return count == turn_limit;
}

void dispatcher::notice_clock_step(instant now) {
    using std::chrono::milliseconds;
    auto const offset =
        now.wall.time_since_epoch() - std::chrono::floor<milliseconds>(now.mono.time_since_epoch());
    if (wall_offset_) {
        auto const step = offset - *wall_offset_;
        if (step > smallest_step || step < -smallest_step) events_.on_clock_stepped(step);
    }
    wall_offset_ = offset;
}

void dispatcher::arm_timer(instant now) {
    auto until = now.mono + longest_sleep;
    if (auto const next = engine_.next_wakeup(now); next && !is_draining_) {
        until = std::min(until, *next);
    }
    if (auto const next = journal_.next_wakeup()) until = std::min(until, *next);
    // A timer that goes off too early costs one idle turn; moving it costs more.
    if (armed_for_ <= until && armed_for_ > now.mono) return;
    armed_for_ = until;
    timer_.expires_at(std::chrono::steady_clock::time_point(until.time_since_epoch()));
    timer_.async_wait([this](boost::system::error_code ec) {
        if (ec) return;
        armed_for_ = mono_time::max();
        wake();
    });
}

void dispatcher::start_jobs(instant now) {
    if (!commits_) return;
    if (auto job = journal_.next_commit(now)) commits_->submit(std::move(*job));
    while (auto job = journal_.next_background(now))
        background_->submit(std::move(*job));
}

// --- the way in ---------------------------------------------------------------------------------

void dispatcher::admit(port& from, submission&& call, instant now) {
    auto* const handler = call.handler;
    if (is_draining_) return from.answer(handler, {errc::stopping, {}});
    if (journal_.has_failed()) return from.answer(handler, {errc::outcome_unknown, {}});
    if (auto const admitted = engine_.admit(call.tasks, now); !admitted) {
        submit_result result{admitted.error(), {}};
        if (result.ec == errc::content_in_progress) {
            twins_.push_back({&from, std::move(call)});
            return;
        }
        if (result.ec == errc::duplicate_key) {
            auto const* first = engine_.first_request(call.tasks);
            if (first) result.first_answer = first->answer;
        }
        return from.answer(handler, std::move(result));
    }
    std::uint64_t bytes = 0;
    for (auto const& task : call.tasks)
        bytes += task.payload.size();
    if (auto const reserved = journal_.reserve(call.tasks.size(), bytes); !reserved) {
        engine_.abandon(call.tasks);
        return from.answer(handler, {reserved.error(), {}});
    }
    append_call(from, std::move(call), now);
}

void dispatcher::append_call(port& from, submission&& call, instant now) {
    if (call.watcher) {
        watchers_.emplace(call.tasks.front().id, watching{std::move(call.watcher), &from, {}});
    }
    for (auto& task : call.tasks) {
        bool const is_last = &task == &call.tasks.back();
        accepted what;
        what.task = std::move(task);
        record r = std::move(what);
        auto const place = journal_.append(r);
        commit_line::waiting_task waiting{place.number,
                                          place.offset_in_batch,
                                          std::move(std::get<accepted>(r)),
                                          {&from, is_last ? call.handler : nullptr}};
        if (journal_.acknowledged() >= place.number) {
            waiting.what.where = journal_.last_location();
            take_new_task(std::move(waiting), now);
        } else {
            waiting_.push(std::move(waiting));
        }
    }
}

void dispatcher::take_new_task(commit_line::waiting_task&& task, instant now) {
    engine_.apply(std::move(task.what), now);
    if (task.answer.handler) task.answer.from->answer(task.answer.handler, {});
}

// --- the way out --------------------------------------------------------------------------------

bool dispatcher::hand_out_due(instant now) {
    std::size_t room = 0;
    for (auto const& each : ports_)
        room += each->room();
    room = room > held_attempts_ ? room - held_attempts_ : 0;
    auto const most = std::min(room, turn_limit);
    due_.clear();
    expired_.clear();
    engine_.take_due(now, most, due_, expired_);
    unread_.clear();
    engine_.take_unread(unread_);
    for (auto const& each : unread_)
        read_payload(each);
    for (auto& r : expired_)
        settle(std::move(r), now);
    for (auto& a : due_)
        prepare_attempt(std::move(a), now);
    return most > 0 && due_.size() == most;
}

// An attempt may have to wait for the disk: its time must be durable before it is sent.
void dispatcher::prepare_attempt(attempt&& a, instant now) {
    if (!a.companions.empty()) return prepare_batch(std::move(a), now);
    a.is_watched = !watchers_.empty() && watchers_.contains(a.id);
    if (a.rendered_at != wall_time{} && !pin_render_time(a, now)) return;
    hand_out(std::move(a));
}

// Returns true when the attempt may go on now, with its time as it is.
bool dispatcher::pin_render_time(attempt& a, instant now) {
    bool const is_stale = !a.is_render_time_new && rendering_ &&
                          rendering_->is_stale(a.account, a.rendered_at, now.wall);
    if (!a.is_render_time_new && !is_stale) return true;
    if (is_stale && a.may_be_taken_already) {
        outcome passed;
        passed.verdict = verdict::final_failure;
        passed.cause = cause::render;
        passed.detail = "start-time passed";
        finish_attempt(a, std::move(passed), now);
        return false;
    }
    if (is_stale) a.rendered_at = now.wall;
    auto const number = settle(started{a.id, a.rendered_at}, now, true);
    ++held_attempts_;
    waiting_.when_safe(number, [this, a = std::move(a)](boost::system::error_code ec) mutable {
        --held_attempts_;
        if (ec) return engine_.put_back(a, clock_.now());
        hand_out_late(std::move(a));
    });
    return false;
}

// The task waits beside its line meanwhile; the turn after the disk's answer goes on with it.
void dispatcher::read_payload(engine::unread const& of) {
    ++reads_;
    journal_.read(of.where, [this, of](boost::system::result<shared_bytes> bytes) {
        --reads_;
        auto const now = clock_.now();
        if (bytes) return engine_.payload_read(of, std::move(*bytes), now);
        auto lost = engine_.payload_lost(of, bytes.error().message(), now);
        if (!lost) return;
        events_.on_storage_failed("read", bytes.error());
        settle(std::move(*lost), now);
    });
}

// Its lane may have been closed while it waited for the disk.
void dispatcher::hand_out_late(attempt&& a) {
    auto const lane = engine_.view(a.lane);
    if (lane.is_disabled || lane.is_paused) return engine_.put_back(a, clock_.now());
    hand_out(std::move(a));
}

void dispatcher::hand_out(attempt&& a) {
    if (!is_draining_) {
        for (std::size_t tried = 0; tried < ports_.size(); ++tried) {
            auto& to = *ports_[next_port_++ % ports_.size()];
            if (to.hand_out(a)) return;
        }
    }
    engine_.put_back(a, clock_.now());
}

void dispatcher::finish_attempt(attempt const& done, outcome&& result, instant now) {
    if (result.cause != cause::stopped) {
        auto const began =
            now.wall - std::chrono::floor<std::chrono::milliseconds>(result.duration);
        events_.on_attempt_ended({done.id, done.lane, done.number, result,
                                  std::max(began - done.due, std::chrono::milliseconds(0))});
    }
    show_watchers(done, result);
    auto decided = engine_.complete(done, std::move(result), now);
    using change = engine::decision::breaker_change;
    if (decided.breaker != change::none) {
        bool const is_open = decided.breaker == change::opened;
        events_.on_lane_changed(done.lane, is_open ? "breaker open" : "breaker closed",
                                decided.breaker_by);
    }
    if (decided.lane) settle(std::move(*decided.lane), now);
    if (decided.task) settle(std::move(*decided.task), now);
    for (auto& r : decided.companions)
        settle(std::move(r), now);
}

sequence dispatcher::settle(record&& r, instant now, bool is_urgent) {
    if (auto const* end = std::get_if<finished>(&r); end && reports_) {
        auto report = report_about(*end);
        if (report && !append_report(*report, now)) {
            postponed_reports_.push_back(std::move(*report));
        }
    }
    auto const number = (is_urgent ? journal_.append(r) : journal_.append_later(r)).number;
    if (auto const* end = std::get_if<finished>(&r)) {
        keep_finished(*end, number);
        tell_watcher(*end);
        note_dead(r);
    } else if (auto const* change = std::get_if<lane_changed>(&r)) {
        auto const what = change->is_disabled ? "disabled"
                          : change->is_paused ? "paused"
                                              : "resumed";
        events_.on_lane_changed(change->lane, what, change->by);
    }
    engine_.apply(std::move(r), now);
    return number;
}

// Before the end is applied: the engine forgets the task then (a dead one it keeps).
void dispatcher::keep_finished(finished const& end, sequence number) {
    auto const task = engine_.find(end.id);
    if (!task) return;
    std::chrono::milliseconds const age = end.at - task->not_before;
    events_.on_task_finished({end.id, task->lane, task->account, end.state,
                              std::max(task->attempts, end.note.number), age, end.reason,
                              task->extras && !task->extras->callback.empty()});
    if (end.state == task_state::dead) return;
    if (auto const whole = engine_.snapshot(end.id, task->where.segment)) {
        journal_.keep(*whole, end, number);
    }
}

} // namespace sluice::queue
