// Deliveries that do not succeed at once: when they are tried again, and when they are given up.
#include "tests/e2e/gateway_under_test.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

namespace retry_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;
using namespace std::chrono_literals;

struct retry_fixture : gateway_under_test {
    retry_fixture()
        : gateway_under_test(settings()) {}

    static gateway_settings settings() {
        gateway_settings settings;
        settings.crm =
            R"(retry = { schedule = ["100ms", "300ms"], jitter = 0.0, max_attempts = 3 })"
            "\ntimeout = \"1s\"";
        return settings;
    }

    // Answers with these statuses in turn, then with 200.
    void answer_in_turn(std::vector<int> statuses, http_headers headers = {}) {
        destination().answer_with([=](http_request const&, std::size_t n) {
            destination_answer answer;
            if (n <= statuses.size()) {
                answer.status = statuses[n - 1];
                answer.headers = headers;
            }
            return answer;
        });
    }

    std::string submit() {
        auto const answer =
            client().post("/v1/tasks", json_bearer(), R"({"destination":"crm","body":"x"})");
        BOOST_REQUIRE_EQUAL(answer.status, 202);
        return json_at(answer.body, "/id");
    }

    std::chrono::milliseconds pause_before(std::size_t n) {
        auto const all = destination().deliveries();
        return std::chrono::duration_cast<std::chrono::milliseconds>(all.at(n - 1).at -
                                                                     all.at(n - 2).at);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(retry, retry_fixture)

BOOST_AUTO_TEST_CASE(a_refused_delivery_is_tried_again_by_the_schedule) {
    answer_in_turn({500, 502});
    auto const id = submit();
    BOOST_REQUIRE(wait_for_state(id, "delivered"));
    BOOST_REQUIRE_EQUAL(destination().count(), 3U);
    BOOST_TEST((pause_before(2) >= 95ms));
    BOOST_TEST((pause_before(3) >= 295ms));
    auto const seen = task(id).body;
    BOOST_TEST(json_at(seen, "/attempts/0/status") == "500");
    BOOST_TEST(json_at(seen, "/attempts/1/status") == "502");
    BOOST_TEST(json_at(seen, "/attempts/2/status") == "200");
}

BOOST_AUTO_TEST_CASE(every_attempt_carries_the_same_id_and_body) {
    answer_in_turn({500, 500});
    BOOST_REQUIRE(wait_for_state(submit(), "delivered"));
    auto const all = destination().deliveries();
    for (auto const& each : all) {
        BOOST_TEST(each.request.header("webhook-id") == all[0].request.header("webhook-id"));
        BOOST_TEST(each.request.body == all[0].request.body);
    }
}

BOOST_AUTO_TEST_CASE(retry_after_is_respected) {
    answer_in_turn({503}, {{"Retry-After", "2"}});
    BOOST_REQUIRE(wait_for_state(submit(), "delivered"));
    BOOST_TEST((pause_before(2) >= 1900ms));
}

BOOST_AUTO_TEST_CASE(retry_after_closes_the_gate_for_other_tasks_too) {
    answer_in_turn({429}, {{"Retry-After", "2"}});
    auto const first = submit();
    BOOST_REQUIRE(destination().wait_for(1));
    // The gate is closed when the outcome of the first attempt is known.
    BOOST_REQUIRE(wait_for_state(first, "retry_wait"));
    BOOST_REQUIRE(wait_for_state(submit(), "delivered"));
    BOOST_TEST((pause_before(2) >= 1900ms));
}

// The destination's wish is on the disk with the outcome of the task that it answered.
BOOST_AUTO_TEST_CASE(retry_after_closes_the_gate_over_a_kill_too) {
    answer_in_turn({429}, {{"Retry-After", "4"}});
    auto const first = submit();
    BOOST_REQUIRE(wait_for_state(first, "retry_wait"));
    auto const is_on_disk = [this] {
        for (auto const& entry : std::filesystem::directory_iterator(data_directory())) {
            if (read_whole(entry.path()).find(" gate=") != std::string::npos) return true;
        }
        return false;
    };
    BOOST_REQUIRE(wait_until(is_on_disk));
    kill();
    start();
    auto const second = submit();
    auto const why = client().get("/v1/tasks/" + second + "/explain", bearer());
    BOOST_TEST(json_at(why.body, "/reasons/0/kind") == "retry_after", why.body);
    BOOST_TEST(json_at(why.body, "/reasons/0/by") == "answered 429");
    BOOST_REQUIRE(wait_for_state(second, "delivered"));
    BOOST_TEST((pause_before(2) >= 3900ms));
}

BOOST_AUTO_TEST_CASE(after_the_last_attempt_the_task_is_dead_and_shows_all_of_them) {
    answer_in_turn({500, 501, 502, 503});
    auto const id = submit();
    BOOST_REQUIRE(wait_for_state(id, "dead"));
    auto const seen = task(id).body;
    BOOST_TEST(destination().count() == 3U);
    BOOST_TEST(json_at(seen, "/attempts/2/n") == "3");
    BOOST_TEST(json_at(seen, "/attempts/2/status") == "502");
    BOOST_TEST(!json_at(seen, "/dead_reason").empty());
    BOOST_TEST(metric("sluice_queue_tasks", "state=\"dead\"") == 1);
}

BOOST_AUTO_TEST_CASE(a_final_refusal_is_not_tried_again) {
    answer_in_turn({404});
    auto const id = submit();
    BOOST_REQUIRE(wait_for_state(id, "dead"));
    BOOST_TEST(destination().count() == 1U);
}

BOOST_AUTO_TEST_CASE(a_redirect_is_a_failure_and_is_not_followed) {
    answer_in_turn({302}, {{"Location", "/elsewhere"}});
    BOOST_REQUIRE(wait_for_state(submit(), "delivered"));
    for (auto const& each : destination().deliveries()) {
        BOOST_TEST(each.request.target == "/crm");
    }
    BOOST_TEST(destination().count() == 2U);
}

BOOST_AUTO_TEST_CASE(no_answer_in_time_and_a_cut_connection_are_tried_again) {
    destination().answer_with([](http_request const&, std::size_t n) {
        destination_answer answer;
        answer.delay = n == 1 ? 1500ms : 0ms;
        answer.hang_up = n == 2;
        return answer;
    });
    auto const id = submit();
    BOOST_REQUIRE(wait_for_state(id, "delivered"));
    auto const seen = task(id).body;
    BOOST_TEST(!json_at(seen, "/attempts/0/error").empty());
    BOOST_TEST(!json_at(seen, "/attempts/1/error").empty());
    BOOST_TEST(json_at(seen, "/attempts/2/status") == "200");
}

BOOST_AUTO_TEST_CASE(gone_disables_the_destination_and_its_tasks_wait) {
    answer_in_turn({410});
    auto const id = submit();
    BOOST_REQUIRE(destination().wait_for(1));
    auto const later = submit();
    BOOST_TEST(json_at(client().get("/v1/tasks/" + later + "/explain", bearer()).body,
                       "/reasons/0/kind") == "disabled");
    BOOST_TEST(destination().count() == 1U);
    BOOST_TEST(json_at(task(id).body, "/state") != "dead");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace retry_test
