#include "gateway/call/times.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace times_test {

using namespace sluice;
using gateway::call::local_time;
using gateway::call::parse_instant;
using gateway::call::to_text;

namespace {

queue::wall_time at(std::int64_t milliseconds) {
    return queue::wall_time(std::chrono::milliseconds(milliseconds));
}

} // namespace

BOOST_AUTO_TEST_SUITE(times)

BOOST_AUTO_TEST_CASE(instants_are_written_in_utc_with_milliseconds) {
    BOOST_TEST(to_text(at(0)) == "1970-01-01T00:00:00.000Z");
    BOOST_TEST(to_text(at(1'764'000'000'123)) == "2025-11-24T16:00:00.123Z");
}

BOOST_AUTO_TEST_CASE(every_form_of_an_instant_is_read) {
    struct row {
        char const* text;
        std::int64_t milliseconds;
    };
    for (auto const& [text, milliseconds] : {
             row{"1764000000123", 1'764'000'000'123},
             row{"2025-11-24T16:00:00Z", 1'764'000'000'000},
             row{"2025-11-24t16:00:00z", 1'764'000'000'000},
             row{"2025-11-24T16:00:00.1234567Z", 1'764'000'000'123},
             row{"2025-11-24T21:30:00+05:30", 1'764'000'000'000},
             row{"2025-11-24T11:00:00.5-05:00", 1'764'000'000'500},
             row{"2024-02-29T00:00:00Z", 1'709'164'800'000},
         }) {
        BOOST_TEST_CONTEXT(text) {
            auto const read = parse_instant(text);
            BOOST_REQUIRE(read);
            BOOST_TEST(read->time_since_epoch().count() == milliseconds);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_instant_is_refused) {
    for (auto const* text :
         {"", "soon", "-5", "1.5", "2025-11-24", "2025-11-24T16:00:00", "2025-02-29T00:00:00Z",
          "2025-13-01T00:00:00Z", "2025-11-24T24:00:00Z", "2025-11-24T16:60:00Z",
          "2025-11-24T16:00:00.Z", "2025-11-24T16:00:00+0530", "2025-11-24T16:00:00Zx",
          "999999999999999999999", "2025-11-24T16:00:00+24:00", "0", "1764000000", "99999999999"}) {
        BOOST_TEST(!parse_instant(text), text);
    }
}

BOOST_AUTO_TEST_CASE(seconds_are_told_from_milliseconds) {
    using gateway::call::is_unix_seconds;
    BOOST_TEST(is_unix_seconds("1764000000"));
    BOOST_TEST(is_unix_seconds("0"));
    BOOST_TEST(!is_unix_seconds("100000000000"));
    BOOST_TEST(parse_instant("100000000000").has_value());
    BOOST_TEST(!is_unix_seconds("soon"));
}

BOOST_AUTO_TEST_CASE(local_times_follow_the_zone_and_its_summer_time) {
    auto const winter = at(1'764'000'000'000);
    BOOST_TEST(local_time(winter, "Asia/Kolkata") == "2025-11-24T21:30:00+05:30");
    BOOST_TEST(local_time(winter, "America/New_York") == "2025-11-24T11:00:00-05:00");
    BOOST_TEST(local_time(winter, "UTC") == "2025-11-24T16:00:00+00:00");
    BOOST_TEST(local_time(winter, "no/such/zone") == "2025-11-24T16:00:00+00:00");
    auto const summer = *parse_instant("2026-07-01T12:00:00Z");
    BOOST_TEST(local_time(summer, "Europe/Berlin") == "2026-07-01T14:00:00+02:00");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace times_test
