#include "gateway/cli/top_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <sstream>
#include <string>

namespace top_text_test {

using namespace sluice::gateway::cli;
using namespace std::chrono_literals;

namespace {

constexpr char page[] = "# HELP sluice_tasks_accepted_total Tasks.\n"
                        "sluice_tasks_accepted_total{route=\"/v1/tasks\"} 10\n"
                        "sluice_tasks_accepted_total{route=\"/in/crm\"} 5\n"
                        "sluice_tasks_accepted_total_other 99\n"
                        "sluice_tasks_finished_total{state=\"delivered\"} 12\n"
                        "sluice_tasks_finished_total{state=\"dead\"} 1\n"
                        "sluice_queue_tasks{state=\"scheduled\"} 7\n"
                        "sluice_queue_oldest_seconds{destination=\"a\"} 3\n"
                        "sluice_queue_oldest_seconds{destination=\"b\"} 61.5\n";

bool has(std::string const& text, std::string_view part) {
    return text.find(part) != text.npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(top_text_)

BOOST_AUTO_TEST_CASE(series_of_a_family_are_summed) {
    BOOST_TEST(metric_sum(page, "sluice_tasks_accepted_total") == 15.0);
    BOOST_TEST(metric_sum(page, "sluice_tasks_accepted_total", "route=\"/in/crm\"") == 5.0);
    BOOST_TEST(metric_most(page, "sluice_queue_oldest_seconds") == 61.5);
    BOOST_TEST(metric_sum(page, "sluice_none") == 0.0);
}

BOOST_AUTO_TEST_CASE(two_looks_make_rates_and_a_restart_none_below_zero) {
    top_view view;
    view.url = "http://gw";
    view.is_ready = true;
    view.now = read_sample(page, sluice::queue::mono_time(2s));
    view.before = view.now;
    auto const first = top_text(view, {});
    BOOST_TEST(has(first, "http://gw  ready\naccepted -/s"), first);
    BOOST_TEST(has(first, "scheduled 7  ready 0"), first);
    BOOST_TEST(has(first, "oldest 1m"), first);
    view.before.at = sluice::queue::mono_time(0s);
    view.before.accepted = 5;
    view.before.delivered = 400;
    view.is_ready = false;
    auto const second = top_text(view, {});
    BOOST_TEST(has(second, "NOT READY\naccepted 5.0/s  delivered 0.0/s"), second);
}

BOOST_AUTO_TEST_CASE(destinations_stand_below) {
    top_view view;
    view.destinations = boost::json::parse(R"([{"name":"crm","state":"paused","paused":true,
        "tasks":{"scheduled":1,"ready":2,"retry_wait":3,"dead":4},"rate":{"limit":500,
        "period_ms":60000},"concurrency":{"in_flight":5,"limit":64}}])")
                            .as_array();
    table_layout how;
    how.has_header = true;
    auto const text = top_text(view, how);
    BOOST_TEST(has(text, "NAME  STATE   SCHEDULED  READY  RETRY  DEAD  IN FLIGHT    RATE"), text);
    BOOST_TEST(has(text, "crm   paused          1      2      3     4       5/64  500/1m"), text);
}

BOOST_AUTO_TEST_CASE(it_fits_a_small_screen) {
    top_view view;
    view.url = "http://a-gateway.with.a.long.name.example.com:8081/base/path";
    view.is_ready = true;
    for (int i = 0; i < 30; ++i)
        view.destinations.push_back(boost::json::object{{"name", "crm-" + std::to_string(i)}});
    table_layout how;
    how.has_header = true;
    for (std::size_t const width : {200, 80, 40, 20, 10}) {
        for (std::size_t const rows : {50, 24, 12, 8}) {
            how.width = width;
            view.rows = rows;
            auto const text = top_text(view, how);
            std::istringstream lines(text);
            std::string line;
            std::size_t count = 0;
            for (; std::getline(lines, line); ++count)
                BOOST_TEST(width_of(line) <= std::max<std::size_t>(width, 15), line);
            // The counters are shown whole, whatever it costs.
            if (width >= 40) BOOST_TEST(count + 1 <= std::max<std::size_t>(rows, 9), text);
            BOOST_TEST(has(text, "ready\n"), text);
            BOOST_TEST(has(text, "oldest 0s"), text);
            if (width >= 40 && rows == 24) BOOST_TEST(has(text, "crm-10"), text);
            if (width >= 40) BOOST_TEST(has(text, " more\n") == (rows != 50), text);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace top_text_test
