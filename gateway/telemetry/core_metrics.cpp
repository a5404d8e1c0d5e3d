#include "gateway/telemetry/core_metrics.hpp"

namespace sluice::gateway::telemetry {

namespace {

constexpr std::array<std::string_view, attempt_outcome_count> outcome_names{
    "delivered",           "unmet",   "http_3xx", "http_429", "http_4xx", "http_5xx", "render",
    "address_not_allowed", "resolve", "connect",  "tls",      "timeout",  "cut",      "bad_answer"};

attempt_outcome classify_answer(unsigned status) {
    if (status == 429) return attempt_outcome::http_429;
    if (status >= 500) return attempt_outcome::http_5xx;
    if (status >= 400) return attempt_outcome::http_4xx;
    if (status >= 300) return attempt_outcome::http_3xx;
    return attempt_outcome::unmet;
}

} // namespace

std::string_view to_string(attempt_outcome o) {
    return outcome_names[static_cast<std::size_t>(o)];
}

attempt_outcome classify(queue::outcome const& o) {
    if (o.verdict == queue::verdict::delivered) return attempt_outcome::delivered;
    switch (o.cause) {
    case queue::cause::answered:
        return classify_answer(o.status);
    case queue::cause::render:
        return attempt_outcome::render;
    case queue::cause::address_not_allowed:
        return attempt_outcome::address_not_allowed;
    case queue::cause::resolve:
        return attempt_outcome::resolve;
    case queue::cause::connect:
        return attempt_outcome::connect;
    case queue::cause::tls:
        return attempt_outcome::tls;
    case queue::cause::timeout_before_send:
    case queue::cause::timeout_after_send:
        return attempt_outcome::timeout;
    case queue::cause::bad_answer:
        return attempt_outcome::bad_answer;
    case queue::cause::cut:
    case queue::cause::stopped:
        break;
    }
    return attempt_outcome::cut;
}

core_metrics::~core_metrics() {
    for (auto& lane : lanes_)
        delete lane.load(std::memory_order_relaxed);
}

void core_metrics::name_lane(queue::lane_id lane, std::string_view name) {
    auto const number = static_cast<std::size_t>(lane);
    if (number >= lanes_.size()) return;
    auto& slot = lanes_[number];
    if (slot.load(std::memory_order_relaxed) != nullptr) return; // a lane keeps its name
    auto counters = std::make_unique<lane_counters>(std::string(name));
    slot.store(counters.release(), std::memory_order_release);
}

std::string_view core_metrics::lane_name(queue::lane_id lane) const {
    auto const number = static_cast<std::size_t>(lane);
    if (number >= lanes_.size()) return other_.name;
    auto const* counters = lanes_[number].load(std::memory_order_acquire);
    return counters == nullptr ? other_.name : counters->name;
}

lane_counters& core_metrics::counters_of(queue::lane_id lane) {
    auto const number = static_cast<std::size_t>(lane);
    if (number >= lanes_.size()) return other_;
    auto* counters = lanes_[number].load(std::memory_order_relaxed);
    return counters == nullptr ? other_ : *counters;
}

std::vector<lane_counters const*> core_metrics::lanes() const {
    std::vector<lane_counters const*> all;
    for (auto const& lane : lanes_) {
        if (auto const* counters = lane.load(std::memory_order_acquire)) all.push_back(counters);
    }
    all.push_back(&other_);
    return all;
}

void core_metrics::on_attempt_ended(queue::observer::attempt_ended const& event) {
    if (event.outcome.cause == queue::cause::stopped) return; // no attempt, costs nothing
    auto const what = classify(event.outcome);
    auto& lane = counters_of(event.lane);
    lane.attempts[static_cast<std::size_t>(what)].add();
    if (event.number > 1) lane.retries.add();
    if (what == attempt_outcome::delivered) lane.delivery_duration.record(event.outcome.duration);
    lateness.record(event.lateness);
}

void core_metrics::on_task_finished(queue::observer::task_finished const& event) {
    auto const first = static_cast<std::size_t>(queue::task_state::delivered);
    finished[static_cast<std::size_t>(event.state) - first].add();
    if (event.state == queue::task_state::dead) counters_of(event.lane).dead.add();
    if (event.state != queue::task_state::delivered) return;
    completion_duration.record(event.age);
    life.record(event.life);
}

void core_metrics::on_lane_changed(queue::lane_id lane) {
    counters_of(lane).changes.add();
}

void core_metrics::on_batch_synced(queue::observer::batch_synced const& event) {
    batches.add();
    batch_records.add(event.records);
    batch_bytes.add(event.bytes);
    fsync_duration.record(event.duration);
}

void core_metrics::on_storage_failed() {
    storage_failures.add();
}

void core_metrics::on_clock_stepped() {
    clock_steps.add();
}

} // namespace sluice::gateway::telemetry
