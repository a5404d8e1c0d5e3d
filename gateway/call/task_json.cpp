#include "gateway/call/task_json.hpp"

#include "codecs/json.hpp"
#include "gateway/call/times.hpp"
#include "gateway/telemetry/redact.hpp"

#include <fmt/format.h>

#include <iterator>

namespace sluice::gateway::call {

namespace {

void append_name(std::string& out, std::string_view name) {
    if (out.back() != '{') out += ',';
    out += '"';
    out += name;
    out += "\":";
}

void append_text(std::string& out, std::string_view name, std::string_view value) {
    append_name(out, name);
    codecs::append_json_string(out, value);
}

void append_time(std::string& out, std::string_view name,
                 std::optional<queue::wall_time> const& at) {
    append_name(out, name);
    if (!at) {
        out += "null";
        return;
    }
    out += '"';
    append_instant(out, *at);
    out += '"';
}

void append_number(std::string& out, std::string_view name, std::uint64_t value) {
    append_name(out, name);
    fmt::format_to(std::back_inserter(out), "{}", value);
}

void append_attempt(std::string& out, queue::attempt_note const& note, shown_to whom) {
    out += '{';
    append_number(out, "n", note.number);
    append_time(out, "at", note.at);
    if (note.status != 0) append_number(out, "status", note.status);
    if (note.cause != queue::cause::answered) {
        append_text(out, "error",
                    note.detail.empty() ? to_string(note.cause) : std::string_view(note.detail));
    } else if (!note.detail.empty()) {
        append_text(out, "detail", note.detail);
    }
    append_number(out, "duration_ms", static_cast<std::uint64_t>(note.duration.count()));
    if (note.status != 0) {
        append_text(out, "response",
                    whom == shown_to::operators ? telemetry::redact_answer(note.response)
                                                : note.response);
    }
    out += '}';
}

void append_holds(std::string& out, std::vector<queue::hold> const& holds) {
    out += '[';
    for (auto const& hold : holds) {
        if (out.back() != '[') out += ',';
        out += '{';
        append_text(out, "kind", to_string(hold.kind));
        append_time(out, "until", hold.until);
        append_name(out, "by");
        if (hold.by.empty()) {
            out += "null";
        } else {
            codecs::append_json_string(out, hold.by);
        }
        if (hold.ahead) append_number(out, "ahead", *hold.ahead);
        out += '}';
    }
    out += ']';
}

// What holds a task beside its time, which `next_attempt_at` says.
void append_held(std::string& out, std::vector<queue::hold> const& all) {
    std::vector<queue::hold> gates;
    for (auto const& each : all) {
        if (each.kind == queue::hold_reason::not_due) continue;
        gates.push_back(each);
        gates.back().ahead.reset(); // it was not counted
    }
    if (gates.empty()) return;
    append_name(out, "held");
    append_holds(out, gates);
}

std::string_view phase_name(queue::breaker_phase phase) {
    switch (phase) {
    case queue::breaker_phase::open:
        return "open";
    case queue::breaker_phase::half_open:
        return "half_open";
    default:
        return "closed";
    }
}

void append_breaker(std::string& out, queue::lane_pace const& pace) {
    append_name(out, "breaker");
    if (pace.breaker == queue::breaker_phase::none) {
        out += "null";
        return;
    }
    out += '{';
    append_text(out, "state", phase_name(pace.breaker));
    append_number(out, "failures", pace.failures_in_a_row);
    append_time(out, "probe_at", pace.probe_at);
    if (!pace.breaker_by.empty()) append_text(out, "by", pace.breaker_by);
    out += '}';
}

// How the lane's gates stand, whether they hold this task or not.
void append_pace(std::string& out, queue::lane_pace const& pace) {
    append_name(out, "lane");
    out += '{';
    append_number(out, "in_flight", pace.in_flight);
    append_number(out, "limit", pace.limit);
    append_number(out, "concurrency", pace.concurrency);
    append_name(out, "adaptive");
    out += pace.is_adaptive ? "true" : "false";
    if (pace.share) { // of a cluster: what this gateway holds of the limits
        append_name(out, "held");
        out += '{';
        append_number(out, "rate_parts", pace.share->rate);
        append_number(out, "burst", pace.share->burst);
        append_number(out, "concurrency", pace.share->slots);
        out += '}';
    }
    append_name(out, "rate");
    if (pace.tokens) {
        out += '{';
        append_number(out, "tokens", *pace.tokens);
        append_number(out, "burst", pace.burst);
        append_time(out, "next_token_at", pace.next_token_at);
        out += '}';
    } else {
        out += "null";
    }
    append_breaker(out, pace);
    append_name(out, "gate");
    if (pace.gate_until) {
        out += '{';
        append_time(out, "until", pace.gate_until);
        append_text(out, "by", pace.gate_by);
        out += '}';
    } else {
        out += "null";
    }
    append_name(out, "retry_budget");
    out += '{';
    append_name(out, "share");
    fmt::format_to(std::back_inserter(out), "{}", pace.retry_share);
    append_number(out, "least", pace.least_retries);
    append_number(out, "first_attempts", pace.first_attempts);
    append_number(out, "retries", pace.retries);
    append_name(out, "available");
    out += pace.retries_left ? fmt::to_string(*pace.retries_left) : "null";
    append_time(out, "next_retry_at", pace.next_retry_at);
    out += "}}";
}

// Whose wish it was that it goes once more.
void append_wishes(std::string& out, queue::task_details const& task) {
    if (task.replay) {
        append_text(out, "replay_of", to_string(task.replay->of));
        append_text(out, "replayed_by", task.replay->by);
    }
    if (!task.redriven_by.empty()) append_text(out, "redriven_by", task.redriven_by);
}

} // namespace

void append_task(std::string& out, queue::task_details const& task, shown_to whom) {
    out += '{';
    append_text(out, "id", to_string(task.id));
    if (!task.group.is_nil()) append_text(out, "group_id", to_string(task.group));
    append_text(out, "state", to_string(task.state));
    append_text(out, "destination", task.destination);
    append_text(out, "account", task.account);
    append_time(out, "accepted_at", task.accepted_at);
    append_time(out, "not_before", task.not_before);
    append_time(out, "next_attempt_at", task.next_attempt_at);
    if (whom == shown_to::operators) append_held(out, task.held);
    if (task.expires_at != queue::never) append_time(out, "expires_at", task.expires_at);
    if (task.finished_at) append_time(out, "finished_at", task.finished_at);
    append_name(out, "attempts");
    out += '[';
    for (auto const& note : task.notes) {
        if (out.back() != '[') out += ',';
        append_attempt(out, note, whom);
    }
    out += ']';
    append_name(out, "result");
    // The gateway wrote it as JSON; empty where the destination maps nothing.
    out += task.result.empty() ? std::string_view("null") : std::string_view(task.result);
    append_name(out, "dead_reason");
    if (task.state == queue::task_state::dead) {
        codecs::append_json_string(out, task.reason);
    } else {
        out += "null";
    }
    if (task.state == queue::task_state::cancelled) append_text(out, "cancelled_by", task.reason);
    if (whom == shown_to::operators) append_wishes(out, task);
    out += '}';
}

void append_explanation(std::string& out, queue::explanation const& why,
                        std::string_view destination) {
    out += '{';
    append_text(out, "state", to_string(why.state));
    append_text(out, "destination", destination);
    append_time(out, "next_attempt_at", why.next_attempt_at);
    append_number(out, "ahead", why.ahead);
    append_name(out, "reasons");
    append_holds(out, why.reasons);
    append_pace(out, why.pace);
    out += '}';
}

} // namespace sluice::gateway::call
