#include "gateway/intake/wait_list.hpp"

#include "gateway/intake/table_answer.hpp"
#include "queue/dispatch/dispatcher.hpp"

#include <algorithm>

namespace sluice::gateway::intake {

namespace {

using clock = std::chrono::steady_clock;

// How often it is looked whether the peer is still there: a system call.
constexpr std::chrono::seconds look_period{1};

} // namespace

wait_list::~wait_list() {
    for (auto& call : calls_)
        call.watcher->is_active = false;
}

waiting_call& wait_list::add(server::exchange& on, accepted_call const& call,
                             std::string_view durability,
                             std::optional<tables::call_key> const& key) {
    auto& added = calls_.emplace_back(on, io_);
    added.place = std::prev(calls_.end());
    added.of->call = call;
    added.of->keep(call.rest);
    added.of->durability = durability;
    added.of->key = key;
    added.watcher = std::make_shared<queue::watcher>();
    added.watcher->on_finished = [this, &added](queue::final_outcome const& how) {
        on_ended(added, how);
    };
    on.slow();
    return added;
}

void wait_list::start(waiting_call& call) {
    call.is_safe = true;
    if (call.ended) {
        auto const how = std::move(*call.ended);
        return on_ended(call, how);
    }
    call.until = is_stopped_ ? clock::time_point() : clock::now() + call.of->call.wait->limit;
    arm(call);
}

void wait_list::drop(waiting_call& call) {
    call.watcher->is_active = false;
    calls_.erase(call.place);
}

void wait_list::stop() {
    is_stopped_ = true;
    for (auto& call : calls_) {
        if (!call.is_safe) continue;
        call.until = {};
        arm(call);
    }
}

void wait_list::on_ended(waiting_call& call, queue::final_outcome const& how) {
    if (!call.is_safe) {
        call.ended = how;
        return;
    }
    auto& on = call.on;
    call.watcher->is_active = false;
    auto const of = std::move(call.of);
    calls_.erase(call.place);
    tell(on, *of, ended_answer(*of, how, on.req.header("Accept-Encoding")));
}

void wait_list::tell(server::exchange& on, waited_call const& of, tables::kept_answer&& answer) {
    if (!of.key) return give(on, answer);
    auto const made = std::make_shared<tables::kept_answer const>(std::move(answer));
    // What could not be kept is true all the same: the task has come this far.
    data_.keep_answer(*of.key, made, inbox_, [&on, made](tables::result<tables::answer_ptr> kept) {
        give(on, kept && *kept ? **kept : *made);
    });
}

void wait_list::arm(waiting_call& call) {
    call.timer.expires_at(std::min(call.until, clock::now() + look_period));
    // Once it has expired it cannot be cancelled any more, and the call may be gone by then.
    call.timer.async_wait([this, &call, who = call.watcher](boost::system::error_code ec) {
        if (!ec && who->is_active) on_timer(call);
    });
}

void wait_list::on_timer(waiting_call& call) {
    bool const is_gone = call.on.peer_gone();
    if (clock::now() < call.until && !is_gone) return arm(call);
    auto& on = call.on;
    auto const of = take(call);
    auto answer = waited_in_vain_answer(on, *of);
    if (is_gone) return give(on, answer); // to nobody: that is not what the call was told
    tell(on, *of, std::move(answer));
}

std::unique_ptr<waited_call> wait_list::take(waiting_call& call) {
    auto const who = std::move(call.watcher);
    who->is_active = false;
    // When the core is too busy to be told it finds out at the end of the task.
    port_.call([id = call.of->call.request_id, who](queue::dispatcher& core) {
        core.unwatch(id, who.get());
    });
    auto of = std::move(call.of);
    calls_.erase(call.place);
    return of;
}

} // namespace sluice::gateway::intake
