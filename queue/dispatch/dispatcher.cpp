#include "queue/dispatch/dispatcher.hpp"

#include "queue/core/error.hpp"
#include "queue/dispatch/memory_ahead.hpp"
#include "queue/journal/disk_thread.hpp"

#include <boost/asio/post.hpp>
#include <boost/assert.hpp>

#include <algorithm>
#include <utility>

namespace sluice::queue {

namespace {

constexpr std::chrono::seconds longest_sleep{1}; // the wall clock may step meanwhile
// Until work that is due and cannot go is looked at again, if nothing wakes the loop before.
constexpr std::chrono::milliseconds pause_when_held{20};
constexpr std::chrono::seconds purge_pause{1};

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
    , port_slots_(options.port_slots)
    , answer_within_(options.answer_within)
    , reports_(table)
    , dead_limits_(options.dead)
    , outgoing_({engine_, journal_, waiting_, watchers_, ports_, time, events}, *this) {
    journal_.attach(*this);
}

dispatcher::~dispatcher() = default;

port& dispatcher::add_port(boost::asio::io_context& io) {
    ports_.push_back(std::make_unique<port>(*this, io, port_slots_));
    return *ports_.back();
}

boost::system::result<void> dispatcher::recover(job_worker& disk, replay_report& report,
                                                read_handler const& when_read) {
    disk_ = &disk;
    auto const now = clock_.now();
    replay_visitor visitor;
    visitor.on_kept = [&](kept_task&& kept) {
        auto const& extras = kept.task.task.extras;
        if (extras) engine_.restore_keys(*extras, kept.task.task.accepted_at);
    };
    visitor.on_record = [&](record&& r, sequence number) {
        reports_.see(r, engine_);
        dead_.note(r);
        auto const* const end = std::get_if<finished>(&r);
        bool const is_to_keep =
            end && end->state != task_state::dead && journal_.is_to_keep(*end, number);
        if (!is_to_keep) return engine_.apply(std::move(r), now);
        if (auto const whole = engine_.finish(*end, now)) journal_.keep(*whole, *end, number);
    };
    visitor.expect = [&](task_id const& id) { engine_.expect(id); };
    memory_ahead ahead;
    visitor.on_progress = [&](std::uint64_t done, std::uint64_t all) {
        engine_.expect_rest(done, all);
        if (auto const room = engine_.next_room(); !room.empty()) ahead.make_ready(room);
    };
    visitor.needs_payload = [&](accepted const& task) { return engine_.keeps_payload(task, now); };
    auto done = journal_.recover(disk, now, visitor, report);
    if (!done) return done;
    dead_.sort();
    if (auto const newest = dead_.newest()) dead_ages_.begin_at(*newest);
    if (when_read) {
        if (auto const ec = when_read(engine_)) return ec;
    }
    engine_.start(now);
    reports_.end_replay([this](task_id id) { return journal_.is_kept(id); });
    journal_.expect_reports(engine_.reports_to_come());
    return done;
}

void dispatcher::start() {
    start(
        [this](completion done) { return std::make_unique<disk_thread>(*disk_, std::move(done)); });
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
    if (auto const step = steps_.notice(now)) events_.on_clock_stepped(*step);
    journal_.expect_reports(engine_.reports_to_come());
    // Before anything else takes the room that became free.
    if (!has_closed_ && !journal_.has_failed()) {
        reports_.retry([&](new_task& report) { return append_report(report, now); });
    }
    bool has_more = false;
    for (auto const& from : ports_) {
        has_more |= take_submissions(*from, now);
        has_more |= take_outcomes(*from, now);
        has_more |= take_calls(*from);
        from->tell_held_back();
        has_more |= !from->held_back_tells_.empty();
    }
    if (may_hand_out()) has_more |= outgoing_.hand_out_due(now);
    if (engine_.take_starved() && tell_starved_) tell_starved_();
    has_more |= purge_old_dead(now);
    if (answer_within_.count() != 0) give_up_waiting(now);
    start_jobs(now);
    start_claims(now);
    if (is_draining_) go_on_draining();
    if (has_more) {
        wake();
    } else {
        arm_timer(now);
    }
}

bool dispatcher::take_submissions(port& from, instant now) {
    std::size_t count = 0;
    for (; count < turn_limit; ++count) {
        auto* const call = from.submissions_.front();
        if (call == nullptr) break;
        admit(from, std::move(*call), now);
        call->clear(); // what was refused keeps no memory in the ring
        from.submissions_.drop();
    }
    return count == turn_limit;
}

bool dispatcher::take_outcomes(port& from, instant now) {
    std::size_t count = 0;
    for (; count < turn_limit; ++count) {
        auto* const done = from.outcomes_.front();
        if (done == nullptr) break;
        finish_attempt(done->what, std::move(done->result), now);
        done->clear(); // what has ended keeps no memory in the ring
        from.outcomes_.drop();
        --from.in_flight_; // now: until the place is free there is no room for one more
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

bool dispatcher::may_hand_out() const {
    return !is_draining_ && !journal_.has_failed() && !journal_.is_behind();
}

mono_time dispatcher::next_wakeup(instant now) const {
    auto until = now.mono + longest_sleep;
    if (auto const next = engine_.next_wakeup(now); next && !is_draining_) {
        bool const can_go = may_hand_out() && outgoing_.takes_any();
        until = std::min(until, can_go ? *next : std::max(*next, now.mono + pause_when_held));
    }
    if (auto const next = journal_.next_wakeup()) until = std::min(until, *next);
    if (claims_) {
        if (auto const next = claims_->next_wakeup()) until = std::min(until, *next);
    }
    return until;
}

void dispatcher::arm_timer(instant now) {
    auto const until = next_wakeup(now);
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

// --- what came back -----------------------------------------------------------------------------

void dispatcher::finish_attempt(attempt const& done, outcome&& result, instant now) {
    if (result.cause != cause::stopped) {
        auto const began =
            now.wall - std::chrono::floor<std::chrono::milliseconds>(result.duration);
        events_.on_attempt_ended({done.id, done.lane, done.number, result,
                                  std::max(began - done.due, std::chrono::milliseconds(0))});
    }
    watchers_.show(done, result);
    auto decided = engine_.complete(done, std::move(result), now);
    using change = engine::decision::breaker_change;
    if (decided.breaker != change::none) {
        bool const is_open = decided.breaker == change::opened;
        events_.on_lane_changed(done.lane, is_open ? "breaker open" : "breaker closed",
                                decided.breaker_by);
        journal_.append_later(*decided.breaker_record);
        engine_.apply(std::move(*decided.breaker_record), now);
    }
    bool const is_news = decided.lane || decided.closes_gate;
    if (decided.lane) settle(std::move(*decided.lane), now);
    if (is_news) herald_lane(done.lane, now);
    if (decided.task) settle(std::move(*decided.task), now);
    for (auto& r : decided.companions)
        settle(std::move(r), now);
}

void dispatcher::settle(record&& r, instant now) {
    write(std::move(r), now, false);
}

std::optional<appended> dispatcher::settle_soon(record&& r, instant now) {
    return write(std::move(r), now, true);
}

std::optional<appended> dispatcher::write(record&& r, instant now, bool is_urgent) {
    if (std::holds_alternative<finished>(r)) return end_task(std::move(r), now, is_urgent);
    auto const place = is_urgent ? journal_.append(r) : journal_.append_later(r);
    if (auto const* const change = std::get_if<lane_changed>(&r)) {
        auto const what = change->is_disabled ? "disabled"
                          : change->is_paused ? "paused"
                                              : "resumed";
        events_.on_lane_changed(change->lane, what, change->by);
    }
    engine_.apply(std::move(r), now);
    return place;
}

std::optional<appended> dispatcher::end_task(record&& r, instant now, bool is_urgent) {
    auto const& end = std::get<finished>(r);
    auto const task = engine_.find(end.id);
    // Ahead of the end, so that both are in one batch.
    auto report = task ? reports_.missing_about(*task, end, engine_) : std::nullopt;
    if (report && !append_report(*report, now))
        append_brief_report(std::move(*report), *task, end, now);
    auto const place = is_urgent ? journal_.append(r) : journal_.append_later(r);
    if (task) {
        std::chrono::milliseconds const age = end.at - task->not_before;
        events_.on_task_finished({end.id, task->lane, task->account, end.state,
                                  std::max(task->attempts, end.note.number), age, end.reason,
                                  asks_for_report(task->extras), end.at - task->accepted_at});
    }
    watchers_.tell(end);
    dead_.note(r);
    if (end.state == task_state::dead) {
        engine_.apply(std::move(r), now);
        return place;
    }
    auto const whole = engine_.finish(end, now);
    if (whole && place) journal_.keep(*whole, end, place->number);
    return place;
}

// True when there is more to do at once.
bool dispatcher::purge_old_dead(instant now) {
    if (now.mono < next_purge_ || is_draining_ || journal_.has_failed()) return false;
    std::size_t purged = 0;
    bool const has_more =
        dead_.drop_old(dead_ages_.at(now), dead_limits_, engine_, [&](task_id id) {
            auto gone = engine_.purge(id);
            if (!gone) return;
            settle(std::move(*gone), now);
            ++purged;
        });
    if (purged > 0) events_.on_dead_dropped(purged);
    next_purge_ = has_more ? now.mono : now.mono + purge_pause;
    return has_more;
}

// --- what the journal tells and asks ------------------------------------------------------------

void dispatcher::on_committed(committed_batch const& batch) {
    auto const now = clock_.now();
    waiting_.commit(batch,
                    [&](commit_line::waiting_task&& task) { take_new_task(std::move(task), now); });
    events_.on_batch_synced({batch.last - batch.first + 1, batch.bytes, batch.duration});
    admit_twins(now);
}

void dispatcher::on_refused(sequence first, sequence last) {
    waiting_.refuse(first, last, [this](commit_line::waiting_task&& task) {
        engine_.abandon({&task.what.task, 1});
        decide_claim(task.answer.turn, false);
        if (task.answer.is_adopted) return;
        if (!task.answer.from) return reports_.postpone(std::move(task.what.task));
        watchers_.forget(task.what.task.id);
        if (task.answer.handler) {
            task.answer.from->answer(task.answer.handler, {errc::disk_full, {}});
        }
    });
    admit_twins(clock_.now());
}

void dispatcher::on_trouble(std::string_view operation, boost::system::error_code ec) {
    events_.on_storage_failed(operation, ec);
}

void dispatcher::on_trouble_over() {
    events_.on_storage_recovered();
}

void dispatcher::on_failed(std::string_view operation, boost::system::error_code ec) {
    events_.on_storage_failed(operation, ec);
    waiting_.fail(errc::outcome_unknown, [](commit_line::waiting_task&& task) {
        if (task.answer.handler) {
            task.answer.from->answer(task.answer.handler, {errc::outcome_unknown, {}});
        }
    });
    admit_twins(clock_.now());
    if (auto const tell = std::exchange(tell_fatal_, nullptr)) tell(ec);
}

std::optional<accepted> dispatcher::snapshot(task_id id, std::uint32_t segment) {
    return engine_.snapshot(id, segment);
}

void dispatcher::moved(task_id id, location to) {
    engine_.moved(id, to);
}

void dispatcher::append_lanes(std::vector<lane_changed>& out) {
    engine_.repeat_lanes(clock_.now(), out);
}

} // namespace sluice::queue
