// The way in: from a call that a port brings to tasks that are safe, and the answer.
#include "queue/core/error.hpp"
#include "queue/core/task_keys.hpp"
#include "queue/dispatch/dispatcher.hpp"

#include <boost/assert.hpp>

#include <utility>

namespace sluice::queue {

void dispatcher::admit(port& from, submission&& call, instant now) {
    admit(from, std::move(call), now, now.mono);
}

void dispatcher::admit(port& from, submission&& call, instant now, mono_time since) {
    auto* const handler = call.handler;
    if (is_draining_) return from.answer(handler, {errc::stopping, {}});
    if (journal_.has_failed()) return from.answer(handler, {errc::outcome_unknown, {}});
    if (journal_.is_stalled(now)) return from.answer(handler, {errc::store_away, {}});
    if (auto const ec = judge_order(call)) return from.answer(handler, {ec, {}});
    if (auto const admitted = engine_.admit(call.tasks, now); !admitted) {
        submit_result result{admitted.error(), {}};
        if (result.ec == errc::content_in_progress) {
            twins_.push_back({&from, std::move(call), since});
            return;
        }
        if (result.ec == errc::duplicate_key) {
            auto const* first = engine_.first_request(call.tasks);
            if (first) result.first_answer = first->answer;
        }
        return from.answer(handler, std::move(result));
    }
    if (claims_ && has_keys(call.tasks)) return claim(from, std::move(call), now, since);
    write_call(from, std::move(call), 0, now);
}

void dispatcher::write_call(port& from, submission&& call, claim_turn turn, instant now) {
    auto* const handler = call.handler;
    auto const refuse = [&](boost::system::error_code why) {
        engine_.abandon(call.tasks);
        decide_claim(turn, false);
        from.answer(handler, {why, {}});
    };
    // While it waited for its claim the slot of its order key may have moved.
    if (auto const ec = turn != 0 ? judge_order(call) : boost::system::error_code())
        return refuse(ec);
    if (reports_.has_postponed()) return refuse(errc::disk_full);
    std::uint64_t bytes = 0;
    for (auto const& task : call.tasks)
        bytes += task.payload.size();
    journal_.expect_reports(engine_.reports_to_come());
    if (auto const reserved = journal_.reserve(call.tasks.size(), bytes); !reserved) {
        return refuse(reserved.error());
    }
    if (call.watcher) {
        watchers_.add(call.tasks.front().id, std::move(call.watcher), from);
    }
    for (auto& task : call.tasks) {
        bool const is_last = &task == &call.tasks.back();
        // The first task has the keys.
        append_task(std::move(task),
                    {&from, false, is_last ? handler : nullptr, now.mono, std::exchange(turn, 0)},
                    now);
    }
}

void dispatcher::admit_twins(instant now) {
    for (auto& [from, call, since] : std::exchange(twins_, {}))
        admit(*from, std::move(call), now, since);
}

// What they brought is decided later: it may be in the journal.
void dispatcher::give_up_waiting(instant now) {
    waiting_.give_up(now.mono - answer_within_, errc::outcome_unknown,
                     [](commit_line::call const& answer) {
                         answer.from->answer(answer.handler, {errc::outcome_unknown, {}});
                     });
    // Of theirs nothing was written.
    if (claims_) refuse_claiming(claims_->give_up(now.mono - answer_within_), errc::store_away);
    std::erase_if(twins_, [&](twin const& each) {
        bool const is_late = now.mono - each.since >= answer_within_;
        if (is_late) each.from->answer(each.call.handler, {errc::store_away, {}});
        return is_late;
    });
}

void dispatcher::append_task(new_task&& task, commit_line::call answer, instant now) {
    engine_.give_turn(task);
    record r{std::in_place_type<accepted>, std::move(task)};
    auto const place = answer.from ? journal_.append(r) : journal_.append_later(r);
    BOOST_ASSERT(place); // room was reserved
    commit_line::waiting_task waiting{*place, std::move(std::get<accepted>(r)), answer};
    if (!journal_.is_safe(*place)) return waiting_.push(std::move(waiting));
    waiting.what.where = journal_.last_location();
    take_new_task(std::move(waiting), now);
}

bool dispatcher::append_report(new_task& report, instant now) {
    if (!journal_.reserve(1, report.payload.size())) return false;
    engine_.admit_own(report);
    append_task(std::move(report), {}, now);
    return true;
}

// The room of each report was kept back when its task was admitted. Where others have filled the
// disk all the same, it waits.
void dispatcher::append_brief_report(new_task&& whole, task_view const& task, finished const& end,
                                     instant now) {
    auto brief = reports_.briefly_about(task, end);
    if (!brief || !journal_.reserve_report(brief->payload.size(), task.extras->callback.size())) {
        return reports_.postpone(std::move(whole));
    }
    engine_.admit_own(*brief);
    append_task(std::move(*brief), {}, now);
}

void dispatcher::take_new_task(commit_line::waiting_task&& task, instant now) {
    if (task.what.state == task_state::dead) dead_.add(task.what.task.id, task.what.finished_at);
    engine_.apply(std::move(task.what), now);
    decide_claim(task.answer.turn, true);
    if (task.answer.handler) task.answer.from->answer(task.answer.handler, {});
}

} // namespace sluice::queue
