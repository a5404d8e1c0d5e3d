// What the dispatcher does with tasks after their end: dead letters go when they have been kept
// long enough, and any task can be copied to be given in anew.
#include "queue/dispatch/dispatcher.hpp"

namespace sluice::queue {

namespace {

constexpr std::chrono::seconds purge_pause{1};

// What makes a copy the same message to the same destination, and nothing else.
new_task copy_of(new_task const& from) {
    new_task to;
    to.lane = from.lane;
    to.account = from.account;
    to.payload = from.payload;
    if (from.extras && (!from.extras->order_key.empty() || !from.extras->callback.empty())) {
        to.extras = std::make_unique<task_extras>();
        to.extras->order_key = from.extras->order_key;
        to.extras->callback = from.extras->callback;
    }
    return to;
}

} // namespace

void dispatcher::note_dead(record const& r) {
    if (auto const* end = std::get_if<finished>(&r); end && end->state == task_state::dead) {
        dead_.add(end->id, end->at);
    } else if (auto const* in = std::get_if<accepted>(&r); in && in->state == task_state::dead) {
        dead_.add(in->task.id, in->finished_at);
    }
}

// True when there is more to do at once.
bool dispatcher::purge_old_dead(instant now) {
    next_purge_ = now.mono + purge_pause;
    if (dead_.size() == 0 || is_draining_ || journal_.has_failed()) return false;
    auto const is_dead = [this](task_id id, wall_time at) {
        auto const task = engine_.find(id);
        return task && task->state == task_state::dead && task->finished_at == at;
    };
    std::size_t purged = 0;
    bool const has_more =
        dead_.drop_old(now.wall, engine_.counts().dead, dead_limits_, is_dead, [&](task_id id) {
            auto gone = engine_.purge(id);
            if (!gone) return;
            settle(std::move(*gone), now);
            ++purged;
        });
    if (purged > 0) events_.on_dead_dropped(purged);
    if (has_more) next_purge_ = now.mono;
    return has_more;
}

void dispatcher::copy(task_id id, copy_handler tell) {
    if (auto const task = engine_.find(id)) {
        auto const whole = engine_.snapshot(id, task->where.segment);
        if (!whole) return tell(std::nullopt);
        if (whole->task.payload) return tell(copy_of(whole->task));
        auto made = std::make_shared<new_task>(copy_of(whole->task));
        journal_.read(task->where, [made, tell = std::move(tell)](auto bytes) {
            if (!bytes) return tell(std::nullopt);
            made->payload = std::move(*bytes);
            tell(std::move(*made));
        });
        return wake(); // the reading is a job
    }
    journal_.look_up(id, [tell = std::move(tell)](boost::system::result<kept_task> kept) {
        if (!kept || !kept->task.task.payload) return tell(std::nullopt);
        tell(copy_of(kept->task.task));
    });
    wake();
}

} // namespace sluice::queue
