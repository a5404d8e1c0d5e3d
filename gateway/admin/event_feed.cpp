#include "gateway/admin/event_feed.hpp"

#include <utility>

namespace sluice::gateway::admin {

template <class Write>
void event_feed::add(event_kind kind, std::optional<queue::lane_id> lane, worth how,
                     Write&& write) {
    bool const is_kept = how == worth::kept && kept_this_second_ < most_kept_a_second;
    if (!is_listening_ && !is_kept) return;
    ++number_;
    bool const is_told = is_listening_ && waiting_.size() < most_waiting;
    missed_ += is_listening_ && !is_told;
    if (!is_told && !is_kept) return;
    scratch_.clear();
    write(scratch_, clock_.now().wall);
    event made{kind, lane, to_frame(kind, number_, scratch_), number_};
    if (is_kept) {
        ++kept_this_second_;
        if (recent_.size() >= most_recent_events) recent_.pop_front();
        recent_.push_back(made);
    }
    if (!is_told) return;
    waiting_.push_back(std::move(made));
    if (!is_courier_out_) flush();
}

void event_feed::listen(bool is_wanted) {
    is_listening_ = is_wanted && deliver_;
    if (is_listening_) return;
    waiting_.clear();
    missed_ = 0;
}

void event_feed::flush() {
    is_courier_out_ = !waiting_.empty();
    if (!is_courier_out_) return;
    deliver_(std::exchange(waiting_, {}), std::exchange(missed_, 0));
}

void event_feed::tick() {
    events_observer::tick();
    kept_this_second_ = 0;
    pulse_.tick(metrics_, clock_.now().mono);
}

void event_feed::on_attempt_ended(attempt_ended const& event) {
    events_observer::on_attempt_ended(event);
    if (event.outcome.cause == queue::cause::stopped) return;
    bool const is_good = event.outcome.verdict == queue::verdict::delivered;
    if (!is_good)
        pulse_.on_failure(names_.lanes.name(event.lane), event.outcome, clock_.now().wall);
    auto const how = is_good ? worth::told : worth::kept;
    add(event_kind::attempt, event.lane, how, [&](std::string& out, queue::wall_time at) {
        append_event(out, event, {names_.lanes.name(event.lane)}, at);
    });
}

void event_feed::on_task_finished(task_finished const& event) {
    events_observer::on_task_finished(event);
    auto const how = event.state == queue::task_state::delivered ? worth::told : worth::kept;
    add(event_kind::finished, event.lane, how, [&](std::string& out, queue::wall_time at) {
        append_event(out, event,
                     {names_.lanes.name(event.lane), names_.accounts.name(event.account)}, at);
    });
}

void event_feed::on_lane_changed(queue::lane_id lane, std::string_view what, std::string_view why) {
    events_observer::on_lane_changed(lane, what, why);
    add(event_kind::destination, lane, worth::kept, [&](std::string& out, queue::wall_time at) {
        append_destination_event(out, names_.lanes.name(lane), what, why, at);
    });
}

void event_feed::on_dead_dropped(std::uint64_t count) {
    events_observer::on_dead_dropped(count);
    add(event_kind::dropped, {}, worth::kept, [&](std::string& out, queue::wall_time at) {
        append_count_event(out, "dead_letters", static_cast<std::int64_t>(count), at);
    });
}

void event_feed::on_batch_synced(batch_synced const& event) {
    events_observer::on_batch_synced(event);
    add(event_kind::synced, {}, worth::told,
        [&](std::string& out, queue::wall_time at) { append_event(out, event, at); });
}

void event_feed::on_storage_failed(std::string_view operation, boost::system::error_code ec) {
    events_observer::on_storage_failed(operation, ec);
    add(event_kind::storage, {}, worth::kept, [&](std::string& out, queue::wall_time at) {
        append_storage_event(out, operation, ec.message(), at);
    });
}

void event_feed::on_clock_stepped(std::chrono::milliseconds by) {
    events_observer::on_clock_stepped(by);
    add(event_kind::clock, {}, worth::kept, [&](std::string& out, queue::wall_time at) {
        append_count_event(out, "by_ms", by.count(), at);
    });
}

} // namespace sluice::gateway::admin
