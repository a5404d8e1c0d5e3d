#include "gateway/cli/admin_text.hpp"

#include "gateway/cli/json_text.hpp"
#include "gateway/cli/table.hpp"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

namespace sluice::gateway::cli {

namespace {

using boost::json::value;

void append_if(std::string& line, std::string_view label, std::string const& text) {
    if (!text.empty()) line += fmt::format("  {} {}", label, text);
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
    auto const add = [&held](std::string_view what) {
        if (!held.empty()) held += ", ";
        held += what;
    };
    if (text_of(destination, "state") == "not_configured") add("not configured");
    if (is_true(destination, "disabled")) add("disabled");
    if (is_true(destination, "paused")) add("paused");
    if (is_true(destination, "breaker_open")) add("breaker open");
    if (held.empty()) return "flowing";
    auto const by = text_of(destination, "by");
    return by.empty() ? held : held + " by " + by;
}

std::string task_line(value const& task) {
    auto line = fmt::format("{}  {:<10}  {}  {}  attempts {}", text_of(task, "id"),
                            text_of(task, "state"), text_of(task, "destination"),
                            text_of(task, "account"), length_of(task, "attempts"));
    append_if(line, "next", text_of(task, "next_attempt_at"));
    append_if(line, "finished", text_of(task, "finished_at"));
    auto const reason = text_of(task, "dead_reason");
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
        out += fmt::format("{}: {}\n", std::string_view(name), text_of(of, name));
    }
    return out;
}

std::string task_text(value const& task) {
    auto out = object_text(task);
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
    if (reasons->get_array().empty()) out += "held: by nothing\n";
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

std::string job_text(value const& job) {
    auto text = fmt::format("{}: {} matched, {} done, {} refused", text_of(job, "action"),
                            text_of(job, "matched"), text_of(job, "done"), text_of(job, "refused"));
    if (text_of(job, "state") == "running") {
        text += fmt::format("; goes on as job {}", text_of(job, "id"));
        auto const rate = text_of(job, "rate");
        if (!rate.empty()) text += fmt::format(" at {} a second", rate);
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
