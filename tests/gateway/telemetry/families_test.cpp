#include "gateway/telemetry/families.hpp"
#include "gateway/telemetry/label_table.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <memory>
#include <string>

namespace families_test {

using namespace sluice::gateway::telemetry;
using namespace std::chrono_literals;

namespace {
bool has_line(std::string const& text, std::string const& line) {
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}
} // namespace

BOOST_AUTO_TEST_SUITE(families)

BOOST_AUTO_TEST_CASE(counters_and_gauges_say_their_type_and_help) {
    family_list list;
    list.begin(metric_kind::counter, "a_total", "Things.");
    list.sample({{"route", "/in/crm"}}, 3);
    list.single(metric_kind::gauge, "b", "Level.", 1.5);
    auto const text = list.text();
    BOOST_TEST(has_line(text, "# HELP a_total Things."));
    BOOST_TEST(has_line(text, "# TYPE a_total counter"));
    BOOST_TEST(has_line(text, "a_total{route=\"/in/crm\"} 3"));
    BOOST_TEST(has_line(text, "# TYPE b gauge"));
    BOOST_TEST(has_line(text, "b 1.5"));
}

BOOST_AUTO_TEST_CASE(label_values_are_escaped) {
    family_list list;
    list.begin(metric_kind::counter, "a_total", "Things.");
    list.sample({{"route", "a\"b\\c\nd"}}, 1);
    BOOST_TEST(has_line(list.text(), R"(a_total{route="a\"b\\c\nd"} 1)"));
}

BOOST_AUTO_TEST_CASE(histograms_may_have_labels_and_are_bounded) {
    duration_distribution const none;
    family_list list;
    list.begin_histogram("d_seconds", "Durations.");
    for (std::size_t i = 0; i < series_limit + 5; ++i)
        list.distribution({{"destination", std::to_string(i)}}, none);
    auto const text = list.text();
    BOOST_TEST(has_line(text, "d_seconds_count{destination=\"0\"} 0"));
    BOOST_TEST(has_line(text, "d_seconds_count{destination=\"999\"} 0"));
    BOOST_TEST(!has_line(text, "d_seconds_count{destination=\"1000\"} 0"));
}

BOOST_AUTO_TEST_CASE(histograms_are_cumulative_and_in_seconds) {
    auto const histogram = std::make_unique<duration_histogram>();
    histogram->record(1ms);
    histogram->record(2ms);
    histogram->record(1h);
    duration_distribution all;
    histogram->add_to(all);
    family_list list;
    list.histogram("d_seconds", "Durations.", all);
    auto const text = list.text();
    BOOST_TEST(has_line(text, "# TYPE d_seconds histogram"));
    BOOST_TEST(has_line(text, "d_seconds_bucket{le=\"0.0005\"} 0"));
    BOOST_TEST(has_line(text, "d_seconds_bucket{le=\"0.001\"} 1"));
    BOOST_TEST(has_line(text, "d_seconds_bucket{le=\"0.0025\"} 2"));
    BOOST_TEST(has_line(text, "d_seconds_bucket{le=\"600\"} 2"));
    BOOST_TEST(has_line(text, "d_seconds_bucket{le=\"+Inf\"} 3"));
    BOOST_TEST(has_line(text, "d_seconds_count 3"));
    BOOST_TEST(has_line(text, "d_seconds_sum 3600.003"));
}

BOOST_AUTO_TEST_CASE(series_beyond_the_limit_add_up_under_other) {
    family_list list;
    list.begin(metric_kind::counter, "a_total", "Things.");
    for (std::size_t i = 0; i < series_limit + 500; ++i)
        list.sample({{"route", std::to_string(i)}}, 1);
    auto const text = list.text();
    auto const lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    BOOST_TEST(lines == series_limit + 2); // HELP and TYPE
    BOOST_TEST(has_line(text, "a_total{route=\"998\"} 1"));
    BOOST_TEST(has_line(text, "a_total{route=\"other\"} 501"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace families_test
