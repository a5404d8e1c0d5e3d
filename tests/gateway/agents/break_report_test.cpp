#include "gateway/agents/break_report.hpp"
#include "tests/gateway/agents/instants.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

namespace break_report_test {

using namespace sluice;
using namespace sluice::gateway::agents;
namespace tables = gateway::tables;
using gateway::call::find_time_zone;
using sluice::tests::a_break;
using sluice::tests::at;

namespace {

agent_report report(std::vector<tables::agent_break> const& breaks, interval const& window,
                    char const* zone, char const* now) {
    auto const days = days_of(window, find_time_zone(zone));
    return report_of("919879964805", breaks, window, days, at(now));
}

void check_adds_up(agent_report const& made) {
    std::chrono::seconds by_break{0};
    std::chrono::seconds by_day{0};
    for (auto const& each : made.breaks)
        by_break += each.length;
    for (auto const& day : made.days)
        by_day += day.length;
    BOOST_TEST(by_break.count() == made.total.count());
    BOOST_TEST(by_day.count() == made.total.count());
}

struct totals_row {
    char const* what;
    char const* zone;
    char const* from;
    char const* to;
    std::vector<tables::agent_break> breaks;
    int total;
    std::vector<std::pair<char const*, int>> days;
};

void check_totals(std::vector<totals_row> const& rows) {
    for (auto const& each : rows) {
        BOOST_TEST_CONTEXT(each.what) {
            auto const made = report(each.breaks, {at(each.from), at(each.to)}, each.zone,
                                     "2026-12-01T00:00:00Z");
            BOOST_TEST(made.cli == "919879964805");
            BOOST_TEST(made.total.count() == each.total);
            BOOST_REQUIRE(made.days.size() == each.days.size());
            for (std::size_t i = 0; i < each.days.size(); ++i) {
                BOOST_TEST(gateway::call::to_text(made.days[i].date) == each.days[i].first);
                BOOST_TEST(made.days[i].length.count() == each.days[i].second);
            }
            check_adds_up(made);
        }
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(break_report_)

BOOST_AUTO_TEST_CASE(totals_follow_the_days_of_the_time_zone) {
    check_totals({
        {"across midnight in Kolkata",
         "Asia/Kolkata",
         "2026-03-28T00:00:00+05:30",
         "2026-03-31T00:00:00+05:30",
         {a_break("2026-03-28T23:50:00+05:30", "2026-03-29T00:20:00+05:30")},
         1800,
         {{"2026-03-28", 600}, {"2026-03-29", 1200}}},
        {"two of one day, none of the next",
         "Asia/Kolkata",
         "2026-03-28T00:00:00+05:30",
         "2026-03-31T00:00:00+05:30",
         {a_break("2026-03-28T09:00:00+05:30", "2026-03-28T09:01:00+05:30"),
          a_break("2026-03-28T10:00:00+05:30", "2026-03-28T10:02:00+05:30"),
          a_break("2026-03-30T10:00:00+05:30", "2026-03-30T10:00:03+05:30")},
         183,
         {{"2026-03-28", 180}, {"2026-03-30", 3}}},
        {"what lies outside does not count",
         "Asia/Kolkata",
         "2026-03-28T12:00:00+05:30",
         "2026-03-28T13:00:00+05:30",
         {a_break("2026-03-28T11:00:00+05:30", "2026-03-28T11:30:00+05:30"),
          a_break("2026-03-28T11:59:00+05:30", "2026-03-28T12:01:00+05:30"),
          a_break("2026-03-28T12:59:00+05:30", "2026-03-28T14:00:00+05:30")},
         120,
         {{"2026-03-28", 120}}},
        {"parts of seconds add up across midnight",
         "Asia/Kolkata",
         "2026-03-28T00:00:00+05:30",
         "2026-03-30T00:00:00+05:30",
         {a_break("2026-03-28T23:59:58.700+05:30", "2026-03-29T00:00:01.300+05:30")},
         3,
         {{"2026-03-28", 2}, {"2026-03-29", 1}}},
        {"a break of no length has its day",
         "Asia/Kolkata",
         "2026-03-28T00:00:00+05:30",
         "2026-03-29T00:00:00+05:30",
         {a_break("2026-03-28T00:00:00+05:30", "2026-03-28T00:00:00+05:30")},
         0,
         {{"2026-03-28", 0}}},
    });
}

BOOST_AUTO_TEST_CASE(days_of_23_and_25_hours_count_as_they_are) {
    check_totals({
        {"the hour that summer time skips does not count",
         "Europe/Berlin",
         "2026-03-29T00:00:00+01:00",
         "2026-03-30T00:00:00+02:00",
         {a_break("2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00+02:00")},
         3600,
         {{"2026-03-29", 3600}}},
        {"the whole day on which summer time begins has 23 hours",
         "Europe/Berlin",
         "2026-03-28T00:00:00+01:00",
         "2026-03-31T00:00:00+02:00",
         {a_break("2026-03-28T22:00:00+01:00", "2026-03-30T02:00:00+02:00")},
         27 * 3600,
         {{"2026-03-28", 7200}, {"2026-03-29", 23 * 3600}, {"2026-03-30", 7200}}},
        {"the hour that comes twice counts twice",
         "Europe/Berlin",
         "2026-10-25T00:00:00+02:00",
         "2026-10-26T00:00:00+01:00",
         {a_break("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00")},
         3600,
         {{"2026-10-25", 3600}}},
        {"the whole day on which summer time ends has 25 hours",
         "Europe/Berlin",
         "2026-10-24T00:00:00+02:00",
         "2026-10-27T00:00:00+01:00",
         {a_break("2026-10-24T23:00:00+02:00", "2026-10-26T01:00:00+01:00")},
         27 * 3600,
         {{"2026-10-24", 3600}, {"2026-10-25", 25 * 3600}, {"2026-10-26", 3600}}},
    });
}

BOOST_AUTO_TEST_CASE(an_open_break_counts_up_to_now) {
    interval const window{at("2026-03-28T00:00:00Z"), at("2026-03-30T00:00:00Z")};
    std::vector const breaks{a_break("2026-03-28T23:00:00Z")};
    auto const made = report(breaks, window, "UTC", "2026-03-29T00:30:00Z");
    BOOST_REQUIRE(made.breaks.size() == 1U);
    BOOST_TEST(made.breaks[0].is_open);
    BOOST_TEST(made.total.count() == 5400);
    BOOST_REQUIRE(made.days.size() == 2U);
    BOOST_TEST(made.days[1].length.count() == 1800);
    check_adds_up(made);
}

BOOST_AUTO_TEST_CASE(an_open_break_ends_where_a_window_that_is_past_ends) {
    interval const window{at("2026-03-28T00:00:00Z"), at("2026-03-29T00:00:00Z")};
    std::vector const breaks{a_break("2026-03-28T23:00:00Z")};
    auto const made = report(breaks, window, "UTC", "2026-04-05T00:00:00Z");
    BOOST_REQUIRE(made.breaks.size() == 1U);
    BOOST_TEST(!made.breaks[0].is_open);
    BOOST_TEST((made.breaks[0].span.end == window.end));
    BOOST_TEST(made.total.count() == 3600);
}

BOOST_AUTO_TEST_CASE(an_agent_without_breaks_has_an_empty_report) {
    interval const window{at("2026-03-28T00:00:00Z"), at("2026-03-29T00:00:00Z")};
    auto const made = report({}, window, "UTC", "2026-03-28T12:00:00Z");
    BOOST_TEST(made.total.count() == 0);
    BOOST_TEST(made.breaks.empty());
    BOOST_TEST(made.days.empty());
}

BOOST_AUTO_TEST_CASE(a_status_says_since_when_and_how_long_today) {
    interval const today{at("2026-03-28T00:00:00Z"), at("2026-03-29T00:00:00Z")};
    auto const now = at("2026-03-28T12:00:00Z");
    tables::agent_state agent{"919879964805", true, std::nullopt};
    auto const none = status_of(agent, {}, today, now);
    BOOST_TEST(none.cli == "919879964805");
    BOOST_TEST((!none.is_on_break && !none.since && none.break_today.count() == 0));

    std::vector breaks{a_break("2026-03-27T23:00:00Z", "2026-03-28T01:00:00Z"),
                       a_break("2026-03-28T10:00:00Z", "2026-03-28T10:00:30Z")};
    auto const over = status_of(agent, breaks, today, now);
    BOOST_TEST((!over.is_on_break && !over.since));
    BOOST_TEST(over.break_today.count() == 3630);

    breaks.push_back(a_break("2026-03-28T11:59:00Z"));
    agent.break_since = breaks.back().start;
    auto const open = status_of(agent, breaks, today, now);
    BOOST_TEST((open.is_on_break && open.since == at("2026-03-28T11:59:00Z")));
    BOOST_TEST(open.break_today.count() == 3690);
}

BOOST_AUTO_TEST_CASE(a_break_of_days_has_begun_when_it_has) {
    interval const today{at("2026-03-28T00:00:00Z"), at("2026-03-29T00:00:00Z")};
    std::vector const breaks{a_break("2026-03-20T10:00:00Z")};
    tables::agent_state const agent{"919879964805", true, breaks.back().start};
    auto const open = status_of(agent, breaks, today, at("2026-03-28T02:00:00Z"));
    BOOST_TEST((open.since == at("2026-03-20T10:00:00Z")));
    BOOST_TEST(open.break_today.count() == 7200);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace break_report_test
