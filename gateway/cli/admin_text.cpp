#include "gateway/cli/admin_text.hpp"

#include "gateway/cli/json_text.hpp"
#include "gateway/cli/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

namespace sluice::gateway::cli {

namespace {

using boost::json::value;

void append_if(std::string& line, std::string_view label, std::string const& text) {
    if (!text.empty()) line += fmt::format("  {} {}", label, text);
}

bool has_ended(std::string_view state) {
    return state == "delivered" || state == "dead" || state == "cancelled" || state == "expired";
}

// A request: what came in, or went out.
bool is_message(value const& of) {
    return member(of, "method") && member(of, "url");
}

// As it stands on the wire, but for what a terminal would obey.
void append_message(std::string& out, std::string_view name, value const& of) {
    out += fmt::format("{}:\n    {} {}\n", name, text_of(of, "method"), text_of(of, "url"));
    if (auto const* headers = member(of, "headers"); headers && headers->is_object()) {
        for (auto const& [field, held] : headers->get_object())
            out += fmt::format("    {}: {}\n", std::string_view(field), text_of(*headers, field));
    }
    constexpr std::array<std::string_view, 7> shown{"method", "url",    "headers",    "body",
                                                    "size",   "is_cut", "body_base64"};
    for (auto const& [more, held] : of.get_object()) {
        if (!held.is_null() && std::ranges::find(shown, std::string_view(more)) == shown.end())
            out += fmt::format("    ({}: {})\n", std::string_view(more), text_of(of, more));
    }
    auto const* body = member(of, "body");
    std::string_view rest = body && body->is_string() ? std::string_view(body->get_string()) : "";
    if (!rest.empty()) out += '\n';
    while (!rest.empty()) {
        auto const end = std::min(rest.find('\n'), rest.size());
        out += "    ";
        append_safe(out, rest.substr(0, end));
        out += '\n';
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (is_true(of, "is_cut")) out += fmt::format("    … cut, of {} bytes\n", text_of(of, "size"));
    if (member(of, "body_base64"))
        out += fmt::format("\n    (base64) {}\n", text_of(of, "body_base64"));
}

bool is_list_of_objects(value const& of) {
    auto const* list = of.if_array();
    return list && !list->empty() && list->front().is_object();
}

void append_list(std::string& out, std::string_view name, boost::json::array const& list) {
    out += fmt::format("{}:\n", name);
    for (auto const& each : list)
        out += fmt::format("    {}\n", flat_text(each));
}

std::string attempt_line(value const& attempt) {
    auto line = fmt::format("  attempt {}", text_of(attempt, "n"));
    append_if(line, "at", text_of(attempt, "at"));
    append_if(line, "status", text_of(attempt, "status"));
    append_if(line, "error", text_of(attempt, "error"));
    append_if(line, "took ms", text_of(attempt, "duration_ms"));
    append_if(line, "response", text_of(attempt, "response"));
    return line + '\n';
}

} // namespace

std::string held_text(value const& destination) {
    std::string held;
    auto const add = [&held](std::string_view what, std::string_view before,
                             std::string const& said) {
        if (!held.empty()) held += ", ";
        held += what;
        if (!said.empty()) held.append(before).append(said);
    };
    bool const is_paused = is_true(destination, "paused");
    auto const by = text_of(destination, "by"); // who paused it, or what disabled it before
    if (text_of(destination, "state") == "not_configured") add("not configured", {}, {});
    if (is_true(destination, "disabled")) add("disabled", ": ", is_paused ? std::string() : by);
    if (is_paused) add("paused", " by ", by);
    if (is_true(destination, "breaker_open"))
        add("breaker open", ": ", text_of(destination, "breaker_by"));
    return held.empty() ? "flowing" : held;
}

namespace {

// "paused by anna", "retry after until 12:00"
std::string gate_text(value const& hold, time_style const& when) {
    auto text = text_of(hold, "kind");
    std::ranges::replace(text, '_', ' ');
    bool const is_order = text == "order key"; // `by` is the task that goes first
    auto const until = text_of(hold, "until");
    auto const by = text_of(hold, "by");
    if (!until.empty()) return fmt::format("{} {}", text, when.until(until));
    auto const* const before = is_order ? ", behind " : text == "disabled" ? ": " : " by ";
    if (!by.empty()) text += before + by;
    return text;
}

} // namespace

std::string gates_text(value const& task, time_style const& when) {
    auto const* held = member(task, "held");
    if (!held || !held->is_array()) return {};
    std::string text;
    bool const is_endless = std::ranges::any_of(
        held->get_array(), [](value const& each) { return text_of(each, "until").empty(); });
    for (auto const& each : held->get_array()) {
        if (is_endless && !text_of(each, "until").empty()) continue;
        if (!text.empty()) text += ", ";
        text += gate_text(each, when);
    }
    return text;
}

std::uint64_t attempts_of(value const& task) {
    auto const* attempts = member(task, "attempts");
    if (!attempts || !attempts->is_array() || attempts->get_array().empty()) return 0;
    return number_of(attempts->get_array().back(), "n");
}

std::string reason_text(value const& task) {
    auto const by = text_of(task, "cancelled_by");
    if (!by.empty()) return "by " + by;
    auto reason = text_of(task, "dead_reason");
    auto const* attempts = member(task, "attempts");
    bool const has_failed = attempts && attempts->is_array() && !attempts->get_array().empty();
    if (!reason.empty() || !has_failed || has_ended(text_of(task, "state"))) return reason;
    auto const& last = attempts->get_array().back();
    for (auto const* name : {"error", "detail"}) {
        reason = text_of(last, name);
        if (!reason.empty()) return reason;
    }
    return "answered " + text_of(last, "status");
}

std::string task_line(value const& task) {
    auto line =
        fmt::format("{}  {:<10}  {}  {}  attempts {}", text_of(task, "id"), text_of(task, "state"),
                    text_of(task, "destination"), text_of(task, "account"), attempts_of(task));
    auto const held = gates_text(task, {});
    append_if(line, "held:", held);
    if (held.empty()) append_if(line, "next", text_of(task, "next_attempt_at"));
    append_if(line, "finished", text_of(task, "finished_at"));
    auto const reason = reason_text(task);
    if (!reason.empty()) line += "  " + reason;
    return line;
}

std::string destination_line(value const& destination) {
    auto line = fmt::format("{}  {}", text_of(destination, "name"), held_text(destination));
    if (auto const* tasks = member(destination, "tasks")) {
        line += fmt::format("  scheduled {}  ready {}  in flight {}  retry {}  dead {}",
                            text_of(*tasks, "scheduled"), text_of(*tasks, "ready"),
                            text_of(*tasks, "in_flight"), text_of(*tasks, "retry_wait"),
                            text_of(*tasks, "dead"));
    }
    if (auto const* rate = member(destination, "rate")) {
        line += fmt::format("  tokens {} of {}", text_of(*rate, "tokens"), text_of(*rate, "burst"));
    }
    append_if(line, "probe at", text_of(destination, "breaker_until"));
    append_if(line, "asked to wait until", text_of(destination, "retry_after_until"));
    return line;
}

std::string object_text(value const& of) {
    std::string out;
    auto const* object = of.if_object();
    if (!object) return out;
    for (auto const& [name, held] : *object) {
        if (held.is_null() || name == "attempts") continue;
        if (is_message(held))
            append_message(out, name, held);
        else if (is_list_of_objects(held))
            append_list(out, name, held.get_array());
        else
            out += fmt::format("{}: {}\n", std::string_view(name), text_of(of, name));
    }
    return out;
}

std::string destination_text(value const& destination) {
    auto shown = destination;
    auto& members = shown.as_object();
    members["state"] = held_text(destination);
    for (auto const* said : {"paused", "disabled", "breaker_open", "by", "breaker_by"})
        members.stable_erase(said);
    return object_text(shown);
}

std::string task_text(value const& task) {
    auto shown = task;
    // The time that has come is not when it goes.
    if (auto const held = gates_text(task, {}); !held.empty()) {
        shown.as_object().stable_erase("next_attempt_at");
        shown.as_object()["held"] = held;
    }
    auto out = object_text(shown);
    auto const* attempts = member(task, "attempts");
    if (!attempts || !attempts->is_array()) return out;
    for (auto const& each : attempts->get_array())
        out += attempt_line(each);
    return out;
}

std::string explanation_text(value const& why) {
    std::string out;
    for (auto const* name : {"state", "destination", "next_attempt_at", "ahead"}) {
        auto const text = text_of(why, name);
        if (!text.empty()) out += fmt::format("{}: {}\n", name, text);
    }
    auto const* reasons = member(why, "reasons");
    if (!reasons || !reasons->is_array()) return out;
    for (auto const& each : reasons->get_array()) {
        auto line = "held: " + text_of(each, "kind");
        append_if(line, "until", text_of(each, "until"));
        append_if(line, "by", text_of(each, "by"));
        out += line + '\n';
    }
    if (reasons->get_array().empty())
        out += has_ended(text_of(why, "state")) ? "held: no more, it has ended\n"
                                                : "held: by nothing\n";
    if (auto const* lane = member(why, "lane")) {
        out += fmt::format("lane: in flight {} of {}", text_of(*lane, "in_flight"),
                           text_of(*lane, "limit"));
        if (auto const* rate = member(*lane, "rate")) {
            out +=
                fmt::format("  tokens {} of {}", text_of(*rate, "tokens"), text_of(*rate, "burst"));
        }
        out += '\n';
    }
    return out;
}

std::uint64_t whole_of_job(value const& job) {
    bool const is_counted = text_of(job, "state") != "running" || member(job, "expected") ||
                            text_of(job, "action") == "replay";
    return is_counted ? std::max(number_of(job, "matched"), number_of(job, "expected")) : 0;
}

std::string job_progress(value const& job) {
    auto const whole = whole_of_job(job);
    auto const done = text_of(job, "done");
    bool const is_known = whole != 0 || text_of(job, "state") != "running";
    return is_known ? fmt::format("{} of {}", done, whole) : done + " so far";
}

std::string job_text(value const& job) {
    bool const is_running = text_of(job, "state") == "running";
    auto text = text_of(job, "action") + ": ";
    // One that has just begun has counted nothing yet.
    if (!is_running || number_of(job, "matched") != 0)
        text += fmt::format("{} matched, {} done, {} refused", text_of(job, "matched"),
                            text_of(job, "done"), text_of(job, "refused"));
    if (is_running) {
        text += fmt::format("{}goes on as job {}", text.ends_with(": ") ? "" : "; ",
                            text_of(job, "id"));
        auto const rate = text_of(job, "rate");
        if (!rate.empty()) text += fmt::format(" at {} a second", rate);
    }
    // Both do what they were told; who begins the second may not know of the first.
    auto const* beside = member(job, "beside");
    if (beside && beside->is_array()) {
        for (auto const& number : beside->get_array()) {
            if (number.is_string())
                text += fmt::format(", beside job {}, which may have the same tasks",
                                    std::string_view(number.get_string()));
        }
    }
    return text;
}

std::string missing_text(value const& answer) {
    auto const* names = member(answer, "missing");
    if (!names || !names->is_array() || names->get_array().empty()) return {};
    std::string out = "no answer from ";
    for (auto const& name : names->get_array()) {
        if (&name != &names->get_array().front()) out += ", ";
        if (name.is_string()) append_safe(out, name.get_string());
    }
    return out;
}

} // namespace sluice::gateway::cli
