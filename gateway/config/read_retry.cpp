#include "gateway/config/readers.hpp"
#include "gateway/config/units.hpp"

#include <fmt/format.h>

namespace sluice::gateway::config {
namespace {

using namespace std::chrono_literals;

constexpr duration_range delay_range{1ms, 24h * 366};

bool asks_for_backoff(table_reader& in) {
    bool const min = in.has("min_backoff");
    bool const max = in.has("max_backoff");
    bool const multiplier = in.has("multiplier");
    return min || max || multiplier;
}

void read_backoff(table_reader& in, queue::retry_options& to) {
    assign(to.min_backoff, in.duration("min_backoff", delay_range));
    assign(to.max_backoff, in.duration("max_backoff", delay_range));
    assign(to.multiplier, in.number("multiplier", {1.0, 100.0}));
    if (to.max_backoff < to.min_backoff)
        in.fail("max_backoff", fmt::format("must not be shorter than min_backoff, which is {}",
                                           format_duration(to.min_backoff)));
}

std::vector<std::chrono::milliseconds> read_schedule(table_reader& in) {
    if (!in.has("schedule")) return standard_webhooks_schedule();
    auto delays = in.durations("schedule", delay_range);
    if (!delays.empty()) return delays;
    auto const* given = in.array("schedule");
    if (given && given->empty())
        in.fail("schedule", "must not be empty; max_attempts = 1 is how nothing is tried again");
    return standard_webhooks_schedule();
}

} // namespace

queue::retry_options read_retry(table_reader in) {
    queue::retry_options to;
    bool const has_backoff = asks_for_backoff(in);
    bool const has_schedule = in.has("schedule");
    if (has_backoff && has_schedule)
        in.fail("schedule", "cannot stand beside min_backoff, max_backoff and multiplier");
    if (has_backoff) {
        read_backoff(in, to);
    } else {
        to.schedule = read_schedule(in);
        to.max_attempts = static_cast<std::uint32_t>(to.schedule.size()) + 1;
    }
    auto const attempts = to.max_attempts;
    assign(to.max_attempts, in.integer("max_attempts", {1, 10'000}));
    if (has_schedule && !has_backoff && to.max_attempts < attempts)
        in.warn("max_attempts", fmt::format("ends before the schedule does: its {} delays would "
                                            "be used with {}",
                                            attempts - 1, attempts));
    assign(to.jitter, in.number("jitter", {0.0, 1.0}));
    to.max_age = in.duration("max_age", delay_range);
    in.finish();
    return to;
}

queue::breaker_options read_breaker(table_reader in) {
    queue::breaker_options to;
    auto const share = in.number("failure_share", {0.01, 1.0});
    // Who names a share alone means the share alone.
    if (share) to.failures = 0;
    assign(to.failures, in.integer("failures", {1, 1'000'000}));
    assign(to.failure_share, share);
    assign(to.window, in.duration("window", {1s, 1h}));
    assign(to.min_attempts, in.integer("min_attempts", {1, 1'000'000}));
    for (auto const* key : {"window", "min_attempts"}) {
        if (in.has(key) && !in.has("failure_share"))
            in.warn(key, "has no effect without \"failure_share\"");
    }
    assign(to.open_for, in.duration("open_for", {10ms, 24h}));
    to.max_open_for = to.open_for;
    assign(to.max_open_for, in.duration("max_open_for", {10ms, 24h}));
    if (to.max_open_for < to.open_for)
        in.fail("max_open_for", fmt::format("must not be shorter than open_for, which is {}",
                                            format_duration(to.open_for)));
    in.finish();
    return to;
}

queue::retry_budget_options read_retry_budget(table_reader in) {
    queue::retry_budget_options to;
    assign(to.share, in.number("share", {0.0, 1.0}));
    assign(to.least, in.integer("least", {1, 1'000'000}));
    if (to.share >= 1 && in.has("least")) in.warn("least", "has no effect with share = 1");
    in.finish();
    return to;
}

std::optional<rate_limit> read_rate(table_reader& in) {
    constexpr integer_range range{1, 1'000'000'000};
    rate_limit to;
    assign(to.count, in.integer("rate", range));
    assign(to.period, in.duration("period", {1ms, 24h * 31}));
    if (in.has("rate")) return to;
    if (in.has("period")) in.warn("period", "has no effect without \"rate\"");
    return {};
}

} // namespace sluice::gateway::config
