#include "gateway/admin/events_json.hpp"

#include "gateway/admin/object_writer.hpp"
#include "gateway/telemetry/redact.hpp"

#include <fmt/format.h>

#include <array>

namespace sluice::gateway::admin {

namespace {

constexpr std::array<std::string_view, event_kinds> kind_names{
    "attempt", "finished", "destination", "dropped", "synced", "storage", "clock"};

std::string_view name_of(queue::verdict v) {
    switch (v) {
    case queue::verdict::delivered:
        return "delivered";
    case queue::verdict::retry:
        return "retry";
    case queue::verdict::final_failure:
        return "final";
    }
    return "retry";
}

} // namespace

std::string_view to_string(event_kind kind) {
    return kind_names[static_cast<std::size_t>(kind)];
}

std::optional<event_kind> parse_event_kind(std::string_view text) {
    for (std::size_t i = 0; i < event_kinds; ++i) {
        if (kind_names[i] == text) return static_cast<event_kind>(i);
    }
    return std::nullopt;
}

void append_event(std::string& out, queue::observer::attempt_ended const& event,
                  event_names const& names, queue::wall_time at) {
    auto const& o = event.outcome;
    object_writer object(out);
    object.time("at", at);
    object.text("task", queue::task_id_text(event.id).view());
    object.text("destination", names.destination);
    object.number("attempt", event.number);
    object.text("verdict", name_of(o.verdict));
    if (o.status != 0) object.number("status", o.status);
    if (o.cause != queue::cause::answered) {
        object.text("error",
                    o.detail.empty() ? to_string(o.cause) : telemetry::redact_text(o.detail));
    }
    object.number("duration_ms", static_cast<std::uint64_t>(o.duration.count() / 1000));
    object.number("late_ms", static_cast<std::uint64_t>(event.lateness.count()));
}

void append_event(std::string& out, queue::observer::task_finished const& event,
                  event_names const& names, queue::wall_time at) {
    object_writer object(out);
    object.time("at", at);
    object.text("task", queue::task_id_text(event.id).view());
    object.text("destination", names.destination);
    object.text("account", names.account);
    object.text("state", to_string(event.state));
    object.number("attempts", event.attempts);
    object.member("age_ms") += std::to_string(event.age.count());
    object.text_or_null("reason", telemetry::redact_text(event.reason));
}

void append_event(std::string& out, queue::observer::batch_synced const& event,
                  queue::wall_time at) {
    object_writer object(out);
    object.time("at", at);
    object.number("records", event.records);
    object.number("bytes", event.bytes);
    object.number("duration_us", static_cast<std::uint64_t>(event.duration.count()));
}

void append_destination_event(std::string& out, std::string_view destination, std::string_view what,
                              std::string_view why, queue::wall_time at) {
    object_writer object(out);
    object.time("at", at);
    object.text("destination", destination);
    object.text("change", what);
    object.text_or_null("by", telemetry::redact_text(why));
}

void append_count_event(std::string& out, std::string_view name, std::int64_t count,
                        queue::wall_time at) {
    object_writer object(out);
    object.time("at", at);
    object.member(name) += std::to_string(count);
}

void append_storage_event(std::string& out, std::string_view operation, std::string_view error,
                          queue::wall_time at) {
    object_writer object(out);
    object.time("at", at);
    object.text("operation", operation);
    object.text("error", error);
}

std::string to_frame(event_kind kind, std::uint64_t number, std::string_view json) {
    return fmt::format("event: {}\nid: {}\ndata: {}\n\n", to_string(kind), number, json);
}

} // namespace sluice::gateway::admin
