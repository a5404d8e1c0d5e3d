#include "gateway/telemetry/io_metrics.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string>

namespace io_metrics_test {

using namespace sluice::gateway::telemetry;
using namespace std::chrono_literals;

namespace {
struct fixture {
    std::unique_ptr<sluice::gateway::telemetry::io_metrics> metrics =
        std::make_unique<sluice::gateway::telemetry::io_metrics>();
};
} // namespace

BOOST_FIXTURE_TEST_SUITE(io_metrics, fixture)

BOOST_AUTO_TEST_CASE(a_call_counts_its_tasks_and_one_duration) {
    metrics->on_accepted(3, 2ms, 5);
    metrics->on_accepted(3, 2ms);
    duration_distribution durations;
    metrics->accept_duration.add_to(durations);
    BOOST_TEST(metrics->accepted[3].get() == 6u);
    BOOST_TEST(durations.count() == 2u);
}

BOOST_AUTO_TEST_CASE(an_unknown_route_is_other) {
    metrics->on_accepted(4'000'000, 1ms);
    BOOST_TEST(metrics->accepted[0].get() == 1u);
}

BOOST_AUTO_TEST_CASE(replies_are_counted_by_their_first_digit) {
    for (unsigned const status : {100u, 202u, 204u, 599u, 0u, 600u, 99u})
        metrics->on_reply(status);
    BOOST_TEST(metrics->replies[1].get() == 1u);
    BOOST_TEST(metrics->replies[2].get() == 2u);
    BOOST_TEST(metrics->replies[5].get() == 1u);
    BOOST_TEST(metrics->replies[0].get() == 3u);
}

BOOST_AUTO_TEST_CASE(every_refusal_has_a_name_of_its_own) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < refusal_reason_count; ++i) {
        auto const reason = static_cast<refusal_reason>(i);
        names.emplace(to_string(reason));
        metrics->on_refused(reason);
        BOOST_TEST(metrics->refused[i].get() == 1u);
    }
    BOOST_TEST(names.size() == refusal_reason_count);
    BOOST_TEST(to_string(refusal_reason::disk_full) == "disk_full");
    BOOST_TEST(to_string(refusal_reason::other) == "other");
}

BOOST_AUTO_TEST_CASE(the_operators_page_says_what_each_refusal_means) {
    std::ifstream file(std::string(SLUICE_SOURCE_DIRECTORY) + "/docs/operations.md");
    std::string const page{std::istreambuf_iterator<char>(file), {}};
    for (std::size_t i = 0; i < refusal_reason_count; ++i) {
        auto const reason = std::string(to_string(static_cast<refusal_reason>(i)));
        BOOST_TEST(page.find("| `" + reason + "` |") != page.npos, reason);
    }
}

BOOST_AUTO_TEST_CASE(a_status_says_why_a_call_was_refused) {
    for (unsigned const status : {413u, 414u, 431u})
        BOOST_TEST(to_string(reason_of(status)) == "too_large", status);
    BOOST_TEST(to_string(reason_of(503)) == "overloaded");
    BOOST_TEST(to_string(reason_of(501)) == "other");
}

BOOST_AUTO_TEST_CASE(repeated_calls_are_not_accepted_ones) {
    metrics->on_repeated();
    BOOST_TEST(metrics->repeated.get() == 1u);
    BOOST_TEST(metrics->accepted[0].get() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace io_metrics_test
