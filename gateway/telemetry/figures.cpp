#include "gateway/telemetry/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <string_view>

namespace sluice::gateway::telemetry {

namespace {

constexpr std::array<std::string_view, figures::columns> names{"accepted",
                                                               "delivered",
                                                               "failed",
                                                               "waiting",
                                                               "dead",
                                                               "oldest_seconds",
                                                               "completion_p50_ms",
                                                               "completion_p99_ms",
                                                               "life_p50_ms",
                                                               "life_p99_ms",
                                                               "lateness_p99_ms",
                                                               "sync_p99_ms"};
// Every so many bounds of a histogram: a percentile is right within a quarter.
constexpr std::size_t bounds_apart = 9;

std::uint64_t bound_us(std::size_t n) {
    auto const bucket = std::min(n * bounds_apart, duration_histogram::buckets - 1);
    return duration_histogram::upper_bound_us(bucket);
}
constexpr std::size_t bound_count = duration_histogram::buckets / bounds_apart + 1;

std::vector<std::uint64_t> outline_of(duration_histogram const& from) {
    duration_distribution all;
    from.add_to(all);
    std::vector<std::uint64_t> counts(bound_count);
    for (std::size_t i = 0; i < bound_count; ++i) {
        auto const most = static_cast<std::uint64_t>(std::chrono::microseconds::max().count());
        auto const bound = static_cast<std::int64_t>(std::min(bound_us(i), most));
        counts[i] = all.count_up_to(std::chrono::microseconds(bound));
    }
    return counts;
}

// Of what was counted between the two; no number where nothing was.
float percentile_ms(std::vector<std::uint64_t> const& before, std::vector<std::uint64_t> const& now,
                    double share) {
    auto const counted = now.back() - before.back();
    if (counted == 0) return std::numeric_limits<float>::quiet_NaN();
    auto const wanted = static_cast<double>(counted) * share;
    for (std::size_t i = 0; i + 1 < now.size(); ++i) {
        if (static_cast<double>(now[i] - before[i]) >= wanted)
            return static_cast<float>(static_cast<double>(bound_us(i)) / 1000.0);
    }
    return static_cast<float>(static_cast<double>(bound_us(now.size() - 2)) / 1000.0);
}

std::int64_t slot_of(queue::wall_time at, std::chrono::seconds step) {
    return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch() / step;
}

float a_second(std::uint64_t before, std::uint64_t now, double seconds) {
    return now > before ? static_cast<float>(static_cast<double>(now - before) / seconds) : 0.F;
}

} // namespace

figures::figures() {
    short_.step = short_step;
    short_.rows.resize(static_cast<std::size_t>(short_span / short_step) + 1);
    long_.step = long_step;
    long_.rows.resize(static_cast<std::size_t>(long_span / long_step) + 1);
}

figures::reading figures::read(figure_totals const& now) {
    outline const empty(bound_count);
    reading made{now, empty, empty, empty, empty};
    if (!now.durations) return made;
    made.completion = outline_of(now.durations->completion_duration);
    made.life = outline_of(now.durations->life);
    made.lateness = outline_of(now.durations->lateness);
    made.sync = outline_of(now.durations->fsync_duration);
    return made;
}

void figures::take(figure_totals const& now) {
    auto const read_now = read(now);
    take(short_, read_now);
    take(long_, read_now);
}

void figures::take(ring& into, reading const& now) {
    auto const slot = slot_of(now.totals.at, into.step);
    auto const set = [](row& to, column which, float value) {
        to.values[static_cast<std::size_t>(which)] = value;
    };
    if (!into.before) {
        into.before = now;
        return;
    }
    auto const& before = *into.before;
    // The wall clock may have been set back: then the rows begin anew behind it.
    if (slot <= slot_of(before.totals.at, into.step)) {
        if (now.totals.at < before.totals.at) into.before = now;
        return;
    }
    auto const seconds = std::chrono::duration<double>(now.totals.at - before.totals.at).count();
    auto& to = into.rows[static_cast<std::size_t>(slot) % into.rows.size()];
    to.slot = slot;
    set(to, column::accepted, a_second(before.totals.accepted, now.totals.accepted, seconds));
    set(to, column::delivered, a_second(before.totals.delivered, now.totals.delivered, seconds));
    set(to, column::failed, a_second(before.totals.failed, now.totals.failed, seconds));
    set(to, column::waiting, static_cast<float>(now.totals.waiting));
    set(to, column::dead, static_cast<float>(now.totals.dead));
    set(to, column::oldest_seconds, static_cast<float>(now.totals.oldest_seconds));
    set(to, column::completion_p50_ms, percentile_ms(before.completion, now.completion, 0.5));
    set(to, column::completion_p99_ms, percentile_ms(before.completion, now.completion, 0.99));
    set(to, column::life_p50_ms, percentile_ms(before.life, now.life, 0.5));
    set(to, column::life_p99_ms, percentile_ms(before.life, now.life, 0.99));
    set(to, column::lateness_p99_ms, percentile_ms(before.lateness, now.lateness, 0.99));
    set(to, column::sync_p99_ms, percentile_ms(before.sync, now.sync, 0.99));
    into.before = now;
}

std::string figures::to_json(std::chrono::seconds span, queue::wall_time now) const {
    auto const& from = span <= short_span ? short_ : long_;
    auto const slot = slot_of(now, from.step);
    auto const count = std::clamp<std::int64_t>(span / from.step, 1,
                                                static_cast<std::int64_t>(from.rows.size()) - 1);
    std::string out;
    auto to = std::back_inserter(out);
    fmt::format_to(to, R"({{"step_seconds":{},"slot":{},"series":{{)", from.step.count(), slot);
    for (std::size_t i = 0; i < columns; ++i) {
        fmt::format_to(to, R"({}"{}":[)", i == 0 ? "" : ",", names[i]);
        for (auto at = slot - count + 1; at <= slot; ++at) {
            auto const& row = from.rows[static_cast<std::size_t>(at) % from.rows.size()];
            if (out.back() != '[') out += ',';
            if (row.slot != at || std::isnan(row.values[i])) {
                out += "null";
            } else {
                fmt::format_to(to, "{:.4g}", row.values[i]);
            }
        }
        out += ']';
    }
    out += "}}";
    return out;
}

} // namespace sluice::gateway::telemetry
