#include "gateway/telemetry/io_metrics.hpp"

namespace sluice::gateway::telemetry {

namespace {
constexpr std::array<std::string_view, refusal_reason_count> refusal_reason_names{
    "malformed", "unauthorized", "forbidden",  "not_found",       "method",       "not_acceptable",
    "conflict",  "too_large",    "media_type", "invalid",         "rate_limited", "queue_full",
    "disk_full", "overloaded",   "draining",   "outcome_unknown", "other"};
} // namespace

std::string_view to_string(refusal_reason reason) {
    return refusal_reason_names[static_cast<std::size_t>(reason)];
}

void io_metrics::on_accepted(std::uint32_t route, std::chrono::nanoseconds duration,
                             std::uint32_t tasks) {
    accepted[route < accepted.size() ? route : 0].add(tasks);
    accept_duration.record(duration);
}

void io_metrics::on_refused(refusal_reason reason) {
    refused[static_cast<std::size_t>(reason)].add();
}

void io_metrics::on_reply(unsigned status) {
    auto const digit = status / 100;
    replies[digit < replies.size() ? digit : 0].add();
}

void io_metrics::on_repeated() {
    repeated.add();
}

} // namespace sluice::gateway::telemetry
