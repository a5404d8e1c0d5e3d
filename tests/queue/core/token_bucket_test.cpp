#include "queue/core/token_bucket.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <vector>

namespace token_bucket_test {

namespace {

using namespace sluice::queue;
using namespace std::chrono_literals;
using std::chrono::microseconds;

constexpr mono_time start{1h};

// Sends whenever it may, until `end`; returns when.
std::vector<mono_time> send_all(token_bucket& bucket, mono_time from, mono_time end) {
    std::vector<mono_time> sent;
    for (mono_time now = from; now < end;) {
        if (auto const at = bucket.ready_at(now); at > now) {
            now = at;
            continue;
        }
        bucket.take(now);
        sent.push_back(now);
    }
    return sent;
}

// rate * t / period + burst, for every window that begins and ends with a send.
void check_windows(std::vector<mono_time> const& sent, token_bucket_options const& o) {
    auto const period = static_cast<std::uint64_t>(o.period.count());
    std::size_t broken = 0;
    for (std::size_t i = 0; i < sent.size(); ++i) {
        for (std::size_t j = i; j < sent.size(); ++j) {
            auto const window = static_cast<std::uint64_t>((sent[j] - sent[i]).count());
            if (j - i + 1 > o.rate * window / period + o.burst) ++broken;
        }
    }
    BOOST_TEST(broken == 0u);
}

} // namespace

BOOST_AUTO_TEST_SUITE(token_bucket)

BOOST_AUTO_TEST_CASE(without_a_rate_everything_goes_at_once) {
    sluice::queue::token_bucket bucket;
    for (int i = 0; i < 1000; ++i) {
        BOOST_TEST((bucket.ready_at(start) == start));
        bucket.take(start);
    }
}

BOOST_AUTO_TEST_CASE(a_burst_goes_at_once_and_the_rest_at_the_rate) {
    sluice::queue::token_bucket bucket({500, 1min, 50});
    auto const sent = send_all(bucket, start, start + 1min);
    BOOST_TEST(sent.size() == 549u); // 50, then one each 120 ms, the last before the minute ends
    BOOST_TEST((sent[49] == start));
    BOOST_TEST((sent[50] == start + 120ms));
    BOOST_TEST((sent[51] == start + 240ms));
}

BOOST_AUTO_TEST_CASE(no_window_holds_more_than_rate_and_burst_allow) {
    for (token_bucket_options const& o :
         {token_bucket_options{7, 1s, 1}, token_bucket_options{3, 1s, 5},
          token_bucket_options{1, 977ms, 2}, token_bucket_options{1000, 1s, 100},
          token_bucket_options{13, microseconds(999'983), 4}}) {
        sluice::queue::token_bucket bucket(o);
        auto const sent = send_all(bucket, start, start + 1500ms);
        BOOST_TEST_REQUIRE(!sent.empty());
        check_windows(sent, o);
    }
}

BOOST_AUTO_TEST_CASE(nothing_is_lost_by_rounding) {
    sluice::queue::token_bucket bucket({7, 1s, 1});
    BOOST_TEST(send_all(bucket, start, start + 1000s).size() == 7000u);
}

BOOST_AUTO_TEST_CASE(windows_hold_when_tokens_are_taken_at_random_times) {
    unsigned const seed = 7;
    BOOST_TEST_MESSAGE("seed " << seed);
    std::mt19937 random(seed);
    token_bucket_options const o{11, 1s, 3};
    sluice::queue::token_bucket bucket(o);
    std::vector<mono_time> sent;
    for (mono_time now = start; sent.size() < 500; now += microseconds(random() % 60'000)) {
        if (bucket.ready_at(now) > now) continue;
        bucket.take(now);
        sent.push_back(now);
    }
    check_windows(sent, o);
}

BOOST_AUTO_TEST_CASE(it_says_when_the_nth_token_comes) {
    sluice::queue::token_bucket bucket({10, 1s, 2});
    BOOST_TEST((bucket.ready_at(start, 2) == start));
    BOOST_TEST((bucket.ready_at(start, 3) == start + 100ms));
    BOOST_TEST((bucket.ready_at(start, 12) == start + 1s));
}

BOOST_AUTO_TEST_CASE(a_token_given_back_can_be_taken_again_but_never_above_the_burst) {
    sluice::queue::token_bucket bucket({1, 1s, 1});
    bucket.take(start);
    bucket.give_back();
    BOOST_TEST((bucket.ready_at(start) == start));
    bucket.give_back();
    bucket.take(start);
    BOOST_TEST((bucket.ready_at(start) == start + 1s));
}

BOOST_AUTO_TEST_CASE(other_limits_bring_no_tokens) {
    sluice::queue::token_bucket bucket({1, 1s, 10});
    for (int i = 0; i < 10; ++i)
        bucket.take(start);
    bucket.reconfigure({100, 1s, 100}, start);
    BOOST_TEST((bucket.ready_at(start) == start + 10ms));
    bucket.reconfigure({1, 1min, 5}, start + 100ms); // ten tokens have gathered, five may stay
    auto const sent = send_all(bucket, start + 100ms, start + 1s);
    BOOST_TEST(sent.size() == 5u);
}

BOOST_AUTO_TEST_CASE(attempts_of_the_past_count_as_far_as_they_are_not_made_up_for) {
    sluice::queue::token_bucket bucket({10, 1s, 5});
    for (int i = 0; i < 5; ++i)
        bucket.charge(start - 1h);
    for (int i = 0; i < 5; ++i)
        bucket.charge(start - 200ms);
    BOOST_TEST((bucket.ready_at(start, 2) == start));
    BOOST_TEST((bucket.ready_at(start, 3) == start + 100ms));
}

BOOST_AUTO_TEST_CASE(extreme_limits_do_not_overflow) {
    token_bucket_options const o{~0ull / 8, microseconds(1), ~0ull};
    sluice::queue::token_bucket fast(o);
    fast.take(start);
    BOOST_TEST((fast.ready_at(start + 24h * 366, 1000) == start + 24h * 366));
    sluice::queue::token_bucket slow({1, 24h * 366, 1});
    slow.take(start);
    BOOST_TEST((slow.ready_at(start) == start + 24h * 366));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace token_bucket_test
