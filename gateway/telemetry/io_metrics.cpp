#include "gateway/telemetry/io_metrics.hpp"

namespace sluice::gateway::telemetry {

namespace {
constexpr std::array<std::string_view, refusal_reason_count> refusal_reason_names{
    "malformed",      "unauthorized", "forbidden",       "not_found",  "method",
    "not_acceptable", "conflict",     "too_large",       "media_type", "invalid",
    "rate_limited",   "queue_full",   "table_full",      "disk_full",  "store_away",
    "overloaded",     "draining",     "outcome_unknown", "other"};
} // namespace

std::string_view to_string(refusal_reason reason) {
    return refusal_reason_names[static_cast<std::size_t>(reason)];
}

refusal_reason reason_of(unsigned status) {
    switch (status) {
    case 400:
        return refusal_reason::malformed;
    case 401:
        return refusal_reason::unauthorized;
    case 403:
        return refusal_reason::forbidden;
    case 404:
        return refusal_reason::not_found;
    case 405:
        return refusal_reason::method;
    case 406:
        return refusal_reason::not_acceptable;
    case 409:
        return refusal_reason::conflict;
    case 413:
    case 414:
    case 431:
        return refusal_reason::too_large;
    case 415:
        return refusal_reason::media_type;
    case 422:
        return refusal_reason::invalid;
    case 429:
        return refusal_reason::rate_limited;
    case 500:
        return refusal_reason::outcome_unknown;
    case 503:
        return refusal_reason::overloaded;
    default:
        return refusal_reason::other;
    }
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

void io_metrics::on_webhook(std::uint32_t label) {
    webhooks[label < webhooks.size() ? label : 0].add();
}

void io_metrics::on_repeated() {
    repeated.add();
}

} // namespace sluice::gateway::telemetry
