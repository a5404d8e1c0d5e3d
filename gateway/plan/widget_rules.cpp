#include "gateway/plan/widget_rules.hpp"

#include "gateway/call/key_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace sluice::gateway::plan {

namespace {

using queue::verdict;

verdict judge_status(int status) {
    if (status >= 200 && status < 300) return verdict::delivered;
    bool const is_again_later = status == 408 || status == 425 || status == 429;
    return status >= 400 && status < 500 && !is_again_later ? verdict::final_failure
                                                            : verdict::retry;
}

std::string status_type(int status) {
    if (status == 0) return {};
    if (status >= 300 && status < 400) return "Redirection";
    return fmt::format("{}xx", status / 100);
}

// What came of a call, beside its mapped variables.
struct call_outcome {
    int status = 0; // 0: no answer came
    std::string_view raw;
    std::string_view reason; // empty: a success
    std::chrono::microseconds duration{0};
};

void append_outcome(call::key_list& to, call_outcome const& of) {
    bool const has_failed = !of.reason.empty();
    std::chrono::duration<double> const seconds = of.duration;
    to.add("response_status", has_failed ? "FAILED" : "SUCCESS");
    to.add("response_status_code", of.status == 0 ? std::string() : std::to_string(of.status));
    to.add("response_status_type", status_type(of.status));
    to.add("response_duration", fmt::format("{:.3f}", seconds.count()));
    to.add("response_raw", of.raw);
    to.add("response_error", has_failed ? "true" : "false");
    to.add("error_reason", of.reason);
}

} // namespace

widget_rules::widget_rules(config::widget const& from)
    : paths_(from.map) {
    codecs::namespace_table namespaces;
    for (auto const& [prefix, uri] : from.namespaces)
        namespaces.emplace(prefix, uri);
    std::vector<codecs::mapped_variable> table;
    for (auto const& each : from.map)
        table.push_back({each.variable, each.path, each.default_});
    auto compiled = codecs::answer_mapping::compile(table, namespaces);
    if (!compiled) throw std::invalid_argument(from.name + ": " + compiled.error().message());
    map_ = *std::move(compiled);
}

widget_answer widget_rules::judge(codecs::answer const& given, bool is_cut,
                                  std::chrono::microseconds duration) const {
    auto const mapped = map_.apply(given);
    widget_answer out;
    out.verdict = judge_status(given.status());
    if (out.verdict != verdict::delivered) {
        out.reason = fmt::format("answered {}", given.status());
    } else if (is_cut) {
        out.reason = "the answer is longer than response_limit";
    } else if (!mapped.missing.empty()) {
        auto const& first = mapped.missing.front();
        auto const path = std::ranges::find(paths_, first, &config::mapped_variable::variable);
        auto const why = given.unreadable();
        out.reason = why.empty()
                         ? fmt::format("the answer has nothing for {} at {}", first, path->path)
                         : "the answer could not be read: " + why;
    }
    if (out.verdict == verdict::delivered && !out.reason.empty()) {
        out.verdict = verdict::final_failure;
    }
    call::key_list keys;
    for (auto const& [name, value] : mapped.values)
        keys.add(name, value);
    append_outcome(keys, {given.status(), given.body(), out.reason, duration});
    out.result = std::move(keys).json();
    return out;
}

std::string unanswered_widget(std::string_view reason, std::chrono::microseconds duration) {
    call::key_list keys;
    append_outcome(keys, {0, {}, reason, duration});
    return std::move(keys).json();
}

} // namespace sluice::gateway::plan
