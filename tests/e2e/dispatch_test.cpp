// The gates of a destination through the real program: what the simulation shows on a clock of its
// own, seen once at a real destination.
#include "tests/e2e/operator_fixture.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>

namespace dispatch_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;
using namespace std::chrono_literals;

constexpr char other_id[] = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";

struct dispatch_fixture : operator_fixture {
    dispatch_fixture()
        : operator_fixture(settings()) {}

    static gateway_settings settings() {
        gateway_settings settings;
        settings.more =
            std::string("\n[[account]]\nid = \"500\"\nallow_http = true\nsecrets = [\"") +
            other_id + "\"]\n" + destination_table("hinted", "/hinted", fast_retry(3)) +
            destination_table("classes", "/classes",
                              fast_retry(3) + "retry_on = [\"404\"]\nfinal_on = [\"501\"]\n") +
            destination_table("share", "/share",
                              fast_retry(2) + "breaker = { failure_share = 0.5, window = \"10s\", "
                                              "min_attempts = 4, open_for = \"60s\" }\n") +
            destination_table("learning", "/learning", "adaptive = true\nconcurrency = 32\n") +
            destination_table("slow", "/slow", "concurrency = 2\n") +
            destination_table("paced", "/paced", "rate = 40\nperiod = \"1s\"\nburst = 1\n");
        return settings;
    }

    static std::string fast_retry(int attempts) {
        return "retry = { schedule = [\"50ms\"], jitter = 0.0, max_attempts = " +
               std::to_string(attempts) + " }\n";
    }

    std::string submit(std::string const& destination, std::string const& more = {},
                       http_headers const& by = json_bearer()) {
        auto const answer = client().post(
            "/v1/tasks", by, R"({"destination":")" + destination + R"(","body":"x")" + more + "}");
        BOOST_REQUIRE_EQUAL(answer.status, 202);
        return json_at(answer.body, "/id");
    }

    std::string explained(std::string const& id, std::string const& pointer) {
        auto const why = client().get("/v1/tasks/" + id + "/explain", bearer());
        return json_at(why.body, pointer);
    }

    // The kind of the first reason that is not the task's own time.
    std::set<std::string> reasons(std::string const& id) {
        auto const why = client().get("/v1/tasks/" + id + "/explain", bearer()).body;
        std::set<std::string> kinds;
        for (int i = 0;; ++i) {
            auto kind = json_at(why, "/reasons/" + std::to_string(i) + "/kind");
            if (kind.empty()) return kinds;
            kinds.insert(std::move(kind));
        }
    }

    std::vector<delivery> arrived_at(std::string const& path) {
        auto all = destination().deliveries();
        std::erase_if(all, [&](delivery const& each) { return each.request.target != path; });
        return all;
    }

    bool wait_for_arrivals(std::string const& path, std::size_t count) {
        return wait_until([&] { return arrived_at(path).size() >= count; });
    }
};

http_headers bearer_of_500() {
    return {{"Authorization", std::string("Bearer ") + other_id},
            {"Content-Type", "application/json"}};
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(dispatch, dispatch_fixture)

BOOST_AUTO_TEST_CASE(an_answer_that_says_nothing_remains_closes_the_gate_until_the_reset) {
    destination().answer_with([](http_request const&, std::size_t n) {
        destination_answer answer;
        if (n == 1) answer.headers = {{"RateLimit", "\"default\";r=0;t=2"}};
        return answer;
    });
    BOOST_REQUIRE(wait_for_state(submit("hinted"), "delivered"));
    auto const held = submit("hinted");
    BOOST_TEST((reasons(held) == std::set<std::string>{"retry_after"}));
    BOOST_REQUIRE(wait_for_state(held, "delivered"));
    auto const all = arrived_at("/hinted");
    BOOST_TEST((all.at(1).at - all.at(0).at >= 1900ms));
}

BOOST_AUTO_TEST_CASE(a_destination_says_which_failures_are_tried_again) {
    answer_with_status(404);
    auto const tried = submit("classes");
    BOOST_REQUIRE(wait_for_state(tried, "dead"));
    BOOST_TEST(json_at(task(tried).body, "/attempts/2/status") == "404");
    answer_with_status(501);
    auto const final_one = submit("classes");
    BOOST_REQUIRE(wait_for_state(final_one, "dead"));
    BOOST_TEST(json_at(task(final_one).body, "/attempts/1/status").empty());
    BOOST_TEST(json_at(task(final_one).body, "/dead_reason") == "answered 501");
}

BOOST_AUTO_TEST_CASE(a_share_of_failures_opens_the_breaker) {
    // Every other one fails: never two in a row.
    destination().answer_with([](http_request const&, std::size_t n) {
        destination_answer answer;
        answer.status = n % 2 == 0 ? 500 : 200;
        return answer;
    });
    std::string last;
    for (int i = 0; i < 12; ++i)
        last = submit("share");
    BOOST_REQUIRE(wait_until([&] { return explained(last, "/lane/breaker/state") == "open"; }));
    auto const held = submit("share");
    BOOST_TEST(reasons(held).contains("breaker_open"));
    BOOST_TEST(command({"destinations", "list"}).output.find("breaker open") != std::string::npos);
    auto const count = arrived_at("/share").size();
    BOOST_TEST(count >= 4U);
    BOOST_TEST(count < 12U);
}

BOOST_AUTO_TEST_CASE(an_adaptive_lane_learns_what_its_destination_bears) {
    destination().answer_with([](http_request const&, std::size_t) {
        destination_answer answer;
        answer.delay = 2ms;
        return answer;
    });
    auto const limit = [this] {
        return metric("sluice_destination_concurrency_limit", "learning");
    };
    BOOST_TEST(limit() == 8);
    for (int i = 0; i < 400; ++i)
        submit("learning");
    BOOST_REQUIRE(wait_for_arrivals("/learning", 400));
    auto const learnt = limit();
    BOOST_TEST(learnt >= 8);
    BOOST_TEST(learnt <= 32);
    // Too much: a quarter goes each time.
    destination().answer_with([](http_request const&, std::size_t) {
        destination_answer answer;
        answer.status = 503;
        return answer;
    });
    for (int i = 0; i < 60; ++i)
        submit("learning");
    BOOST_TEST(wait_until([&] { return limit() < learnt; }));
    BOOST_TEST(limit() >= 1);
}

BOOST_AUTO_TEST_CASE(many_tasks_of_one_account_hold_up_anothers_by_a_few_sends) {
    destination().answer_with([](http_request const&, std::size_t) {
        destination_answer answer;
        answer.delay = 5ms;
        return answer;
    });
    // Paused, so that all of them are in its way however slow the machine is.
    BOOST_REQUIRE(post("/v1/destinations/slow/pause").status == 200);
    for (int i = 0; i < 600; ++i)
        submit("slow");
    submit("slow", R"(,"headers":{"X-Single":"1"})", bearer_of_500());
    BOOST_REQUIRE(post("/v1/destinations/slow/resume").status == 200);
    auto const place = [&] {
        auto const all = arrived_at("/slow");
        auto const found = std::ranges::find_if(
            all, [](delivery const& each) { return !each.request.header("X-Single").empty(); });
        return static_cast<std::size_t>(found - all.begin());
    };
    BOOST_REQUIRE(wait_until([&] { return place() < arrived_at("/slow").size(); }));
    BOOST_TEST(place() < 40U);
}

BOOST_AUTO_TEST_CASE(what_falls_due_together_becomes_a_ramp_and_holds_up_nobody_else) {
    auto const due = std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(
                                        (std::chrono::system_clock::now() + 3s).time_since_epoch())
                                        .count());
    for (int i = 0; i < 80; ++i)
        submit("paced", R"(,"not_before":)" + due);
    BOOST_REQUIRE(arrived_at("/paced").empty());
    BOOST_REQUIRE(wait_for_arrivals("/paced", 2));
    auto const other = submit("crm");
    BOOST_TEST(wait_for_state(other, "delivered"));
    BOOST_TEST(arrived_at("/paced").size() < 80U);
    BOOST_REQUIRE(wait_for_arrivals("/paced", 80));
    auto const all = arrived_at("/paced");
    // 80 at 40 a second take two; half a second is left for a machine that stalls. That the pace is
    // exact the simulation shows.
    BOOST_TEST((all.back().at - all.front().at >= 1500ms));
    // The histogram says how late they were: none of them early, most by more than a quarter of
    // a second, none by more than ten.
    auto const late = [this](std::string const& bound) {
        return metric("sluice_schedule_lateness_seconds_bucket", "le=\"" + bound + "\"");
    };
    auto const count = metric("sluice_schedule_lateness_seconds_count");
    BOOST_TEST(count == 81);
    BOOST_TEST(late("10") == 81);
    BOOST_TEST(late("0.25") < 40);
    BOOST_TEST(metric("sluice_schedule_lateness_seconds_sum") > 40);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace dispatch_test
