// kill -9 in the middle of the work, again and again: nothing acknowledged is ever lost.
#include "tests/e2e/gateway_under_test.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <csignal>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

namespace crash_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

constexpr int cycles = 10;
constexpr int posters = 4;
constexpr std::size_t concurrency = 16; // Attempts in flight at most.

// Posts numbered bodies from several connections until the gateway is gone.
class load {
  public:
    void run_until_killed(gateway_under_test& gateway, std::size_t acknowledgements_before_kill) {
        acknowledged_in_cycle_ = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < posters; ++i) {
            threads.emplace_back([&] { post_until_gone(gateway); });
        }
        bool const is_reached = wait_until(
            [&] { return acknowledged_in_cycle_.load() >= acknowledgements_before_kill; });
        gateway.process().signal(SIGKILL);
        for (auto& thread : threads) {
            thread.join();
        }
        gateway.kill();
        BOOST_TEST(is_reached, "the gateway stopped acknowledging");
    }

    std::set<std::string> const& acknowledged() const { return acknowledged_; }
    std::size_t sent() const { return next_.load(); }

  private:
    void post_until_gone(gateway_under_test& gateway) {
        auto client = gateway.client();
        for (;;) {
            auto const body = "task-" + std::to_string(next_++);
            auto const answer = client.try_request("POST", "/in/crm", {}, body);
            if (!answer) {
                return;
            }
            if (answer->status == 202) {
                std::lock_guard const lock(mutex_);
                acknowledged_.insert(body);
                ++acknowledged_in_cycle_;
            }
        }
    }

    std::atomic<std::size_t> next_{0};
    std::atomic<std::size_t> acknowledged_in_cycle_{0};
    std::mutex mutex_;
    std::set<std::string> acknowledged_;
};

std::map<std::string, std::size_t> count_by_body(recording_destination const& destination) {
    std::map<std::string, std::size_t> counts;
    for (auto const& each : destination.deliveries()) {
        ++counts[each.request.body];
    }
    return counts;
}

bool are_all_delivered(recording_destination const& destination,
                       std::set<std::string> const& bodies) {
    auto const counts = count_by_body(destination);
    return std::all_of(bodies.begin(), bodies.end(),
                       [&](auto const& body) { return counts.contains(body); });
}

gateway_settings crash_settings() {
    gateway_settings settings;
    settings.crm = "concurrency = " + std::to_string(concurrency) +
                   "\nretry = { schedule = [\"50ms\"], jitter = 0.0, max_attempts = 50 }";
    return settings;
}

} // namespace

BOOST_AUTO_TEST_SUITE(crash)

BOOST_AUTO_TEST_CASE(ten_kills_lose_nothing_that_was_acknowledged) {
    auto const seed = std::random_device{}();
    BOOST_TEST_MESSAGE("seed " << seed);
    std::mt19937 random(seed);
    gateway_under_test gateway(crash_settings());
    load posted;
    for (int i = 0; i < cycles; ++i) {
        posted.run_until_killed(gateway, 20 + random() % 200);
        gateway.start();
    }
    BOOST_TEST_CONTEXT("seed " << seed) {
        BOOST_TEST(wait_until(
            [&] { return are_all_delivered(gateway.destination(), posted.acknowledged()); },
            std::chrono::seconds(60)));
        std::size_t lost = 0;
        std::size_t duplicated = 0;
        auto const counts = count_by_body(gateway.destination());
        for (auto const& body : posted.acknowledged()) {
            lost += counts.contains(body) ? 0 : 1;
        }
        for (auto const& [body, count] : counts) {
            duplicated += count > 1 ? 1 : 0;
        }
        BOOST_TEST(lost == 0U);
        // Only what was in flight, or whose outcome was on its way to the disk (10 ms of them),
        // may be sent again.
        BOOST_TEST(duplicated <= cycles * concurrency * 10);
        BOOST_TEST(counts.size() <= posted.sent());
    }
}

BOOST_AUTO_TEST_CASE(a_resent_task_carries_the_same_id) {
    gateway_under_test gateway(crash_settings());
    gateway.destination().answer_with([](http_request const&, std::size_t n) {
        destination_answer answer;
        answer.delay = std::chrono::milliseconds(n == 1 ? 2000 : 0);
        return answer;
    });
    BOOST_TEST(gateway.client().post("/in/crm", {}, "x").status == 202);
    BOOST_REQUIRE(gateway.destination().wait_for(1));
    gateway.kill();
    gateway.start();
    BOOST_REQUIRE(gateway.destination().wait_for(2));
    auto const all = gateway.destination().deliveries();
    BOOST_TEST(!all[0].request.header("webhook-id").empty());
    BOOST_TEST(all[0].request.header("webhook-id") == all[1].request.header("webhook-id"));
}

BOOST_AUTO_TEST_CASE(a_scheduled_task_survives_a_kill_with_its_time) {
    gateway_under_test gateway;
    auto const answer =
        gateway.client().post("/v1/tasks", json_bearer(), R"({"destination":"crm","delay":"1h"})");
    auto const id = json_at(answer.body, "/id");
    auto const before = json_at(gateway.task(id).body, "/not_before");
    gateway.kill();
    gateway.start();
    BOOST_TEST(json_at(gateway.task(id).body, "/state") == "scheduled");
    BOOST_TEST(json_at(gateway.task(id).body, "/not_before") == before);
    BOOST_TEST(gateway.destination().count() == 0U);
}

BOOST_AUTO_TEST_CASE(what_was_delivered_and_settled_before_a_kill_is_not_sent_again) {
    gateway_under_test gateway;
    auto const answer =
        gateway.client().post("/v1/tasks", json_bearer(), R"({"destination":"crm"})");
    auto const id = json_at(answer.body, "/id");
    BOOST_REQUIRE(gateway.wait_for_state(id, "delivered"));
    // A later acknowledgement is on disk, and so is everything that was decided before it.
    BOOST_TEST(gateway.client().post("/in/crm", {}, "later").status == 202);
    BOOST_REQUIRE(gateway.destination().wait_for(2));
    gateway.kill();
    gateway.start();
    BOOST_TEST(json_at(gateway.task(id).body, "/state") == "delivered");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace crash_test
