#include "gateway/cli/top_text.hpp"

#include "gateway/cli/admin_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

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

namespace {

// Parts on as few lines as they fit on, whole.
std::string in_lines(std::vector<std::string> const& parts, std::size_t width) {
    std::string text;
    std::size_t used = 0;
    for (auto const& part : parts) {
        bool const fits = width == 0 || used + 2 + part.size() <= width;
        if (!text.empty()) text += fits ? "  " : "\n";
        used = fits && !text.empty() ? used + 2 + part.size() : part.size();
        text += part;
    }
    return text + '\n';
}

std::string counters_text(top_view const& of, std::size_t width) {
    auto const& now = of.now;
    auto const count = [](char const* label, double value) {
        return fmt::format("{} {:.0f}", label, value);
    };
    auto const rate = [&of](char const* label, double top_sample::*counter) {
        return fmt::format("{} {}", label, rate_text(of, counter));
    };
    auto const oldest =
        std::chrono::milliseconds(static_cast<std::int64_t>(now.oldest_seconds * 1000));
    return in_lines({rate("accepted", &top_sample::accepted),
                     rate("delivered", &top_sample::delivered), rate("dead", &top_sample::dead),
                     rate("attempts", &top_sample::attempts),
                     rate("refused", &top_sample::refused)},
                    width) +
           in_lines({count("scheduled", now.scheduled), count("ready", now.ready),
                     count("in flight", now.in_flight), count("retry", now.retry),
                     count("dead", now.held_dead), "oldest " + age_text(oldest)},
                    width);
}

std::string first_line(top_view const& of, table_layout const& how) {
    auto const word = of.is_ready ? std::string_view("ready") : std::string_view("NOT READY");
    auto const shown =
        how.has_colour ? painted(word, of.is_ready ? tone::good : tone::bad) : std::string(word);
    auto const room =
        how.width == 0 ? std::string::npos : how.width - std::min(how.width, word.size() + 2);
    return fmt::format("{}  {}\n", cut_to(of.url, room), shown);
}

} // namespace

std::string top_text(top_view const& of, table_layout const& how) {
    auto text = first_line(of, how) + counters_text(of, how.width) + '\n';
    constexpr std::size_t around = 2; // the table's header, and what stands below the page
    auto const used = static_cast<std::size_t>(std::ranges::count(text, '\n')) + around;
    auto const room = of.rows == 0 ? of.destinations.size() : of.rows - std::min(of.rows, used);
    if (of.destinations.size() <= room)
        return text + to_text(destinations_table(of.destinations, of.when), how);
    auto const shown = room - std::min<std::size_t>(room, 1);
    boost::json::array const first(of.destinations.begin(),
                                   of.destinations.begin() + static_cast<std::ptrdiff_t>(shown));
    text += to_text(destinations_table(first, of.when), how);
    return text +
           cut_to(fmt::format("and {} more", of.destinations.size() - shown),
                  how.width == 0 ? std::string::npos : how.width) +
           '\n';
}

} // namespace sluice::gateway::cli
