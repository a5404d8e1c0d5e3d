#include "gateway/stress/sink/sink_stats.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <string>

namespace sink_stats_test {

using namespace sluice::gateway::stress;

namespace {
using stats_type = sluice::gateway::stress::sink_stats;
} // namespace

BOOST_AUTO_TEST_SUITE(sink_stats)

BOOST_AUTO_TEST_CASE(requests_are_counted_by_status_and_path) {
    stats_type stats({});
    stats.on_connection();
    stats.on_request("/a", "", 10, 200);
    stats.on_request("/a", "", 5, 503);
    stats.on_request("/b", "", 0, 0);
    stats.on_request("/b", "", 0, 0, unanswered::reset);
    stats.on_malformed();
    auto const t = stats.totals();
    BOOST_TEST(t.requests == 4u);
    BOOST_TEST(t.answered == 2u);
    BOOST_TEST(t.hung == 1u);
    BOOST_TEST(t.reset == 1u);
    BOOST_TEST(t.malformed == 1u);
    BOOST_TEST(t.bytes == 15u);
    BOOST_TEST(t.connections == 1u);
    BOOST_TEST(t.by_status.at(200) == 1u);
    BOOST_TEST(t.by_status.at(503) == 1u);
    BOOST_TEST(t.by_path.at("/a") == 2u);
    BOOST_TEST(t.by_path.at("/b") == 2u);
}

BOOST_AUTO_TEST_CASE(a_webhook_id_that_comes_again_is_a_duplicate) {
    stats_type stats({});
    for (auto const* id : {"msg_1", "msg_2", "msg_1", "msg_1", ""})
        stats.on_request("/", id, 0, 200);
    auto const t = stats.totals();
    BOOST_TEST(t.unique_webhook_ids == 2u);
    BOOST_TEST(t.duplicates == 2u);
    BOOST_TEST(t.ids_are_complete);
}

BOOST_AUTO_TEST_CASE(many_ids_do_not_meet_by_chance) {
    stats_type stats({});
    for (int i = 0; i < 100'000; ++i)
        stats.on_request("/", "01990000-0000-7000-8000-" + std::to_string(i), 0, 200);
    BOOST_TEST(stats.totals().unique_webhook_ids == 100'000u);
    BOOST_TEST(stats.totals().duplicates == 0u);
}

BOOST_AUTO_TEST_CASE(memory_is_bounded) {
    sink_limits limits;
    limits.paths = 2;
    limits.webhook_ids = 2;
    stats_type stats(limits);
    for (auto const* name : {"1", "2", "3", "4"})
        stats.on_request(name, name, 0, 200);
    auto const t = stats.totals();
    BOOST_TEST(t.by_path.size() == 3u);
    BOOST_TEST(t.by_path.at("other") == 2u);
    BOOST_TEST(t.unique_webhook_ids == 2u);
    BOOST_TEST(!t.ids_are_complete);
}

BOOST_AUTO_TEST_CASE(clear_forgets_everything) {
    stats_type stats({});
    stats.on_request("/a", "msg_1", 10, 200);
    stats.clear();
    BOOST_TEST(stats.totals().requests == 0u);
    BOOST_TEST(stats.totals().by_path.empty());
    stats.on_request("/a", "msg_1", 10, 200);
    BOOST_TEST(stats.totals().duplicates == 0u);
}

BOOST_AUTO_TEST_CASE(totals_are_told_in_json_and_in_words) {
    stats_type stats({});
    stats.on_request("/a\"b", "msg_1", 10, 200);
    stats.on_request("/a", "msg_1", 10, 0);
    auto const json = boost::json::parse(to_json(stats.totals())).as_object();
    BOOST_TEST(json.at("requests").to_number<int>() == 2);
    BOOST_TEST(json.at("by_status").at("200").to_number<int>() == 1);
    BOOST_TEST(json.at("by_path").at("/a\"b").to_number<int>() == 1);
    BOOST_TEST(json.at("duplicates").to_number<int>() == 1);
    auto const text = to_text(stats.totals());
    BOOST_TEST(text.find("  answered 200: 1\n") != std::string::npos);
    BOOST_TEST(text.find("  left hanging: 1\n") != std::string::npos);
    BOOST_TEST(text.find("repeated: 1") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sink_stats_test
