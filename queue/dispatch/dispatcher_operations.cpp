// What callers and operators ask of the dispatcher, and the way back from the disk at start.
#include "queue/core/error.hpp"
#include "queue/dispatch/describe_task.hpp"
#include "queue/dispatch/dispatcher.hpp"
#include "queue/dispatch/lost_reports.hpp"

#include <algorithm>

namespace sluice::queue {

boost::system::result<void> dispatcher::recover(storage& disk, replay_report& report) {
    disk_ = &disk;
    auto const now = clock_.now();
    lost_reports lost;
    replay_visitor visitor;
    visitor.on_kept = [&](kept_task&& kept) {
        auto const& extras = kept.task.task.extras;
        if (extras) engine_.restore_keys(*extras, kept.task.task.accepted_at);
    };
    visitor.on_record = [&](record&& r, sequence number) {
        auto const* end = std::get_if<finished>(&r);
        lost.see(r, end && reports_ ? report_about(*end) : std::nullopt, engine_);
        if (end && end->state != task_state::dead && !journal_.is_kept(end->id) &&
            journal_.is_to_keep(end->id, number)) {
            auto const task = engine_.find(end->id);
            auto const whole = task ? engine_.snapshot(end->id, task->where.segment) : std::nullopt;
            if (whole) journal_.keep(*whole, *end, number);
        }
        note_dead(r);
        engine_.apply(std::move(r), now);
    };
    auto done = journal_.recover(disk, now, visitor, report);
    if (!done) return done;
    dead_.sort();
    engine_.start(now);
    lost.for_each([this](new_task&& missing) {
        if (!journal_.is_kept(missing.id)) postponed_reports_.push_back(std::move(missing));
    });
    return done;
}

void dispatcher::admit_twins(instant now) {
    for (auto& [from, call] : std::exchange(twins_, {}))
        admit(*from, std::move(call), now);
}

void dispatcher::answer_when_safe(boost::system::result<record>&& decided, done_handler done) {
    if (!decided) return done(decided.error());
    if (is_draining_) return done(errc::stopping);
    auto const number = settle(std::move(*decided), clock_.now(), true);
    if (journal_.acknowledged() >= number) return done({});
    waiting_.when_safe(number, std::move(done));
}

void dispatcher::cancel(task_id id, std::string_view by, done_handler done) {
    answer_when_safe(engine_.cancel(id, by, clock_.now()), std::move(done));
}

void dispatcher::redrive(task_id id, done_handler done) {
    answer_when_safe(engine_.redrive(id, clock_.now()), std::move(done));
}

void dispatcher::purge(task_id id, done_handler done) {
    answer_when_safe(engine_.purge(id), std::move(done));
}

void dispatcher::change_lane(lane_id lane, bool pause, std::string_view by, done_handler done) {
    answer_when_safe(engine_.change_lane(lane, pause, by, clock_.now()), std::move(done));
}

void dispatcher::describe(task_id id, details_handler tell) {
    if (auto const task = engine_.find(id)) return tell(details_of(*task, names_));
    journal_.look_up(id, [this, tell = std::move(tell)](boost::system::result<kept_task> kept) {
        if (!kept) return tell(std::nullopt);
        tell(details_of(*kept, names_));
    });
    wake(); // the look-up is a job
}

void dispatcher::explain(task_id id, explanation_handler tell) {
    auto why = engine_.explain(id, clock_.now());
    auto with_task = [this, why = std::move(why),
                      tell = std::move(tell)](std::optional<task_details> const& task) {
        auto whole = why;
        if (task) whole.state = task->state;
        auto const lane = task ? names_.lanes.find(task->destination) : std::nullopt;
        if (lane) whole.pace = engine_.pace(*lane, clock_.now());
        tell(whole, task);
    };
    describe(id, std::move(with_task));
}

void dispatcher::tell_watcher(finished const& end) {
    if (watchers_.empty()) return;
    auto const found = watchers_.find(end.id);
    if (found == watchers_.end()) return;
    final_outcome told;
    told.id = end.id;
    told.state = end.state;
    told.last = std::move(found->second.last);
    told.reason = end.reason;
    told.result = end.result;
    auto who = std::move(found->second.who);
    auto* const on = found->second.on;
    watchers_.erase(found);
    on->tell([who = std::move(who), told = std::move(told)] {
        if (who->is_active) who->on_finished(told);
    });
}

void dispatcher::unwatch(task_id id, watcher const* who) {
    auto const found = watchers_.find(id);
    if (found != watchers_.end() && found->second.who.get() == who) watchers_.erase(found);
}

} // namespace sluice::queue
