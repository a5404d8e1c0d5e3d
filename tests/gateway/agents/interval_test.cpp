#include "gateway/agents/interval.hpp"
#include "tests/gateway/agents/instants.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace interval_test {

using namespace sluice;
using gateway::agents::clip;
using gateway::agents::interval;
using gateway::agents::length_of;
using sluice::tests::a_break;
using sluice::tests::at;

BOOST_AUTO_TEST_SUITE(interval_)

BOOST_AUTO_TEST_CASE(a_break_is_cut_to_the_window) {
    struct row {
        char const* what;
        char const* start;
        char const* end;
        char const* cut_start; // empty: not in the window
        char const* cut_end;
    };
    interval const window{at("2026-03-02T00:00:00Z"), at("2026-03-03T00:00:00Z")};
    auto const now = at("2026-03-02T12:00:00Z");
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
            auto const cut = clip(a_break(start, end), window, now);
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

} // namespace interval_test
