// What callers, operators and the configuration ask of the dispatcher.
#include "queue/core/error.hpp"
#include "queue/dispatch/describe_task.hpp"
#include "queue/dispatch/dispatcher.hpp"

#include <utility>

namespace sluice::queue {

namespace {

// What makes a copy the same message to the same destination, and nothing else.
new_task to_be_sent_again(new_task const& from) {
    new_task to;
    to.lane = from.lane;
    to.account = from.account;
    to.payload = from.payload;
    if (from.extras && (!from.extras->order_key.empty() || !from.extras->callback.empty())) {
        to.extras.made().order_key = from.extras->order_key;
        to.extras->callback = from.extras->callback;
    }
    return to;
}

void copy_contents(task_contents& to, task_extras const* from) {
    if (!from) return;
    to.order_key = from->order_key;
    if (from->idempotency) to.key = from->idempotency->key;
    to.batch = from->batch;
    to.rendered_at = from->rendered_at;
}

task_contents contents_of(kept_task const& kept, names const& table) {
    auto const& task = kept.task.task;
    task_contents out;
    out.details = details_of(kept, table);
    out.lane = task.lane;
    out.account = task.account;
    out.payload = task.payload;
    copy_contents(out, task.extras.get());
    return out;
}

task_contents contents_of(task_view const& task, names const& table) {
    task_contents out;
    out.details = details_of(task, table);
    out.lane = task.lane;
    out.account = task.account;
    copy_contents(out, task.extras);
    return out;
}

} // namespace

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
    meet_strangers(now);
    if (is_started_) wake();
}

void dispatcher::answer_when_safe(boost::system::result<record>&& decided, done_handler done) {
    if (!decided) return done(decided.error());
    if (is_draining_) return done(errc::stopping);
    if (journal_.has_failed()) return done(errc::outcome_unknown);
    auto const now = clock_.now();
    auto const place = settle_soon(std::move(*decided), now);
    if (!place) return done(errc::outcome_unknown);
    if (journal_.is_safe(*place)) return done({});
    waiting_.when_safe(*place, std::move(done), now.mono);
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

void dispatcher::open(task_id id, contents_handler tell) {
    auto const task = engine_.find(id);
    if (!task) {
        journal_.look_up(id, [this, tell = std::move(tell)](boost::system::result<kept_task> kept) {
            if (!kept) return tell(std::nullopt);
            tell(contents_of(*kept, names_));
        });
        return wake(); // the look-up is a job
    }
    auto const box = std::make_shared<task_contents>(contents_of(*task, names_));
    auto const whole = engine_.snapshot(id, task->where.segment);
    if (whole) box->payload = whole->task.payload;
    if (!whole || box->payload) return tell(std::move(*box));
    journal_.read(task->where, [box, tell = std::move(tell)](auto bytes) {
        if (bytes) box->payload = std::move(*bytes);
        tell(std::move(*box));
    });
    wake(); // the reading is a job
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

void dispatcher::copy(task_id id, copy_handler tell) {
    if (auto const task = engine_.find(id)) {
        auto const whole = engine_.snapshot(id, task->where.segment);
        if (!whole) return tell(std::nullopt);
        auto made = to_be_sent_again(whole->task);
        if (made.payload) return tell(std::move(made));
        auto const box = std::make_shared<new_task>(std::move(made));
        journal_.read(task->where, [box, tell = std::move(tell)](auto bytes) {
            if (!bytes) return tell(std::nullopt);
            box->payload = std::move(*bytes);
            tell(std::move(*box));
        });
        return wake(); // the reading is a job
    }
    journal_.look_up(id, [tell = std::move(tell)](boost::system::result<kept_task> kept) {
        if (!kept || !kept->task.task.payload) return tell(std::nullopt);
        tell(to_be_sent_again(kept->task.task));
    });
    wake();
}

} // namespace sluice::queue
