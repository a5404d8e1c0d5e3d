#include "gateway/stress/report/report_style.hpp"
#include "gateway/stress/report/report_text.hpp"
#include "gateway/stress/report/svg_plot.hpp"

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <iterator>
#include <utility>

namespace sluice::gateway::stress {

namespace {

using points = std::vector<std::pair<double, double>>;

points over_time(run_result const& r, double timeline_point::*member) {
    points out;
    for (auto const& one : r.timeline)
        out.emplace_back(one.at_s - one.length_s / 2, one.*member);
    return out;
}

plot_series series(std::string name, unsigned colour, points values) {
    return {std::move(name), colour, false, false, std::move(values)};
}

plot_spec rate_plot(run_result const& r) {
    plot_spec plot{"plot-rate", "Rate", "seconds", "requests a second", {}, false, {}, {}};
    plot.series = {series("planned", 4, over_time(r, &timeline_point::planned)),
                   series("started", 1, over_time(r, &timeline_point::started)),
                   series("accepted", 0, over_time(r, &timeline_point::answered))};
    plot.series.front().is_dashed = true;
    return plot;
}

plot_spec latency_plot(run_result const& r) {
    plot_spec plot{"plot-latency",        "Latency over time", "seconds", "ms", {}, true, {},
                   "nothing was answered"};
    plot.series = {series("max", 3, over_time(r, &timeline_point::max_ms)),
                   series("p99", 2, over_time(r, &timeline_point::p99_ms)),
                   series("p90", 1, over_time(r, &timeline_point::p90_ms)),
                   series("p50", 0, over_time(r, &timeline_point::p50_ms))};
    return plot;
}

// Over log10(1 / (1 - share)): every further nine is as wide as the one before.
points curve_of(histogram const& times) {
    points out;
    auto const most = std::log10(static_cast<double>(std::max<std::uint64_t>(times.count(), 10)));
    for (unsigned i = 0; times.count() > 0 && i <= 200; ++i) {
        auto const x = most * i / 200;
        auto const share = 1 - std::pow(10, -x);
        out.emplace_back(x, to_ms(times.percentile(100 * share)));
    }
    return out;
}

plot_spec percentile_plot(run_result const& r) {
    plot_spec plot{"plot-percentiles",    "Percentiles", "share of requests", "ms", {}, true, {},
                   "nothing was answered"};
    plot.series = {series("latency", 2, curve_of(r.latency)),
                   series("service", 0, curve_of(r.service))};
    if (r.deliveries) {
        plot.series.push_back(
            series("accept to attempt", 1, curve_of(r.deliveries->accept_to_attempt)));
    }
    plot.x_ticks = {{0, "0"},       {1, "90 %"},     {2, "99 %"},     {3, "99.9 %"},
                    {4, "99.99 %"}, {5, "99.999 %"}, {6, "99.9999 %"}};
    return plot;
}

plot_spec error_plot(run_result const& r) {
    plot_spec plot{"plot-errors", "Errors", "seconds", "a second; anything but a 2xx", {},
                   false,         {},       {}};
    plot.series = {series("errors", 3, over_time(r, &timeline_point::failed))};
    plot.series.front().is_filled = true;
    return plot;
}

plot_spec queue_plot(run_result const& r) {
    plot_spec plot{"plot-queue", "Queue depth", "seconds", "accepted and not yet delivered",
                   {},           false,         {},        {}};
    points depth;
    for (auto const& one : r.timeline) {
        if (one.in_queue) depth.emplace_back(one.at_s, *one.in_queue);
    }
    plot.series = {series("in queue", 1, std::move(depth))};
    plot.series.front().is_filled = true;
    return plot;
}

void tile(std::string& out, std::string_view name, std::string const& value,
          std::string_view state = {}) {
    fmt::format_to(std::back_inserter(out),
                   "<div class=\"tile {}\"><span>{}</span><strong>{}</strong></div>\n", state, name,
                   html_escape(value));
}

std::string_view good_when_zero(std::uint64_t count) {
    return count == 0 ? "good" : "bad";
}

std::string shown_time(histogram const& times, double percent) {
    if (times.count() == 0) return "-";
    return fmt::format("{:.3g} ms", to_ms(times.percentile(percent)));
}

std::string tiles(run_result const& r) {
    std::string out;
    auto const seconds = r.duration_s > 0 ? r.duration_s : 1;
    tile(out, "accepted", grouped(r.accepted));
    tile(out, "accepted /s", fmt::format("{:.0f}", static_cast<double>(r.accepted) / seconds));
    tile(out, "latency p50", shown_time(r.latency, 50));
    tile(out, "latency p99", shown_time(r.latency, 99));
    tile(out, "errors", grouped(r.errors), r.kills > 0 ? "" : good_when_zero(r.errors));
    if (!r.deliveries) return out;
    auto const& d = *r.deliveries;
    tile(out, "delivered", grouped(d.delivered));
    tile(out, "lost", grouped(d.lost), good_when_zero(d.lost));
    tile(out, "duplicated", grouped(d.duplicated), r.kills > 0 ? "" : good_when_zero(d.duplicated));
    tile(out, "reordered", grouped(d.reordered), good_when_zero(d.reordered));
    tile(out, "early", grouped(d.early), good_when_zero(d.early));
    if (r.kills > 0) tile(out, "gateway killed", fmt::format("{} times", r.kills));
    return out;
}

void time_row(std::string& out, std::string_view name, histogram const& times) {
    if (times.count() == 0) return;
    fmt::format_to(std::back_inserter(out), "<tr><th scope=\"row\">{}</th>", name);
    for (auto const percent : {50.0, 90.0, 99.0, 99.9, 100.0}) {
        fmt::format_to(std::back_inserter(out), "<td>{:.3f}</td>",
                       to_ms(times.percentile(percent)));
    }
    out += "</tr>\n";
}

std::string times_table(run_result const& r) {
    std::string out = "<table><thead><tr><th>ms</th><th>p50</th><th>p90</th><th>p99</th>"
                      "<th>p99.9</th><th>max</th></tr></thead><tbody>\n";
    time_row(out, "latency, from the planned start", r.latency);
    time_row(out, "service, from the moment it was sent", r.service);
    if (r.deliveries) {
        time_row(out, "accepted to first attempt", r.deliveries->accept_to_attempt);
        time_row(out, "accepted to delivery", r.deliveries->accept_to_delivery);
        time_row(out, "lateness of delayed tasks", r.deliveries->lateness);
    }
    return out + "</tbody></table>\n";
}

std::string counts_table(run_result const& r) {
    std::string out = "<table><thead><tr><th>answers</th><th>count</th></tr></thead><tbody>\n";
    auto const row = [&out](std::string const& name, std::uint64_t count) {
        fmt::format_to(std::back_inserter(out), "<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n",
                       html_escape(name), count);
    };
    for (auto const& [status, count] : r.by_status)
        row(fmt::format("status {}", status), count);
    for (auto const& [kind, count] : r.by_failure)
        row(kind, count);
    if (r.generator.unsent > 0) row("never sent", r.generator.unsent);
    return out + "</tbody></table>\n";
}

std::string findings(run_result const& r) {
    std::string out = "<ul class=\"findings\">\n";
    auto const item = [&out](std::string_view state, std::string const& text) {
        fmt::format_to(std::back_inserter(out), "<li class=\"{}\">{}</li>\n", state,
                       html_escape(text));
    };
    for (auto const& one : r.judgements) {
        item(one.is_met ? "good" : "bad",
             fmt::format("{} {} (measured: {})", one.is_met ? "Met:" : "Missed:", one.objective,
                         one.measured));
    }
    item(kept_its_rate(r) ? "good" : "bad", rate_sentence(r));
    for (auto const& remark : r.remarks)
        item("", remark);
    return out + "</ul>\n";
}

} // namespace

std::string to_page(run_result const& r) {
    std::string page = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                       "<meta name=\"color-scheme\" content=\"light dark\">\n"
                       "<link rel=\"icon\" href=\"data:,\">\n";
    auto const out = std::back_inserter(page);
    fmt::format_to(out, "<title>sluice {}: {}</title>\n<style>{}</style></head><body>\n",
                   html_escape(r.command), html_escape(r.target), report_style);
    fmt::format_to(out,
                   "<header><h1>sluice {}</h1><p>{} &middot; {} &middot; {:.0f} s &middot; "
                   "{:.0f}/s planned &middot; {} connections{}</p></header>\n",
                   html_escape(r.command), html_escape(r.target), html_escape(r.began),
                   r.duration_s, r.planned_rate, r.connections,
                   r.is_interrupted ? " &middot; interrupted" : "");
    page += "<section class=\"tiles\">\n" + tiles(r) + "</section>\n" + findings(r);
    page += "<section class=\"plots\">\n" + render_plot(rate_plot(r)) +
            render_plot(latency_plot(r)) + render_plot(percentile_plot(r));
    if (r.deliveries) page += render_plot(queue_plot(r));
    page += render_plot(error_plot(r)) + "<div class=\"tables\">\n" + times_table(r) +
            counts_table(r) + "</div>\n</section>\n";
    fmt::format_to(out, "<div id=\"tip\" hidden></div>\n<script>{}</script></body></html>\n",
                   report_script);
    return page;
}

} // namespace sluice::gateway::stress
