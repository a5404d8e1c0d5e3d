#include "gateway/client/retry_after.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

namespace sluice::gateway::client::retry_after_test {
namespace {

using namespace std::chrono_literals;

constexpr auto example = std::chrono::sys_days(std::chrono::year(1994) / 11 / 6) + 8h + 49min + 37s;

BOOST_AUTO_TEST_SUITE(retry_after)

BOOST_AUTO_TEST_CASE(seconds_are_taken_as_they_are) {
    BOOST_TEST((parse_retry_after("0", example) == 0ms));
    BOOST_TEST((parse_retry_after("120", example) == 120s));
    BOOST_TEST((parse_retry_after(" 5 ", example) == 5s));
}

BOOST_AUTO_TEST_CASE(fractions_are_rounded_up) {
    BOOST_TEST((parse_retry_after("3.5", example) == 4s));
    BOOST_TEST((parse_retry_after("0.001", example) == 1s));
    BOOST_TEST((parse_retry_after("4.0", example) == 4s));
}

BOOST_AUTO_TEST_CASE(what_can_only_be_a_moment_is_one) {
    std::chrono::sys_time<std::chrono::milliseconds> const now{1'764'000'000'000ms};
    BOOST_TEST((parse_retry_after("1764000030", now) == 30s));
    BOOST_TEST((parse_retry_after("1764000030.5", now) == 31s));
    BOOST_TEST((parse_retry_after("1764000030500", now) == 30'500ms));
    BOOST_TEST((parse_retry_after("1763999999", now) == 0ms));
    BOOST_TEST((parse_retry_after("999999999", now) == 999'999'999s));
}

BOOST_AUTO_TEST_CASE(enormous_numbers_are_bounded) {
    auto const longest = std::chrono::milliseconds(std::chrono::years(100));
    BOOST_TEST((parse_retry_after("9223372036854775807", example) == longest));
    BOOST_TEST((parse_retry_after("99999999999999999999999", example) == longest));
    BOOST_TEST((parse_retry_after("Fri, 31 Dec 9999 23:59:59 GMT", example) == longest));
}

BOOST_AUTO_TEST_CASE(all_three_date_forms_are_the_same_moment) {
    for (std::string_view const text :
         {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
          "Sun Nov  6 08:49:37 1994"}) {
        BOOST_TEST((parse_http_date(text, example) == example), text);
        BOOST_TEST((parse_retry_after(text, example - 90s) == 90s), text);
    }
}

BOOST_AUTO_TEST_CASE(a_past_date_is_zero) {
    BOOST_TEST((parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", example + 1h) == 0ms));
}

BOOST_AUTO_TEST_CASE(milliseconds_of_now_count) {
    BOOST_TEST((parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", example - 1500ms) == 1500ms));
}

BOOST_AUTO_TEST_CASE(two_digit_years_are_at_most_fifty_years_ahead) {
    auto const now = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1) + 0s;
    auto const near = parse_http_date("Wednesday, 01-Jan-70 00:00:00 GMT", now);
    auto const past = parse_http_date("Friday, 01-Jan-77 00:00:00 GMT", now);
    BOOST_TEST((near == std::chrono::sys_days(std::chrono::year(2070) / 1 / 1)));
    BOOST_TEST((past == std::chrono::sys_days(std::chrono::year(1977) / 1 / 1)));
}

BOOST_AUTO_TEST_CASE(anything_else_is_nothing) {
    constexpr std::array<std::string_view, 14> texts{"",
                                                     "-1",
                                                     "1.2.3",
                                                     "5s",
                                                     "soon",
                                                     "Sun, 06 Nov 1994 08:49:37",
                                                     "Sun, 06 Nov 1994 08:49:37 UTC",
                                                     "Sun, 6 Nov 1994 08:49:37 GMT",
                                                     "Sun, 31 Feb 1994 08:49:37 GMT",
                                                     "Sun, 06 Nov 1994 24:49:37 GMT",
                                                     "Sun, 06 Foo 1994 08:49:37 GMT",
                                                     "Xyz, 06 Nov 1994 08:49:37 GMT",
                                                     "Sun, 06 Nov 1994 08:49:37 GMT ",
                                                     "Sun Nov 6 08:49:37 1994x"};
    for (auto const text : texts) {
        // White space around the value is not part of it, but is part of a date.
        BOOST_TEST(!parse_http_date(text, example).has_value(), text);
        if (!text.ends_with(' ')) BOOST_TEST(!parse_retry_after(text, example).has_value(), text);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::gateway::client::retry_after_test
