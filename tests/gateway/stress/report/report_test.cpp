#include "gateway/stress/report/report_text.hpp"
#include "gateway/stress/report/svg_plot.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace report_test {

using namespace sluice::gateway::stress;
namespace json = boost::json;

namespace {

run_result sample(bool is_stress) {
    run_result r;
    r.command = is_stress ? "stress" : "load";
    r.target = "http://127.0.0.1/<in>";
    r.planned_rate = 1000;
    r.duration_s = r.planned_s = 2;
    r.connections = 8;
    r.answered = 1990;
    r.accepted = 1980;
    r.errors = 20;
    r.timeouts = 10;
    r.by_status = {{202, 1980}, {503, 10}};
    r.by_failure = {{"timeout", 10}};
    for (std::uint64_t i = 1; i <= 2000; ++i) {
        r.latency.record(i * 10'000); // 0.01 ms to 20 ms
        r.service.record(i * 5'000);
    }
    r.generator.planned = r.generator.started = r.generator.started_in_time = 2000;
    for (double second = 1; second <= 2; ++second)
        r.timeline.push_back({second, 1, 1000, 1000, 990, 10, 1, 5, 9, 20, std::nullopt});
    if (!is_stress) return r;
    r.deliveries.emplace();
    r.deliveries->accepted = 1980;
    r.deliveries->delivered = 1979;
    r.deliveries->lost = 1;
    r.deliveries->accept_to_attempt.record(3'000'000);
    for (auto& point : r.timeline)
        point.in_queue = 12;
    r.judgements = {{"lost=0", false, "1"}};
    return r;
}

double at(json::value const& from, std::string_view pointer) {
    boost::system::error_code ec;
    auto const* found = from.find_pointer(pointer, ec);
    BOOST_REQUIRE_MESSAGE(found != nullptr && found->is_number(), pointer);
    return found->to_number<double>();
}

std::size_t count_of(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (auto i = text.find(part); i != text.npos; i = text.find(part, i + 1))
        ++count;
    return count;
}

} // namespace

BOOST_AUTO_TEST_SUITE(report)

BOOST_AUTO_TEST_CASE(json_has_the_promised_names) {
    auto const all = json::parse(to_json(sample(true)));
    BOOST_TEST(at(all, "/accepted") == 1980);
    BOOST_TEST(at(all, "/delivered") == 1979);
    BOOST_TEST(at(all, "/lost") == 1);
    for (auto const* name : {"/duplicated", "/early", "/reordered"})
        BOOST_TEST(at(all, name) == 0);
    BOOST_TEST(at(all, "/rate") == 1000);
    BOOST_TEST(std::abs(at(all, "/latency_ms/p50") - 10) < 0.02);
    BOOST_TEST(std::abs(at(all, "/latency_ms/p99") - 19.8) < 0.03);
    BOOST_TEST(at(all, "/latency_ms/max") == 20);
    BOOST_TEST(at(all, "/service_ms/max") == 10);
    for (auto const* name : {"/latency_ms/p90", "/latency_ms/p999", "/service_ms/p999"})
        BOOST_TEST(at(all, name) > 0);
    BOOST_TEST(at(all, "/statuses/503") == 10);
    BOOST_TEST(at(all, "/timeline/1/in_queue") == 12);
}

BOOST_AUTO_TEST_CASE(a_load_does_not_claim_to_know_about_deliveries) {
    auto const all = json::parse(to_json(sample(false)));
    for (auto const* name : {"delivered", "lost", "duplicated", "early", "reordered"})
        BOOST_TEST(all.as_object().at(name).is_null(), name);
}

BOOST_AUTO_TEST_CASE(two_results_are_compared_figure_by_figure) {
    auto const before = to_json(sample(true));
    auto changed = sample(true);
    changed.latency.clear();
    changed.latency.record(40'000'000, 100);
    changed.deliveries->lost = 0;
    auto const text = compare_results(before, to_json(changed), "a.json", "b.json").value();
    BOOST_TEST(text.find("a.json") != std::string::npos);
    std::istringstream lines(text);
    std::size_t found = 0;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("latency max ms")) {
            ++found;
            BOOST_TEST(line.ends_with("40  +100.0 % worse"), line);
        }
        if (line.starts_with("lost")) {
            ++found;
            BOOST_TEST(line.ends_with("0  -100.0 % better"), line);
        }
        if (line.starts_with("service p50")) {
            ++found;
            BOOST_TEST(line.ends_with("same"), line);
        }
    }
    BOOST_TEST(found == 3u);
}

BOOST_AUTO_TEST_CASE(what_is_no_result_is_not_compared) {
    for (auto const* wrong : {"", "{}", "[]", "{\"accepted\":1}"}) {
        auto const text = compare_results(wrong, to_json(sample(false)), "a", "b");
        BOOST_REQUIRE(text.has_error());
        BOOST_TEST(text.error().message == "\"a\": not a result of load or stress");
    }
}

BOOST_AUTO_TEST_CASE(the_table_says_what_is_not_equal) {
    auto const text = to_table(sample(true));
    BOOST_TEST(text.find("accepted 1,980 = delivered 1,979   NOT EQUAL") != std::string::npos);
    BOOST_TEST(text.find("lost 1 ") != std::string::npos);
    BOOST_TEST(text.find("MISSED lost=0 (measured: 1)") != std::string::npos);
    BOOST_TEST(text.find("status     503: 10") != std::string::npos);
    BOOST_TEST(to_table(sample(false)).find("delivered") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_line_of_progress_has_the_queue_where_there_is_one) {
    progress now;
    now.at_s = 12;
    now.rate = 20'013;
    now.p50_ms = 0.41;
    now.p99_ms = 2.1;
    BOOST_TEST(to_line(now, 60) == " 12/60 s  20,013/s  p50 0.41 ms  p99 2.10 ms  errors 0");
    now.in_queue = 4120;
    BOOST_TEST(to_line(now, 60).find("in queue 4,120") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_percentile_file_is_what_plotters_read) {
    histogram times;
    for (std::uint64_t i = 1; i <= 10'000; ++i)
        times.record(i * 1000);
    std::istringstream lines(to_percentile_file(times));
    std::string line;
    std::getline(lines, line);
    BOOST_TEST(line == "       Value     Percentile TotalCount 1/(1-Percentile)");
    std::getline(lines, line);
    BOOST_TEST(line.empty());
    double last_share = -1;
    std::size_t rows = 0;
    while (std::getline(lines, line) && !line.starts_with("#")) {
        std::istringstream row(line);
        double value = 0, share = 0, total = 0;
        BOOST_REQUIRE(static_cast<bool>(row >> value >> share >> total));
        BOOST_TEST(share > last_share);
        BOOST_TEST(total >= share * 10'000 - 0.5);
        BOOST_TEST(std::abs(value - std::max(1.0, share * 10'000) / 1000) <= value / 500 + 0.001);
        last_share = share;
        ++rows;
    }
    BOOST_TEST(last_share == 1);
    BOOST_TEST(rows > 40u);
    BOOST_TEST(line.starts_with("#[Mean    =        5.0"), line);
    // Evenly spread from 0 to 10: 10 / sqrt(12).
    BOOST_TEST(line.find("2.88") != std::string::npos, line);
    std::getline(lines, line);
    BOOST_TEST(line == "#[Max     =       10.000, Total count    =        10000]");
}

BOOST_AUTO_TEST_CASE(the_percentile_file_of_nothing_has_no_rows) {
    auto const text = to_percentile_file({});
    BOOST_TEST(text.find("Total count    =            0") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(ticks_are_round_and_cover_the_values) {
    for (double high = 0.0013; high < 1e8; high *= 3.7) {
        auto const ticks = round_ticks(0, high, false);
        BOOST_TEST(ticks.front().at == 0);
        BOOST_TEST(ticks.back().at >= high * 0.999999);
        BOOST_TEST(ticks.size() >= 4u);
        BOOST_TEST(ticks.size() <= 8u);
        auto const decades = round_ticks(high / 900, high, true);
        BOOST_TEST(decades.front().at <= high / 900 * 1.000001);
        BOOST_TEST(decades.back().at >= high * 0.999999);
    }
    BOOST_TEST(round_ticks(0, 0, false).size() >= 2u);
}

BOOST_AUTO_TEST_CASE(a_plot_draws_each_series_and_leaves_gaps_on_a_log_scale) {
    plot_spec plot;
    plot.id = "p";
    plot.is_log_y = true;
    plot.series = {{"a", 0, false, false, {{1, 5}, {2, 0}, {3, 7}}},
                   {"b", 1, true, false, {{1, 1}, {3, 2}}}};
    auto const text = render_plot(plot);
    BOOST_TEST(count_of(text, "<path class=\"line") == 2u);
    auto const first = text.substr(text.find("line s0"));
    BOOST_TEST(count_of(first.substr(0, first.find("/>")), "M") == 2u);
    BOOST_TEST(text.find("NaN") == std::string::npos);
    BOOST_TEST(text.find("nan") == std::string::npos);
    BOOST_TEST(text.find("inf") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(long_series_are_thinned_and_keep_their_peaks) {
    plot_spec plot;
    plot.series = {{"a", 0, false, false, {}}};
    for (int i = 0; i < 86'400; ++i)
        plot.series[0].points.emplace_back(i, i == 50'000 ? 1234.0 : 1.0);
    auto const text = render_plot(plot);
    BOOST_TEST(text.size() < 60'000u);
    BOOST_TEST(text.find("1234,") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_plot_without_values_says_so) {
    plot_spec plot;
    plot.series = {{"a", 0, false, false, {}}};
    BOOST_TEST(render_plot(plot).find("no values") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_page_has_every_plot_escapes_and_needs_no_network) {
    auto const page = to_page(sample(true));
    for (auto const* id :
         {"plot-rate", "plot-latency", "plot-percentiles", "plot-queue", "plot-errors"})
        BOOST_TEST(count_of(page, std::string("id=\"") + id + '"') == 1u, id);
    BOOST_TEST(count_of(page, "<svg") == 5u);
    BOOST_TEST(page.find("/<in>") == std::string::npos);
    BOOST_TEST(page.find("/&lt;in&gt;") != std::string::npos);
    BOOST_TEST(page.find("prefers-color-scheme") != std::string::npos);
    for (auto const* outside : {"src=", "url(", "@import", "fetch("})
        BOOST_TEST(page.find(outside) == std::string::npos, outside);
    BOOST_TEST(count_of(to_page(sample(false)), "<svg") == 4u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace report_test
