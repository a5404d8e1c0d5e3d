#include "gateway/stress/report/report_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>

namespace sluice::gateway::stress {

namespace {

using sink = std::back_insert_iterator<std::string>;

constexpr unsigned ticks_per_half = 5;

std::string rounded(double number) {
    return grouped(static_cast<std::uint64_t>(std::llround(std::max(0.0, number))));
}

void time_row(sink out, std::string_view name, histogram const& times) {
    if (times.count() == 0) {
        fmt::format_to(out, "  {:<22}{:>10}{:>10}{:>10}{:>10}{:>10}\n", name, "-", "-", "-", "-",
                       "-");
        return;
    }
    fmt::format_to(out, "  {:<22}{:>10.3f}{:>10.3f}{:>10.3f}{:>10.3f}{:>10.3f}\n", name,
                   to_ms(times.percentile(50)), to_ms(times.percentile(90)),
                   to_ms(times.percentile(99)), to_ms(times.percentile(99.9)), to_ms(times.max()));
}

void times_part(sink out, run_result const& r) {
    fmt::format_to(out, "\n  {:<22}{:>10}{:>10}{:>10}{:>10}{:>10}\n", "times in ms", "p50", "p90",
                   "p99", "p99.9", "max");
    time_row(out, "latency (from plan)", r.latency);
    time_row(out, "service (from send)", r.service);
    if (!r.deliveries) return;
    time_row(out, "accept to attempt", r.deliveries->accept_to_attempt);
    time_row(out, "accept to delivery", r.deliveries->accept_to_delivery);
    if (r.deliveries->lateness.count() > 0)
        time_row(out, "lateness of delayed", r.deliveries->lateness);
}

void counts_part(sink out, run_result const& r) {
    fmt::format_to(out, "  requests   {} planned, {} started, {} answered, {} accepted (2xx)\n",
                   grouped(r.generator.planned), grouped(r.generator.started), grouped(r.answered),
                   grouped(r.accepted));
    auto const seconds = r.duration_s > 0 ? r.duration_s : 1;
    fmt::format_to(out, "  rate       {}/s planned, {}/s started, {}/s accepted, for {:.1f} s\n",
                   rounded(static_cast<double>(r.generator.planned) / seconds),
                   rounded(r.started_rate()), rounded(static_cast<double>(r.accepted) / seconds),
                   r.duration_s);
    for (auto const& [status, count] : r.by_status)
        fmt::format_to(out, "  status     {}: {}\n", status, grouped(count));
    for (auto const& [kind, count] : r.by_failure)
        fmt::format_to(out, "  failure    {}: {}\n", kind, grouped(count));
    if (r.generator.unsent > 0) {
        fmt::format_to(out,
                       "  unsent     {} were due and never started; the latency counts the "
                       "time they had waited\n",
                       grouped(r.generator.unsent));
    }
}

void deliveries_part(sink out, run_result const& r) {
    if (!r.deliveries) return;
    auto const& d = *r.deliveries;
    fmt::format_to(out, "\n  accepted {} = delivered {}{}\n", grouped(d.accepted),
                   grouped(d.delivered), d.accepted == d.delivered ? "" : "   NOT EQUAL");
    fmt::format_to(out, "  lost {}   duplicated {}   reordered {}   early {}\n", grouped(d.lost),
                   grouped(d.duplicated), grouped(d.reordered), grouped(d.early));
    fmt::format_to(out, "  attempts {}   drained in {:.2f} s   gateway killed {} times\n",
                   grouped(d.attempts), r.drain_s, r.kills);
    if (d.refused_delivered > 0) {
        fmt::format_to(out, "  REFUSED, AND DELIVERED ALL THE SAME: {}\n",
                       grouped(d.refused_delivered));
    }
    if (d.unanswered_delivered > 0) {
        fmt::format_to(out, "  delivered though the caller got no answer: {} (allowed)\n",
                       grouped(d.unanswered_delivered));
    }
    if (d.unknown > 0)
        fmt::format_to(out, "  arrivals that are not of this run: {}\n", grouped(d.unknown));
}

} // namespace

std::string grouped(std::uint64_t number) {
    auto digits = fmt::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), 1, ',');
    return digits;
}

std::string to_table(run_result const& r) {
    std::string text;
    sink const out(text);
    fmt::format_to(out, "{} of {}{}\n", r.command, r.target,
                   r.is_interrupted ? " (interrupted)" : "");
    counts_part(out, r);
    times_part(out, r);
    deliveries_part(out, r);
    fmt::format_to(out, "\n  {}\n", rate_sentence(r));
    for (auto const& remark : r.remarks)
        fmt::format_to(out, "  {}\n", remark);
    for (auto const& one : r.judgements) {
        fmt::format_to(out, "  {:<6} {} (measured: {})\n", one.is_met ? "met" : "MISSED",
                       one.objective, one.measured);
    }
    return text;
}

std::string to_line(progress const& now, double planned_s) {
    auto const queued = now.in_queue ? fmt::format("  in queue {}", rounded(*now.in_queue)) : "";
    return fmt::format("{:3.0f}/{:.0f} s  {}/s{}  p50 {:.2f} ms  p99 {:.2f} ms  errors {}",
                       now.at_s, planned_s, rounded(now.rate), queued, now.p50_ms, now.p99_ms,
                       grouped(now.errors));
}

std::string to_percentile_file(histogram const& times) {
    std::string text = "       Value     Percentile TotalCount 1/(1-Percentile)\n\n";
    sink const out(text);
    // Each halving of what is left above gets the same number of lines.
    for (unsigned tick = 0; times.count() > 0; ++tick) {
        auto const half = tick / ticks_per_half;
        auto const left = std::exp2(-static_cast<double>(half));
        auto const share = 1 - left + left / 2 * (tick % ticks_per_half) / ticks_per_half;
        auto const value = times.percentile(100 * share);
        auto const below = times.count_up_to(value);
        if (below >= times.count()) break;
        fmt::format_to(out, "{:12.3f} {:14.12f} {:10} {:14.2f}\n", to_ms(value), share, below,
                       1 / (1 - share));
    }
    if (times.count() > 0) {
        fmt::format_to(out, "{:12.3f} {:14.12f} {:10}\n", to_ms(times.max()), 1.0, times.count());
    }
    fmt::format_to(out, "#[Mean    = {:12.3f}, StdDeviation   = {:12.3f}]\n", times.mean() / 1e6,
                   times.standard_deviation() / 1e6);
    fmt::format_to(out, "#[Max     = {:12.3f}, Total count    = {:12}]\n", to_ms(times.max()),
                   times.count());
    fmt::format_to(out, "#[Buckets = {:12}, SubBuckets     = {:12}]\n", 35, 2048);
    return text;
}

} // namespace sluice::gateway::stress
