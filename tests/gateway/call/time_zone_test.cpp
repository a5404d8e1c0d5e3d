#include "gateway/call/time_zone.hpp"
#include "gateway/call/times.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace time_zone_test {

using namespace sluice::gateway;
using call::find_time_zone;
using call::local_day_of;
using call::parse_date;
using call::parse_instant;
using call::start_of_day;

BOOST_AUTO_TEST_SUITE(time_zone)

BOOST_AUTO_TEST_CASE(a_day_begins_at_its_first_instant) {
    struct row {
        char const* zone;
        char const* day;
        char const* start;
    };
    for (auto const& [zone, day, start] : {
             row{"Asia/Kolkata", "2026-03-29", "2026-03-28T18:30:00.000Z"},
             row{"UTC", "2026-03-29", "2026-03-29T00:00:00.000Z"},
             row{"no/such/zone", "2026-03-29", "2026-03-29T00:00:00.000Z"},
             // Summer time begins at 02:00 of the 29th and ends at 03:00 of the 25th.
             row{"Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00.000Z"},
             row{"Europe/Berlin", "2026-03-30", "2026-03-29T22:00:00.000Z"},
             row{"Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00.000Z"},
             row{"Europe/Berlin", "2026-10-26", "2026-10-25T23:00:00.000Z"},
             // Summer time skips midnight: the day begins at 01:00.
             row{"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00.000Z"},
             // Midnight comes twice, at 04:00Z and an hour later.
             row{"America/Havana", "2025-11-02", "2025-11-02T04:00:00.000Z"},
             // The zone left this day out.
             row{"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00.000Z"},
             row{"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00.000Z"},
         }) {
        BOOST_TEST_CONTEXT(zone << ' ' << day) {
            auto const began = start_of_day(parse_date(day).value(), find_time_zone(zone));
            BOOST_TEST(call::to_text(began) == start);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_instant_lies_in_the_day_that_the_wall_shows) {
    struct row {
        char const* zone;
        char const* instant;
        char const* day;
    };
    for (auto const& [zone, instant, day] : {
             row{"Asia/Kolkata", "2026-03-28T18:29:59.999Z", "2026-03-28"},
             row{"Asia/Kolkata", "2026-03-28T18:30:00Z", "2026-03-29"},
             row{"Europe/Berlin", "2026-03-29T21:59:59.999Z", "2026-03-29"},
             row{"Europe/Berlin", "2026-03-29T22:00:00Z", "2026-03-30"},
             row{"Europe/Berlin", "2026-10-25T22:30:00Z", "2026-10-25"},
             row{"America/Havana", "2025-11-02T04:00:00Z", "2025-11-02"},
             row{"Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29"},
             row{"Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31"},
             row{"UTC", "100000000000", "1973-03-03"},
         }) {
        BOOST_TEST_CONTEXT(zone << ' ' << instant) {
            auto const found = local_day_of(parse_instant(instant).value(), find_time_zone(zone));
            BOOST_TEST(call::to_text(found) == day);
        }
    }
}

BOOST_AUTO_TEST_CASE(dates_are_read_strictly) {
    BOOST_TEST(call::to_text(parse_date("2024-02-29").value()) == "2024-02-29");
    for (auto const* text : {"", "today", "2026-02-29", "2026-13-01", "2026-00-10", "2026-1-1",
                             "2026/03/29", "2026-03-29T", "+026-03-29", "2026- 3-29"}) {
        BOOST_TEST(!parse_date(text), text);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace time_zone_test
