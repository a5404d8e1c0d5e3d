#include "queue/core/retry.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

namespace retry_test {

namespace {

using namespace sluice::queue;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr wall_time start{std::chrono::milliseconds{1'764'000'000'000}};
constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t middle = 1ull << 63;

retry_options ladder() {
    retry_options o;
    o.schedule = {5s, 30s, 5min};
    o.jitter = 0;
    o.max_attempts = 100;
    return o;
}

retry_question question(std::uint32_t attempts) {
    retry_question q;
    q.attempts = attempts;
    q.random = middle;
    q.now = q.not_before = start;
    return q;
}

} // namespace

BOOST_AUTO_TEST_SUITE(retry)

BOOST_AUTO_TEST_CASE(a_schedule_is_followed_and_its_last_wait_repeats) {
    milliseconds const waits[] = {5s, 30s, 5min, 5min, 5min};
    std::uint32_t attempts = 0;
    for (milliseconds const wait : waits)
        BOOST_TEST((backoff(ladder(), ++attempts, most) == wait));
}

BOOST_AUTO_TEST_CASE(an_exponential_backoff_doubles_up_to_its_bound) {
    retry_options o;
    o.min_backoff = 1s;
    o.max_backoff = 10s;
    o.multiplier = 2;
    o.jitter = 0;
    milliseconds const waits[] = {1s, 2s, 4s, 8s, 10s, 10s};
    std::uint32_t attempts = 0;
    for (milliseconds const wait : waits)
        BOOST_TEST((backoff(o, ++attempts, 0) == wait));
    BOOST_TEST((backoff(o, 4'000'000'000u, 0) == 10s));
}

BOOST_AUTO_TEST_CASE(jitter_spreads_the_wait_evenly_on_both_sides) {
    struct row {
        double jitter;
        std::uint64_t random;
        milliseconds wait;
    };
    for (row const& r :
         {row{0.2, 0, 8s}, row{0.2, middle, 10s}, row{0.2, most, 12s}, row{1.0, 0, 0s},
          row{1.0, middle, 10s}, row{0.0, 0, 10s}, row{0.0, most, 10s}}) {
        retry_options o;
        o.schedule = {10s};
        o.jitter = r.jitter;
        BOOST_TEST((backoff(o, 1, r.random) == r.wait));
    }
}

BOOST_AUTO_TEST_CASE(a_thousand_retries_do_not_meet_again) {
    retry_options o;
    o.schedule = {5s};
    o.jitter = 0.2;
    std::array<int, 20> slices{}; // 4 s to 6 s, 100 ms each
    std::uint64_t random = 1;
    for (int i = 0; i < 1000; ++i) {
        random = random * 6364136223846793005ull + 1442695040888963407ull;
        auto const slice = (backoff(o, 1, random) - 4s) / 100ms;
        ++slices[static_cast<std::size_t>(std::min<std::int64_t>(slice, 19))];
    }
    BOOST_TEST(*std::max_element(slices.begin(), slices.end()) < 80);
    BOOST_TEST(*std::min_element(slices.begin(), slices.end()) > 25);
}

BOOST_AUTO_TEST_CASE(the_first_bound_reached_stops) {
    struct row {
        char const* what;
        std::uint32_t attempts;
        std::uint32_t max_attempts;
        std::optional<milliseconds> max_age;
        milliseconds age;
        wall_time expires_at;
        retry_stop stop;
    };
    for (row const& r : {
             row{"nothing reached", 1, 3, {}, 0s, never, retry_stop::none},
             row{"attempts left", 2, 3, {}, 0s, never, retry_stop::none},
             row{"no attempts left", 3, 3, {}, 0s, never, retry_stop::max_attempts},
             row{"one attempt only", 1, 1, {}, 0s, never, retry_stop::max_attempts},
             row{"exactly at max_age", 1, 9, 60s, 55s, never, retry_stop::none},
             row{"past max_age", 1, 9, 60s, 55'001ms, never, retry_stop::max_age},
             row{"before expiry", 1, 9, {}, 0s, start + 5'001ms, retry_stop::none},
             row{"at expiry", 1, 9, {}, 0s, start + 5s, retry_stop::expires_at},
             row{"attempts before age", 9, 9, 1s, 55s, start, retry_stop::max_attempts},
             row{"age before expiry", 1, 9, 1s, 55s, start, retry_stop::max_age},
         }) {
        BOOST_TEST_CONTEXT(r.what) {
            retry_options o = ladder();
            o.schedule = {5s};
            o.max_attempts = r.max_attempts;
            o.max_age = r.max_age;
            retry_question q = question(r.attempts);
            q.not_before = start - r.age;
            q.expires_at = r.expires_at;
            BOOST_TEST((next_attempt(o, q).stop == r.stop));
        }
    }
}

BOOST_AUTO_TEST_CASE(retry_after_wins_where_it_is_longer) {
    retry_question q = question(1);
    q.retry_after = 20s;
    BOOST_TEST((next_attempt(ladder(), q).wait == 20s));
    q.retry_after = 1s;
    BOOST_TEST((next_attempt(ladder(), q).wait == 5s));
}

BOOST_AUTO_TEST_CASE(durations_are_written_with_their_largest_unit) {
    std::pair<milliseconds, std::string> const rows[] = {
        {24h * 3, "3d"},    {36h, "36h"},      {90min, "90m"}, {90s, "90s"},
        {1500ms, "1500ms"}, {24h * 14, "14d"}, {1h, "1h"},     {0ms, "0ms"}};
    for (auto const& [duration, text] : rows)
        BOOST_TEST(to_text(duration) == text);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace retry_test
