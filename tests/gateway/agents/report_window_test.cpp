#include "gateway/agents/report_window.hpp"
#include "tests/gateway/agents/instants.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace report_window_test {

using namespace sluice::gateway;
using agents::clip;
using agents::days_of;
using agents::interval;
using agents::length_of;
using agents::read_window;
using sluice::tests::a_break;
using sluice::tests::at;

namespace {

constexpr char now[] = "2026-03-29T12:00:00+02:00";

call::checked<interval> read(char const* from, char const* to, char const* zone = "Europe/Berlin") {
    return read_window({from, "/from"}, {to, "/to"}, call::find_time_zone(zone), at(now));
}

} // namespace

BOOST_AUTO_TEST_SUITE(report_window)

BOOST_AUTO_TEST_CASE(seconds_are_told_from_milliseconds) {
    auto const checked = read("1774785600", "");
    BOOST_REQUIRE(!checked);
    BOOST_TEST(checked.error().errors.at(0).detail ==
               "from is in seconds; an integer must be Unix milliseconds.");
}

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

BOOST_AUTO_TEST_CASE(a_break_is_cut_to_the_window) {
    struct row {
        char const* what;
        char const* start;
        char const* end;
        char const* cut_start; // empty: not in the window
        char const* cut_end;
    };
    interval const window{at("2026-03-02T00:00:00Z"), at("2026-03-03T00:00:00Z")};
    auto const noon = at("2026-03-02T12:00:00Z");
    for (auto const& [what, start, end, cut_start, cut_end] : {
             row{"inside", "2026-03-02T09:00:00Z", "2026-03-02T09:10:00Z", "2026-03-02T09:00:00Z",
                 "2026-03-02T09:10:00Z"},
             row{"begun before", "2026-03-01T23:50:00Z", "2026-03-02T00:10:00Z",
                 "2026-03-02T00:00:00Z", "2026-03-02T00:10:00Z"},
             row{"over everything", "2026-02-01T00:00:00Z", "2026-04-01T00:00:00Z",
                 "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"},
             row{"ends as the window begins", "2026-03-01T23:00:00Z", "2026-03-02T00:00:00Z", "",
                 ""},
             row{"begins as the window ends", "2026-03-03T00:00:00Z", "2026-03-03T01:00:00Z", "",
                 ""},
             row{"open", "2026-03-02T11:00:00Z", "", "2026-03-02T11:00:00Z",
                 "2026-03-02T12:00:00Z"},
             row{"open, and the clock was set back", "2026-03-02T13:00:00Z", "",
                 "2026-03-02T13:00:00Z", "2026-03-02T13:00:00Z"},
             row{"open from another day", "2026-02-27T11:00:00Z", "", "2026-03-02T00:00:00Z",
                 "2026-03-02T12:00:00Z"},
             row{"without length", "2026-03-02T11:00:00Z", "2026-03-02T11:00:00Z",
                 "2026-03-02T11:00:00Z", "2026-03-02T11:00:00Z"},
             row{"without length, where the window begins", "2026-03-02T00:00:00Z",
                 "2026-03-02T00:00:00Z", "2026-03-02T00:00:00Z", "2026-03-02T00:00:00Z"},
             row{"without length, where it ends", "2026-03-03T00:00:00Z", "2026-03-03T00:00:00Z",
                 "", ""},
         }) {
        BOOST_TEST_CONTEXT(what) {
            auto const cut = clip(a_break(start, end), window, noon);
            BOOST_REQUIRE(cut.has_value() == (*cut_start != '\0'));
            if (!cut) continue;
            BOOST_TEST((*cut == interval{at(cut_start), at(cut_end)}));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_open_break_ends_with_a_window_that_is_past) {
    interval const window{at("2026-03-01T00:00:00Z"), at("2026-03-02T00:00:00Z")};
    auto const cut = clip(a_break("2026-03-01T23:00:00Z"), window, at("2026-03-05T00:00:00Z"));
    BOOST_REQUIRE(cut);
    BOOST_TEST((*cut == interval{at("2026-03-01T23:00:00Z"), window.end}));
}

BOOST_AUTO_TEST_CASE(the_pieces_of_a_break_add_up_to_its_length) {
    auto const start = at("2026-03-01T23:59:58.900Z");
    auto const midnight = at("2026-03-02T00:00:00Z");
    auto const end = at("2026-03-02T00:00:01.100Z");
    BOOST_TEST(length_of({start, midnight}).count() == 2);
    BOOST_TEST(length_of({midnight, end}).count() == 1);
    BOOST_TEST(length_of({start, end}).count() == 3);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace report_window_test
