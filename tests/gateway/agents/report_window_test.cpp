#include "gateway/agents/report_window.hpp"
#include "tests/gateway/agents/instants.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace report_window_test {

using namespace sluice::gateway;
using agents::days_of;
using agents::interval;
using agents::read_window;
using sluice::tests::at;

namespace {

constexpr char now[] = "2026-03-29T12:00:00+02:00";

call::checked<interval> read(char const* from, char const* to, char const* zone = "Europe/Berlin") {
    return read_window({from, "/from"}, {to, "/to"}, call::find_time_zone(zone), at(now));
}

} // namespace

BOOST_AUTO_TEST_SUITE(report_window)

BOOST_AUTO_TEST_CASE(a_window_is_read_in_the_time_zone_of_the_account) {
    struct row {
        char const* zone;
        char const* from;
        char const* to;
        char const* start;
        char const* end;
    };
    for (auto const& [zone, from, to, start, end] : {
             // Today, on which summer time begins: 23 hours.
             row{"Europe/Berlin", "", "", "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00"},
             row{"Asia/Kolkata", "", "", "2026-03-29T00:00:00+05:30", "2026-03-30T00:00:00+05:30"},
             // 25 hours.
             row{"Europe/Berlin", "2026-10-25", "2026-10-25", "2026-10-25T00:00:00+02:00",
                 "2026-10-26T00:00:00+01:00"},
             row{"Asia/Kolkata", "2026-03-01", "2026-03-31", "2026-03-01T00:00:00+05:30",
                 "2026-04-01T00:00:00+05:30"},
             // One end alone.
             row{"Asia/Kolkata", "2026-03-27", "", "2026-03-27T00:00:00+05:30",
                 "2026-03-30T00:00:00+05:30"},
             row{"Asia/Kolkata", "", "2026-03-01", "2026-03-01T00:00:00+05:30",
                 "2026-03-02T00:00:00+05:30"},
             row{"Europe/Berlin", "", "2026-03-28T10:00:00Z", "2026-03-28T00:00:00+01:00",
                 "2026-03-28T10:00:00Z"},
             // Instants are what they are, whatever the zone.
             row{"Asia/Kolkata", "2026-03-28T10:00:00Z", "1774785600000", "2026-03-28T10:00:00Z",
                 "2026-03-29T12:00:00Z"},
         }) {
        BOOST_TEST_CONTEXT(zone << ' ' << from << ".." << to) {
            auto const window = read(from, to, zone);
            BOOST_REQUIRE(window);
            BOOST_TEST((*window == interval{at(start), at(end)}));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_window_is_refused_with_its_place) {
    struct row {
        char const* from;
        char const* to;
        char const* pointer;
        char const* detail;
    };
    for (auto const& [from, to, pointer, detail] : {
             row{"yesterday", "", "/from",
                 "from must be a date (2026-03-29) or a time with its offset "
                 "(2026-03-29T09:00:00+05:30); it is \"yesterday\"."},
             row{"", "2026-02-30", "/to",
                 "to must be a date (2026-03-29) or a time with its offset "
                 "(2026-03-29T09:00:00+05:30); it is \"2026-02-30\"."},
             row{"2026-03-29T10:00:00", "", "/from",
                 "from must be a date (2026-03-29) or a time with its offset "
                 "(2026-03-29T09:00:00+05:30); it is \"2026-03-29T10:00:00\"."},
             row{"2026-03-29", "2026-03-28", "/to", "to must be later than from."},
             row{"2026-03-28T10:00:00Z", "2026-03-28T10:00:00Z", "/to",
                 "to must be later than from."},
             row{"2026-03-30", "", "/from", "from must not be later than today."},
             row{"2025-03-28", "2026-03-29", "/to", "A report covers at most 366 days."},
             row{"2020-01-01", "", "/from", "A report covers at most 366 days."},
         }) {
        BOOST_TEST_CONTEXT(from << ".." << to) {
            auto const window = read(from, to);
            BOOST_REQUIRE(!window);
            BOOST_TEST(window.error().status == 422);
            BOOST_REQUIRE(window.error().errors.size() == 1U);
            BOOST_TEST(window.error().errors[0].pointer == pointer);
            BOOST_TEST(window.error().errors[0].detail == detail);
        }
    }
    BOOST_TEST(read("a", "b").error().errors.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_year_is_a_window) {
    BOOST_TEST(read("2025-03-30", "2026-03-29").has_value());
    BOOST_TEST(read("2024-01-01", "2024-12-31").has_value());
    BOOST_TEST(read("2025-10-26", "2026-10-26").has_value());
}

BOOST_AUTO_TEST_CASE(the_days_of_a_window_leave_no_gap) {
    struct row {
        char const* zone;
        char const* start;
        char const* end;
        std::vector<std::pair<char const*, int>> days; // and their minutes
    };
    for (auto const& [zone, start, end, days] : {
             row{"Europe/Berlin",
                 "2026-03-28T12:00:00+01:00",
                 "2026-03-30T12:00:00+02:00",
                 {{"2026-03-28", 720}, {"2026-03-29", 1380}, {"2026-03-30", 720}}},
             row{"Europe/Berlin",
                 "2026-10-25T00:00:00+02:00",
                 "2026-10-26T00:00:00+01:00",
                 {{"2026-10-25", 1500}}},
             row{"Asia/Kolkata",
                 "2026-03-28T18:29:00Z",
                 "2026-03-29T18:30:00Z",
                 {{"2026-03-28", 1}, {"2026-03-29", 1440}}},
             row{"Pacific/Apia",
                 "2011-12-29T00:00:00-10:00",
                 "2012-01-01T00:00:00+14:00",
                 {{"2011-12-29", 1440}, {"2011-12-31", 1440}}},
         }) {
        BOOST_TEST_CONTEXT(zone << ' ' << start) {
            auto const found = days_of({at(start), at(end)}, call::find_time_zone(zone));
            BOOST_REQUIRE(found.size() == days.size());
            auto next = at(start);
            for (std::size_t i = 0; i < days.size(); ++i) {
                BOOST_TEST(call::to_text(found[i].date) == days[i].first);
                BOOST_TEST((found[i].span.start == next));
                BOOST_TEST(length_of(found[i].span).count() == days[i].second * 60);
                next = found[i].span.end;
            }
            BOOST_TEST((next == at(end)));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace report_window_test
