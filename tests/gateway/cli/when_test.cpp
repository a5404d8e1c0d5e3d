#include "gateway/call/times.hpp"
#include "gateway/cli/when.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <ctime>

namespace when_test {

using namespace sluice::gateway;
using namespace sluice::gateway::cli;
using namespace std::chrono_literals;

namespace {

sluice::queue::wall_time const now = *call::parse_instant("2026-11-29T12:00:00Z");

// In a time zone of its own; the one before comes back.
struct in_india {
    in_india() { set("Asia/Kolkata"); }
    ~in_india() { set(before_ ? before_ : ""); }
    static void set(char const* zone) {
        ::setenv("TZ", zone, 1);
        ::tzset();
    }
    char const* before_ = std::getenv("TZ");
};

std::string text(std::string_view given) {
    auto const at = parse_when(given, now);
    return at ? call::to_text(*at) : "none";
}

} // namespace

BOOST_AUTO_TEST_SUITE(when_)

BOOST_FIXTURE_TEST_CASE(a_time_may_be_a_length_a_date_or_an_instant, in_india) {
    BOOST_TEST(text("1h") == "2026-11-29T11:00:00.000Z");
    BOOST_TEST(text("90m") == "2026-11-29T10:30:00.000Z");
    BOOST_TEST(text("7d") == "2026-11-22T12:00:00.000Z");
    BOOST_TEST(text("2026-11-29") == "2026-11-28T18:30:00.000Z"); // midnight in India
    BOOST_TEST(text("2026-11-29 14:30") == "2026-11-29T09:00:00.000Z");
    BOOST_TEST(text("2026-11-29T14:30:00Z") == "2026-11-29T14:30:00.000Z");
    BOOST_TEST(text("1764417600000") == "2025-11-29T12:00:00.000Z");
    for (auto const* wrong : {"", "h", "1y", "2026-02-30", "2026-11-29 14", "yesterday", "-1h"})
        BOOST_TEST(text(wrong) == "none", wrong);
}

BOOST_AUTO_TEST_CASE(an_age_is_in_the_largest_unit) {
    BOOST_TEST(age_text(0ms) == "0s");
    BOOST_TEST(age_text(59'999ms) == "59s");
    BOOST_TEST(age_text(3min) == "3m");
    BOOST_TEST(age_text(119min) == "1h");
    BOOST_TEST(age_text(49h) == "2d");
}

BOOST_AUTO_TEST_CASE(instants_are_ages_to_a_person_and_as_they_came_to_a_script) {
    time_style const person{now, true};
    BOOST_TEST(person.text("2026-11-29T11:57:00.000Z") == "3m ago");
    BOOST_TEST(person.text("2026-11-29T12:05:00.000Z") == "in 5m");
    BOOST_TEST(person.age("2026-11-29T11:57:00.000Z") == "3m");
    BOOST_TEST(person.text("") == "");
    BOOST_TEST(person.text("never") == "never");
    time_style const script{now, false};
    BOOST_TEST(script.text("2026-11-29T11:57:00.000Z") == "2026-11-29T11:57:00.000Z");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace when_test
