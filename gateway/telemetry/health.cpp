#include "gateway/telemetry/health.hpp"

#include "codecs/json_string.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::gateway::telemetry {

namespace {

health_check core_check(health_inputs const& in) {
    if (in.core_silent_for < core_silence_limit) return {"core", true, {}};
    auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(in.core_silent_for);
    return {"core", false, fmt::format("no turn for {} s", seconds.count())};
}

health_check journal_check(health_inputs const& in) {
    if (in.has_storage_failed) return {"journal", false, std::string(in.storage_error)};
    if (!in.store_trouble.empty()) return {"journal", false, in.store_trouble};
    return {"journal", true, fmt::format("durability {}", in.durability)};
}

health_check disk_check(health_inputs const& in) {
    if (!in.disk_trouble.empty()) return {"disk", false, in.disk_trouble};
    if (in.is_disk_full) return {"disk", false, "no room for new tasks"};
    return {"disk", true, {}};
}

health_check queue_check(health_inputs const& in) {
    if (in.queue_tasks_limit == 0) return {"queue", !in.is_queue_full, {}};
    auto const load = fmt::format("{} of {} tasks", in.queue_tasks, in.queue_tasks_limit);
    return {"queue", !in.is_queue_full, load};
}

health_check destinations_check(health_inputs const& in) {
    // A destination that takes nothing is no reason to refuse calls: they are queued.
    auto text = fmt::format("{} of {} held", in.destinations_held, in.destinations);
    constexpr std::size_t most_named = 5;
    for (std::size_t i = 0; i < std::min(most_named, in.unknown.size()); ++i) {
        text += fmt::format("{}{} ({} tasks)", i == 0 ? "; not in the configuration: " : ", ",
                            in.unknown[i].name, in.unknown[i].tasks);
    }
    if (in.unknown.size() > most_named)
        text += fmt::format(" and {} more", in.unknown.size() - most_named);
    return {"destinations", true, text};
}

} // namespace

bool health_report::is_ok() const {
    return std::all_of(checks.begin(), checks.end(), [](auto const& c) { return c.is_ok; });
}

health_report liveness(health_inputs const& in) {
    return {"livez", {core_check(in)}};
}

health_report readiness(health_inputs const& in) {
    // Of the others nothing is known yet.
    if (!in.start_waits_for.empty()) return {"readyz", {{"start", false, in.start_waits_for}}};
    health_check const start{"start", true, {}};
    health_check const drain{"drain", !in.is_draining,
                             in.is_draining ? "the gateway is stopping" : ""};
    health_report report{"readyz",
                         {core_check(in), start, journal_check(in), disk_check(in), queue_check(in),
                          drain, destinations_check(in)}};
    if (in.is_reload_refused) {
        report.checks.push_back({"configuration", true,
                                 "the last reload was refused, what was before is in force; the "
                                 "next start would fail"});
    }
    // A lease that has ended fails the journal's check.
    if (!in.cluster.empty()) report.checks.push_back({"cluster", true, in.cluster});
    return report;
}

std::string to_text(health_report const& report, bool is_verbose) {
    std::string text;
    if (!is_verbose && report.is_ok()) return "ok\n";
    for (auto const& check : report.checks) {
        if (!is_verbose) break;
        text += fmt::format("[{}]{} {}", check.is_ok ? '+' : '-', check.name,
                            check.is_ok ? "ok" : "failed");
        if (!check.detail.empty()) text += ": " + check.detail;
        text += '\n';
    }
    text += fmt::format("{} check {}\n", report.name, report.is_ok() ? "passed" : "failed");
    return text;
}

std::string to_json(health_report const& report) {
    std::string json =
        fmt::format(R"({{"status":"{}","checks":[)", report.is_ok() ? "ok" : "failed");
    for (bool is_first = true; auto const& check : report.checks) {
        if (!is_first) json += ',';
        is_first = false;
        json += "{\"name\":";
        codecs::append_printable_json_string(json, check.name);
        json += check.is_ok ? R"(,"status":"ok")" : R"(,"status":"failed")";
        if (!check.detail.empty()) {
            json += ",\"detail\":";
            codecs::append_printable_json_string(json, check.detail);
        }
        json += '}';
    }
    json += "]}";
    return json;
}

} // namespace sluice::gateway::telemetry
