#include "gateway/cli/top_text.hpp"

#include "gateway/cli/admin_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace sluice::gateway::cli {

namespace {

std::string rate_text(top_view const& of, double top_sample::*counter) {
    auto const length = std::chrono::duration<double>(of.now.at - of.before.at).count();
    if (length <= 0) return "-/s";
    // A gateway that was started anew counts from 0.
    auto const more = std::max(0.0, of.now.*counter - of.before.*counter);
    auto const rate = more / length;
    return rate < 10 ? fmt::format("{:.1f}/s", rate) : fmt::format("{:.0f}/s", rate);
}

// The value of each series of a family whose labels have `label` in them.
template <class Take>
void for_each_value(std::string_view page, std::string_view family, std::string_view label,
                    Take take) {
    while (!page.empty()) {
        auto const end = std::min(page.find('\n'), page.size());
        auto const line = page.substr(0, end);
        page.remove_prefix(std::min(end + 1, page.size()));
        if (!line.starts_with(family)) continue;
        auto const rest = line.substr(family.size());
        if (!rest.starts_with('{') && !rest.starts_with(' ')) continue;
        auto const blank = rest.rfind(' ');
        if (blank == rest.npos || rest.substr(0, blank).find(label) == rest.npos) continue;
        take(std::strtod(std::string(rest.substr(blank + 1)).c_str(), nullptr));
    }
}

} // namespace

double metric_sum(std::string_view page, std::string_view family, std::string_view label) {
    double sum = 0;
    for_each_value(page, family, label, [&sum](double value) { sum += value; });
    return sum;
}

double metric_most(std::string_view page, std::string_view family) {
    double most = 0;
    for_each_value(page, family, {}, [&most](double value) { most = std::max(most, value); });
    return most;
}

top_sample read_sample(std::string_view metrics, queue::mono_time at) {
    top_sample now;
    now.at = at;
    now.accepted = metric_sum(metrics, "sluice_tasks_accepted_total");
    now.delivered = metric_sum(metrics, "sluice_tasks_finished_total", "state=\"delivered\"");
    now.dead = metric_sum(metrics, "sluice_tasks_finished_total", "state=\"dead\"");
    now.attempts = metric_sum(metrics, "sluice_attempts_total");
    now.refused = metric_sum(metrics, "sluice_calls_refused_total");
    auto const held = [&](std::string_view state) {
        return metric_sum(metrics, "sluice_queue_tasks", fmt::format("state=\"{}\"", state));
    };
    now.scheduled = held("scheduled");
    now.ready = held("ready");
    now.in_flight = held("in_flight");
    now.retry = held("retry_wait");
    now.held_dead = held("dead");
    now.oldest_seconds = metric_most(metrics, "sluice_queue_oldest_seconds");
    return now;
}

std::string top_text(top_view const& of, table_layout const& how) {
    auto const& now = of.now;
    auto const word = of.is_ready ? std::string_view("ready") : std::string_view("NOT READY");
    auto const shown =
        how.has_colour ? painted(word, of.is_ready ? tone::good : tone::bad) : std::string(word);
    auto text = fmt::format("{}  {}\n", of.url, shown);
    text += cut_to(fmt::format(
                       "accepted {}  delivered {}  dead {}  attempts {}  refused {}",
                       rate_text(of, &top_sample::accepted), rate_text(of, &top_sample::delivered),
                       rate_text(of, &top_sample::dead), rate_text(of, &top_sample::attempts),
                       rate_text(of, &top_sample::refused)),
                   how.width == 0 ? std::string::npos : how.width) +
            '\n';
    text += cut_to(
        fmt::format("scheduled {:.0f}  ready {:.0f}  in flight {:.0f}  retry {:.0f}  dead {:.0f}  "
                    "oldest {}",
                    now.scheduled, now.ready, now.in_flight, now.retry, now.held_dead,
                    age_text(std::chrono::milliseconds(
                        static_cast<std::int64_t>(now.oldest_seconds * 1000)))),
        how.width == 0 ? std::string::npos : how.width);
    return text + "\n\n" + to_text(destinations_table(of.destinations, of.when), how);
}

} // namespace sluice::gateway::cli
