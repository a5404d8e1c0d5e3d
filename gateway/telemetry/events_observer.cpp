#include "gateway/telemetry/events_observer.hpp"

#include "gateway/telemetry/failure_text.hpp"
#include "gateway/telemetry/redact.hpp"

#include <utility>

namespace sluice::gateway::telemetry {

namespace {

bool is_trouble(std::string_view change) {
    return change.find("open") != std::string_view::npos ||
           change.find("disabled") != std::string_view::npos ||
           change.find("not_configured") != std::string_view::npos;
}

} // namespace

void events_observer::on_attempt_ended(attempt_ended const& event) {
    metrics_.on_attempt_ended(event);
    auto const& o = event.outcome;
    if (o.verdict == queue::verdict::delivered || o.cause == queue::cause::stopped) return;
    if (log_.is_enabled(config::log_level::debug)) {
        log_.debug("attempt failed", {{"task", queue::to_string(event.id)},
                                      {"destination", metrics_.lane_name(event.lane)},
                                      {"attempt", event.number},
                                      {"outcome", failure_text(o)},
                                      {"duration_ms", o.duration.count() / 1000}});
    }
    auto& since = failing_[static_cast<std::uint32_t>(event.lane)];
    bool const is_first = since.reported_at == queue::mono_time{};
    ++since.count;
    // Text is made only when it may be shown: the first, and once for each summary.
    auto const now = clock_.now().mono;
    if (is_first || now - since.reported_at >= summary_period) {
        since.last = failure_text(o);
        report(event.lane, since, now);
    } else if (since.last.empty()) {
        since.last = failure_text(o);
    }
}

void events_observer::report(queue::lane_id lane, failures& f, queue::mono_time now) {
    log_.warn(
        "attempts fail",
        {{"destination", metrics_.lane_name(lane)}, {"failed", f.count}, {"for_example", f.last}});
    f = {now, 0, {}};
}

void events_observer::tick() {
    auto const now = clock_.now().mono;
    for (auto& [lane, f] : failing_) {
        if (f.count > 0 && now - f.reported_at >= summary_period)
            report(static_cast<queue::lane_id>(lane), f, now);
    }
}

void events_observer::on_task_finished(task_finished const& event) {
    metrics_.on_task_finished(event);
    bool const is_dead = event.state == queue::task_state::dead;
    if (!is_dead && event.state != queue::task_state::expired) return;
    log_.warn(is_dead ? "task is dead" : "task expired",
              {{"task", queue::to_string(event.id)},
               {"destination", metrics_.lane_name(event.lane)},
               {"attempts", event.attempts},
               {"age_ms", event.age.count()},
               {"reason", redact_text(event.reason)}});
}

void events_observer::on_lane_changed(queue::lane_id lane, std::string_view what,
                                      std::string_view why) {
    metrics_.on_lane_changed(lane);
    auto const reason = redact_text(why);
    auto const write = is_trouble(what) ? &log::warn : &log::info;
    (log_.*
     write)("destination changed",
            {{"destination", metrics_.lane_name(lane)}, {"change", what}, {"reason", reason}});
}

void events_observer::on_dead_dropped(std::uint64_t count) {
    log_.warn("dead letters were dropped: [retention] keeps no more", {{"count", count}});
}

void events_observer::on_batch_synced(batch_synced const& event) {
    metrics_.on_batch_synced(event);
}

void events_observer::on_storage_failed(std::string_view operation, boost::system::error_code ec) {
    metrics_.on_storage_failed();
    log_.error("storage failed", {{"operation", operation}, {"error", ec.message()}});
}

void events_observer::on_storage_recovered() {
    log_.info("storage works again", {});
}

void events_observer::on_clock_stepped(std::chrono::milliseconds by) {
    metrics_.on_clock_stepped();
    log_.warn("the wall clock was stepped", {{"by_ms", by.count()}});
}

} // namespace sluice::gateway::telemetry
