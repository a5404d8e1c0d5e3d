#include "gateway/client/rate_limit_hint.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace rate_limit_hint_test {

namespace {

using namespace sluice::gateway;
using namespace std::chrono_literals;
constexpr std::chrono::sys_time<std::chrono::milliseconds> example{1'764'000'000'000ms};

client::rate_limit_hint read(std::string_view lines) {
    return client::read_rate_limit(lines, example);
}

} // namespace

BOOST_AUTO_TEST_SUITE(rate_limit_hint)

BOOST_AUTO_TEST_CASE(without_its_fields_nothing_is_said) {
    auto const hint = read("Content-Type: text/plain\r\nRetry-After: 7\r\nX-Request-Id: 1\r\n");
    BOOST_TEST(!hint.remaining.has_value());
    BOOST_TEST(!hint.reset.has_value());
    BOOST_TEST(!hint.is_used_up());
}

BOOST_AUTO_TEST_CASE(every_spelling_of_the_same_thing_is_read) {
    for (std::string_view const lines : {
             "RateLimit-Remaining: 0\r\nRateLimit-Reset: 30\r\n",
             "ratelimit-remaining: 0\r\nratelimit-reset:30\r\n",
             "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 1764000030\r\n",
             "x-rate-limit-remaining: 0\r\nx-rate-limit-reset: 1764000030000\r\n",
             "x-ratelimit-remaining: 0\r\nx-ratelimit-reset-after: 29.001\r\n",
             "RateLimit: \"default\";r=0;t=30\r\n",
             "RateLimit: limit=10, remaining=0, reset=30\r\n",
         }) {
        auto const hint = read(lines);
        BOOST_TEST(hint.is_used_up(), lines);
        BOOST_TEST((hint.reset == 30s), lines);
    }
}

BOOST_AUTO_TEST_CASE(of_several_limits_the_one_that_is_used_up_counts) {
    auto const hint =
        read("RateLimit: \"minute\";r=3;t=40, \"day\";r=0;t=7200, \"hour\";r=9;t=9\r\n");
    BOOST_TEST(hint.is_used_up());
    BOOST_TEST((hint.reset == 2h));
    BOOST_TEST((read("RateLimit: \"minute\";r=3;t=40\r\n").remaining == 3u));
}

BOOST_AUTO_TEST_CASE(fractions_are_rounded_up_and_moments_that_are_past_are_now) {
    BOOST_TEST((read("RateLimit-Reset: 1.5\r\n").reset == 2s));
    BOOST_TEST((read("X-RateLimit-Reset-After: 3.25\r\n").reset == 4s));
    BOOST_TEST((read("X-RateLimit-Reset: 1763999999\r\n").reset == 0ms));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_says_nothing) {
    for (std::string_view const value : {"", "soon", "-1", "1e3", "1.2.3", "0x10", "nan", "inf"}) {
        auto const hint = read(std::string("RateLimit-Reset: ").append(value).append("\r\n"));
        BOOST_TEST(!hint.reset.has_value(), value);
    }
}

BOOST_AUTO_TEST_CASE(no_reset_is_longer_than_a_century) {
    std::string const digits(300, '9');
    auto const hint = read("RateLimit-Reset: " + digits + "\r\n");
    BOOST_TEST((hint.reset.value() == std::chrono::milliseconds(std::chrono::years(100))));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rate_limit_hint_test
