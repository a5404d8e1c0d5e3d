#include "queue/core/retry.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

namespace sluice::queue {

namespace {

using std::chrono::milliseconds;

double plain_backoff_ms(retry_options const& options, std::uint32_t attempts) {
    if (!options.schedule.empty()) {
        auto const i = std::min<std::size_t>(attempts - 1, options.schedule.size() - 1);
        return static_cast<double>(options.schedule[i].count());
    }
    auto const first = static_cast<double>(options.min_backoff.count());
    auto const most = static_cast<double>(options.max_backoff.count());
    // pow may reach infinity; `min` brings it back.
    return std::min(most, first * std::pow(options.multiplier, attempts - 1));
}

} // namespace

milliseconds backoff(retry_options const& options, std::uint32_t attempts, std::uint64_t random) {
    double const plain = plain_backoff_ms(options, std::max(attempts, 1u));
    double const share = std::clamp(options.jitter, 0.0, 1.0);
    double const unit = static_cast<double>(random >> 11) * 0x1p-53; // [0, 1)
    double const wait = plain * (1.0 - share + 2.0 * share * unit);
    return milliseconds(std::llround(std::max(wait, 0.0)));
}

retry_answer next_attempt(retry_options const& options, retry_question const& question) {
    retry_answer answer;
    if (question.attempts >= options.max_attempts) {
        answer.stop = retry_stop::max_attempts;
        return answer;
    }
    answer.wait = backoff(options, question.attempts, question.random);
    if (question.retry_after) answer.wait = std::max(answer.wait, *question.retry_after);
    wall_time const at = question.now + answer.wait;
    if (options.max_age && at - question.not_before > *options.max_age) {
        answer.stop = retry_stop::max_age;
    } else if (at >= question.expires_at) {
        answer.stop = retry_stop::expires_at;
    }
    return answer;
}

std::string to_text(milliseconds duration) {
    constexpr std::pair<std::int64_t, std::string_view> units[] = {
        {86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1'000, "s"}};
    auto const count = duration.count();
    for (auto const& [size, name] : units) {
        if (count != 0 && count % size == 0) return std::to_string(count / size).append(name);
    }
    return std::to_string(count) + "ms";
}

} // namespace sluice::queue
