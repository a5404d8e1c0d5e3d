// What callers, operators and the configuration ask of the dispatcher.
#include "queue/core/error.hpp"
#include "queue/dispatch/describe_task.hpp"
#include "queue/dispatch/dispatcher.hpp"

#include <utility>

namespace sluice::queue {

namespace {

// What makes a copy the same message to the same destination, and nothing else.
template <class Task>
new_task to_be_sent_again(Task const& from, task_extras const* extras, shared_bytes payload) {
    new_task to;
    to.lane = from.lane;
    to.account = from.account;
    to.payload = std::move(payload);
    if (extras && (!extras->order_key.empty() || !extras->callback.empty())) {
        to.extras.made().order_key = extras->order_key;
        to.extras->callback = extras->callback;
    }
    return to;
}

template <class Task>
task_contents contents_of(Task const& task, task_extras const* extras, task_details&& details) {
    task_contents out;
    out.details = std::move(details);
    out.lane = task.lane;
    out.account = task.account;
    if (!extras) return out;
    out.order_key = extras->order_key;
    if (extras->idempotency) out.key = extras->idempotency->key;
    out.batch = extras->batch;
    out.rendered_at = extras->rendered_at;
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

void dispatcher::redrive(task_id id, std::string_view by, done_handler done) {
    answer_when_safe(engine_.redrive(id, by, clock_.now()), std::move(done));
}

void dispatcher::purge(task_id id, done_handler done) {
    answer_when_safe(engine_.purge(id), std::move(done));
}

void dispatcher::change_lane(lane_id lane, bool pause, std::string_view by, done_handler done) {
    answer_when_safe(engine_.change_lane(lane, pause, by, clock_.now()), std::move(done));
}

task_details dispatcher::details_now(task_view const& of) const {
    auto out = details_of(of, names_);
    out.held = engine_.holds(of.id, clock_.now());
    return out;
}

void dispatcher::describe(task_id id, details_handler tell) {
    if (auto const task = engine_.find(id)) return tell(details_now(*task));
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
            auto const& ended = kept->task.task;
            auto out = contents_of(ended, ended.extras.get(), details_of(*kept, names_));
            out.payload = ended.payload;
            tell(std::move(out));
        });
        return wake(); // the look-up is a job
    }
    auto const box =
        std::make_shared<task_contents>(contents_of(*task, task->extras, details_now(*task)));
    fetch_payload(*task, [box, tell = std::move(tell)](shared_bytes payload) {
        box->payload = std::move(payload);
        tell(std::move(*box));
    });
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
        auto const box = std::make_shared<new_task>(to_be_sent_again(*task, task->extras, {}));
        return fetch_payload(*task, [box, tell = std::move(tell)](shared_bytes payload) {
            if (!payload) return tell(std::nullopt);
            box->payload = std::move(payload);
            tell(std::move(*box));
        });
    }
    journal_.look_up(id, [tell = std::move(tell)](boost::system::result<kept_task> kept) {
        if (!kept || !kept->task.task.payload) return tell(std::nullopt);
        auto const& task = kept->task.task;
        tell(to_be_sent_again(task, task.extras.get(), task.payload));
    });
    wake(); // the look-up is a job
}

void dispatcher::fetch_payload(task_view const& of, std::function<void(shared_bytes)> tell) {
    auto const whole = engine_.snapshot(of.id, of.where.segment);
    if (!whole || whole->task.payload) {
        return tell(whole ? whole->task.payload : shared_bytes());
    }
    journal_.read(of.where, [tell = std::move(tell)](auto bytes) {
        tell(bytes ? std::move(*bytes) : shared_bytes());
    });
    wake(); // the reading is a job
}

} // namespace sluice::queue
