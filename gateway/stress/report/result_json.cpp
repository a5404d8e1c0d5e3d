#include "gateway/stress/report/report_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_from.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>

namespace sluice::gateway::stress {

namespace {

namespace json = boost::json;

// Whole numbers as such, others to four places: a nanosecond of a millisecond is noise.
json::value number(double value) {
    auto const rounded = std::round(value * 1e4) / 1e4;
    bool const is_whole = rounded == std::floor(rounded) && std::abs(rounded) < 9e15;
    if (is_whole) return static_cast<std::int64_t>(rounded);
    return rounded;
}

// Of nothing there is no time: null, which is no 0.
json::object times_of(histogram const& times) {
    if (times.count() == 0)
        return {{"p50", nullptr}, {"p90", nullptr},  {"p99", nullptr}, {"p999", nullptr},
                {"max", nullptr}, {"mean", nullptr}, {"count", 0}};
    return {{"p50", number(to_ms(times.percentile(50)))},
            {"p90", number(to_ms(times.percentile(90)))},
            {"p99", number(to_ms(times.percentile(99)))},
            {"p999", number(to_ms(times.percentile(99.9)))},
            {"max", number(to_ms(times.max()))},
            {"mean", number(times.mean() / 1e6)},
            {"count", times.count()}};
}

json::object generator_of(run_result const& r) {
    auto const& g = r.generator;
    return {{"planned", g.planned},
            {"started", g.started},
            {"started_in_time", g.started_in_time},
            {"waited_for_connection", g.waited},
            {"unsent", g.unsent},
            {"lag_ms", times_of(g.lag)},
            {"busy_share", number(g.busy_share)},
            {"kept_rate", kept_its_rate(r)},
            {"is_at_its_limit", is_generator_at_its_limit(r)},
            {"sentence", rate_sentence(r)}};
}

json::array timeline_of(run_result const& r) {
    json::array all;
    for (auto const& p : r.timeline) {
        json::object one{{"at_s", number(p.at_s)},       {"planned", number(p.planned)},
                         {"started", number(p.started)}, {"answered", number(p.answered)},
                         {"failed", number(p.failed)},   {"p50_ms", number(p.p50_ms)},
                         {"p90_ms", number(p.p90_ms)},   {"p99_ms", number(p.p99_ms)},
                         {"max_ms", number(p.max_ms)},   {"in_queue", nullptr}};
        if (p.max_ms == 0) { // nothing was answered
            for (auto const* name : {"p50_ms", "p90_ms", "p99_ms", "max_ms"})
                one[name] = nullptr;
        }
        if (p.in_queue) one["in_queue"] = number(*p.in_queue);
        all.push_back(std::move(one));
    }
    return all;
}

void add_deliveries(json::object& all, run_result const& r) {
    for (auto const* name : {"delivered", "lost", "duplicated", "early", "reordered"})
        all[name] = nullptr;
    if (!r.deliveries) return;
    auto const& d = *r.deliveries;
    all["delivered"] = d.delivered;
    all["lost"] = d.lost;
    all["duplicated"] = d.duplicated;
    all["early"] = d.early;
    all["reordered"] = d.reordered;
    all["attempts"] = d.attempts;
    all["refused_delivered"] = d.refused_delivered;
    all["unanswered_delivered"] = d.unanswered_delivered;
    all["unknown_arrivals"] = d.unknown;
    all["kills"] = r.kills;
    all["drain_s"] = number(r.drain_s);
    all["accept_to_attempt_ms"] = times_of(d.accept_to_attempt);
    all["accept_to_delivery_ms"] = times_of(d.accept_to_delivery);
    if (d.lateness.count() > 0) all["lateness_ms"] = times_of(d.lateness);
}

json::array objectives_of(run_result const& r) {
    json::array all;
    for (auto const& one : r.judgements) {
        all.push_back(json::object{
            {"objective", one.objective}, {"met", one.is_met}, {"measured", one.measured}});
    }
    return all;
}

struct compared {
    std::string_view name;
    std::string_view pointer;
    bool is_better_when_less = true;
};
constexpr compared compared_figures[] = {{"rate /s", "/rate", false},
                                         {"accepted", "/accepted", false},
                                         {"errors", "/errors"},
                                         {"latency p50 ms", "/latency_ms/p50"},
                                         {"latency p90 ms", "/latency_ms/p90"},
                                         {"latency p99 ms", "/latency_ms/p99"},
                                         {"latency p99.9 ms", "/latency_ms/p999"},
                                         {"latency max ms", "/latency_ms/max"},
                                         {"service p50 ms", "/service_ms/p50"},
                                         {"service p99 ms", "/service_ms/p99"},
                                         {"accept-attempt p50 ms", "/accept_to_attempt_ms/p50"},
                                         {"accept-attempt p99 ms", "/accept_to_attempt_ms/p99"},
                                         {"accept-delivery p50 ms", "/accept_to_delivery_ms/p50"},
                                         {"accept-delivery p99 ms", "/accept_to_delivery_ms/p99"},
                                         {"delivered", "/delivered", false},
                                         {"lost", "/lost"},
                                         {"duplicated", "/duplicated"},
                                         {"reordered", "/reordered"},
                                         {"early", "/early"}};

std::optional<double> figure(json::value const& from, std::string_view pointer) {
    boost::system::error_code ec;
    auto const* found = from.find_pointer(pointer, ec);
    if (found == nullptr || !found->is_number()) return std::nullopt;
    return found->to_number<double>();
}

std::string shown(std::optional<double> value) {
    return value ? fmt::format("{:.10g}", *value) : "-";
}

std::string change(double a, double b, bool is_better_when_less) {
    if (a == b) return "same";
    auto const word = (b < a) == is_better_when_less ? "better" : "worse";
    if (a == 0) return word;
    return fmt::format("{:+.1f} % {}", 100 * (b - a) / a, word);
}

parsed<json::value> read_result(std::string_view text, std::string_view name) {
    boost::system::error_code ec;
    auto document = json::parse(text, ec);
    bool const has_times = !ec && document.find_pointer("/latency_ms/p50", ec) != nullptr;
    if (ec || !has_times || !figure(document, "/accepted"))
        return option_error{fmt::format("\"{}\": not a result of load or stress", name)};
    return document;
}

} // namespace

std::string to_json(run_result const& r) {
    json::object all{{"command", r.command},
                     {"target", r.target},
                     {"began", r.began},
                     {"interrupted", r.is_interrupted},
                     {"accepted", r.accepted}};
    add_deliveries(all, r);
    all["rate"] = number(r.started_rate());
    all["latency_ms"] = times_of(r.latency);
    all["service_ms"] = times_of(r.service);
    all["planned_rate"] = number(r.planned_rate);
    all["planned_s"] = number(r.planned_s);
    all["duration_s"] = number(r.duration_s);
    all["connections"] = r.connections;
    all["answered"] = r.answered;
    all["errors"] = r.errors;
    all["timeouts"] = r.timeouts;
    json::object statuses;
    for (auto const& [status, count] : r.by_status)
        statuses[fmt::to_string(status)] = count;
    all["statuses"] = std::move(statuses);
    json::object failures;
    for (auto const& [kind, count] : r.by_failure)
        failures[kind] = count;
    all["failures"] = std::move(failures);
    all["generator"] = generator_of(r);
    all["objectives"] = objectives_of(r);
    all["remarks"] = json::value_from(r.remarks);
    all["timeline"] = timeline_of(r);
    return json::serialize(all) + '\n';
}

parsed<std::string> compare_results(std::string_view a, std::string_view b, std::string_view a_name,
                                    std::string_view b_name) {
    auto const first = read_result(a, a_name);
    if (!first) return first.error();
    auto const second = read_result(b, b_name);
    if (!second) return second.error();
    std::string text;
    auto const out = std::back_inserter(text);
    auto const width = std::max<std::size_t>({a_name.size(), b_name.size(), 12});
    fmt::format_to(out, "{:<24}{:>{}}  {:>{}}  change\n", "", a_name, width, b_name, width);
    for (auto const& one : compared_figures) {
        auto const x = figure(*first, one.pointer);
        auto const y = figure(*second, one.pointer);
        if (!x && !y) continue;
        fmt::format_to(out, "{:<24}{:>{}}  {:>{}}  {}\n", one.name, shown(x), width, shown(y),
                       width, x && y ? change(*x, *y, one.is_better_when_less) : "");
    }
    return parsed<std::string>(boost::system::in_place_value, std::move(text));
}

} // namespace sluice::gateway::stress
