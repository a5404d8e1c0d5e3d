#include "gateway/stress/report/objective.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

namespace sluice::gateway::stress {

namespace {

constexpr std::string_view operators = "<>=";

bool is_time(std::string_view metric) {
    static constexpr std::string_view times[] = {"p50", "p90", "p99", "p999", "max"};
    if (metric.starts_with("service_")) metric.remove_prefix(8);
    return std::ranges::find(times, metric) != std::end(times);
}

option_error bad(std::string_view text, std::string_view why) {
    return {fmt::format("objective \"{}\": {}", text, why)};
}

std::string metric_list() {
    return fmt::format("known are {}", fmt::join(known_metrics(), ", "));
}

// Takes the operator off the front of `rest`.
std::optional<comparison> take_operator(std::string_view& rest) {
    static constexpr std::pair<std::string_view, comparison> all[] = {
        {"<=", comparison::at_most}, {">=", comparison::at_least}, {"==", comparison::equal},
        {"<", comparison::less},     {">", comparison::more},      {"=", comparison::equal}};
    for (auto const& [sign, how] : all) {
        if (!rest.starts_with(sign)) continue;
        rest.remove_prefix(sign.size());
        return how;
    }
    return std::nullopt;
}

std::optional<double> to_bound(std::string_view text) {
    double value = 0;
    auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool const is_whole = ec == std::errc() && end == text.data() + text.size() && !text.empty();
    if (!is_whole || !(value >= 0) || value > 1e15) return std::nullopt;
    return value;
}

bool holds(double measured, comparison how, double bound) {
    switch (how) {
    case comparison::less:
        return measured < bound;
    case comparison::at_most:
        return measured <= bound;
    case comparison::equal:
        return measured == bound;
    case comparison::at_least:
        return measured >= bound;
    case comparison::more:
        return measured > bound;
    }
    return false;
}

std::string shown(double value, objective_unit unit) {
    switch (unit) {
    case objective_unit::time:
        return fmt::format("{:.3g} ms", value);
    case objective_unit::per_second:
        return fmt::format("{:.0f}/s", value);
    case objective_unit::percent:
        return fmt::format("{:.3g} %", value);
    case objective_unit::none:
        break;
    }
    return fmt::format("{:.0f}", value);
}

} // namespace

std::vector<std::string_view> const& known_metrics() {
    static std::vector<std::string_view> const all{
        "p50",         "p90",         "p99",         "p999",         "max",
        "service_p50", "service_p90", "service_p99", "service_p999", "service_max",
        "rate",        "accepted",    "delivered",   "lost",         "duplicated",
        "early",       "reordered",   "errors",      "timeouts",     "unsent"};
    return all;
}

parsed<objective> parse_objective(std::string_view text) {
    auto const sign = std::min(text.find_first_of(operators), text.size());
    objective wanted;
    wanted.text = text;
    wanted.metric = text.substr(0, sign);
    if (std::ranges::find(known_metrics(), wanted.metric) == known_metrics().end())
        return bad(text, metric_list());
    auto rest = text.substr(sign);
    auto const how = take_operator(rest);
    if (!how) return bad(text, "expected <, <=, =, >= or > and a value, as in p99<50ms");
    wanted.how = *how;
    if (is_time(wanted.metric)) {
        // A number alone would be seconds here and milliseconds in most other tools.
        bool const has_unit =
            !rest.empty() && std::isalpha(static_cast<unsigned char>(rest.back()));
        if (!has_unit) return bad(text, "a time needs its unit (us, ms, s, m, h), as in p99<50ms");
        auto const time = stress::parse_time(rest);
        if (!time) return bad(text, time.error().message);
        wanted.unit = objective_unit::time;
        wanted.bound = static_cast<double>(time->count()) / 1000;
        return wanted;
    }
    if (rest.ends_with("/s")) {
        wanted.unit = objective_unit::per_second;
        rest.remove_suffix(2);
    } else if (rest.ends_with('%')) {
        wanted.unit = objective_unit::percent;
        rest.remove_suffix(1);
    }
    auto const value = to_bound(rest);
    if (!value) return bad(text, "expected a number, as in lost=0, accepted>20000/s or errors<1%");
    wanted.bound = *value;
    if (wanted.metric == "rate") wanted.unit = objective_unit::per_second;
    return wanted;
}

judgement judge(objective const& wanted, measured_values const& values) {
    judgement out{wanted.text, false, "not measured"};
    auto const found = values.by_metric.find(wanted.metric);
    if (found == values.by_metric.end()) return out;
    auto measured = found->second;
    bool const is_divided = wanted.unit == objective_unit::per_second && wanted.metric != "rate";
    if (is_divided) measured = values.duration_s > 0 ? measured / values.duration_s : 0;
    if (wanted.unit == objective_unit::percent)
        measured = values.planned > 0 ? 100 * measured / values.planned : 0;
    out.is_met = holds(measured, wanted.how, wanted.bound);
    out.measured = shown(measured, wanted.unit);
    return out;
}

std::vector<judgement> judge(std::vector<objective> const& all, measured_values const& values) {
    std::vector<judgement> out;
    for (auto const& wanted : all)
        out.push_back(judge(wanted, values));
    return out;
}

bool all_met(std::vector<judgement> const& all) {
    return std::ranges::all_of(all, &judgement::is_met);
}

} // namespace sluice::gateway::stress
