// Order keys over several gateways: a call sent after another's 202 goes after it, whichever
// gateways the two came to, and whatever dies or restarts meanwhile.
#include "tests/e2e/cluster_members.hpp"
#include "tests/support/postgres_server.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <csignal>
#include <mutex>
#include <random>
#include <thread>

namespace order_keys_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;
using namespace std::chrono_literals;

std::string keyed_task(std::string const& key, std::string const& body) {
    return R"({"destination":"shared","order_key":")" + key + R"(","body":")" + body + "\"}";
}

// Posts, for each of its keys, one numbered task after the other, each to any of the gateways, and
// the next when the last was answered 202. A 503 is said again; what nobody knows is left behind.
class ordered_load {
  public:
    // `patience`: for an answer.
    ordered_load(std::vector<std::uint16_t> ports, int keys, int rounds, int threads,
                 std::chrono::milliseconds patience = 30s) {
        for (int i = 0; i < threads; ++i)
            threads_.emplace_back([this, ports, keys, rounds, threads, patience, i] {
                std::mt19937 random(static_cast<unsigned>(i));
                std::vector<http_client> clients;
                for (auto const port : ports)
                    clients.emplace_back(port, patience);
                for (int round = 0; round < rounds; ++round)
                    for (int key = i; key < keys; key += threads)
                        post(clients, random, key, round);
            });
    }
    ~ordered_load() { wait(); }
    void wait() {
        for (auto& each : threads_)
            each.join();
        threads_.clear();
    }
    std::size_t count() const {
        std::lock_guard const guard(mutex_);
        return acknowledged_.size();
    }
    std::set<std::string> acknowledged() const {
        std::lock_guard const guard(mutex_);
        return acknowledged_;
    }
    std::atomic<std::size_t> unknown = 0;
    std::atomic<std::size_t> refused = 0;
    std::atomic<std::size_t> odd = 0; // neither of the above: there are none

  private:
    void post(std::vector<http_client>& clients, std::mt19937& random, int key, int round) {
        auto const name = "key-" + std::to_string(key);
        int attempt = 0; // what nobody knows of is not said again: the next is another task
        for (int tries = 0; tries < 400; ++tries) {
            auto const body = name + "/" + std::to_string(round) + "/" + std::to_string(attempt);
            auto const answer = clients[random() % clients.size()].try_request(
                "POST", "/v1/tasks", json_bearer(), keyed_task(name, body));
            if (answer && answer->status == 202) {
                std::lock_guard const guard(mutex_);
                acknowledged_.insert(body);
                return;
            }
            bool const is_unknown = !answer || answer->status == 500;
            if (!is_unknown && answer->status != 503) {
                ++odd;
                return;
            }
            ++(is_unknown ? unknown : refused);
            attempt += is_unknown;
            wait_until([this] { return is_over_.load(); }, 50ms);
        }
    }

    std::atomic<bool> is_over_ = false; // nobody says so: a pause before the next try
    mutable std::mutex mutex_;
    std::set<std::string> acknowledged_;
    std::vector<std::thread> threads_;
};

// Where a task of a key came for the first and for the last time, among all that came.
void check_order(recording_destination const& at, std::set<std::string> const& acknowledged) {
    std::map<std::string, std::pair<std::size_t, std::size_t>> seen;
    std::size_t place = 0;
    for (auto const& each : at.deliveries()) {
        auto const found = seen.try_emplace(each.request.body, place, place).first;
        found->second.second = place++;
    }
    // "key-7/3/0": of each key one task a round was acknowledged, and the rounds are digits.
    std::map<std::string, std::pair<std::size_t, std::size_t>> last;
    std::size_t wrong = 0;
    std::vector<std::string> told;
    for (auto const& body : acknowledged) { // sorted: a key's rounds come one after the other
        if (!seen.contains(body)) continue;
        auto const here = seen[body];
        auto& before = last[body.substr(0, body.find('/'))];
        bool const is_wrong = here.first < before.first || here.second < before.second;
        if (is_wrong && wrong++ < 5)
            told.push_back(body + " came " + std::to_string(here.first) + ".." +
                           std::to_string(here.second) + "., the one before it " +
                           std::to_string(before.first) + ".." + std::to_string(before.second) +
                           ".");
        before = here;
    }
    for (auto const& text : told)
        BOOST_TEST_MESSAGE(text);
    BOOST_TEST(wrong == 0U);
}

struct three_members {
    explicit three_members(recording_destination& destination) {
        auto const url = shared_postgres().make_database();
        for (auto const* const name : {"gw-1", "gw-2", "gw-3"})
            members.push_back(
                std::make_unique<gateway_under_test>(cluster_member(name, url, destination)));
    }
    std::vector<std::uint16_t> ports() const {
        std::vector<std::uint16_t> all;
        for (auto const& each : members)
            all.push_back(each->ports().public_listener);
        return all;
    }
    std::vector<std::unique_ptr<gateway_under_test>> members;
};

// Of `calls` nearly all were acknowledged, and what was came, each key's in its order.
void check_all_in_order(ordered_load& load, recording_destination const& destination,
                        unsigned calls) {
    load.wait();
    BOOST_TEST(load.odd == 0U);
    auto const acknowledged = load.acknowledged();
    BOOST_TEST(acknowledged.size() > calls * 9U / 10);
    BOOST_TEST(all_arrive(destination, acknowledged, 180s));
    check_order(destination, acknowledged);
    BOOST_TEST_MESSAGE(acknowledged.size() << " acknowledged, " << load.refused << " refused and "
                                           << "said again, " << load.unknown << " unknown");
}

} // namespace

BOOST_AUTO_TEST_SUITE(order_keys)

BOOST_AUTO_TEST_CASE(any_gateway_takes_a_key_s_tasks_and_its_home_keeps_them) {
    auto const url = shared_postgres().make_database();
    recording_destination destination;
    gateway_under_test one(cluster_member("gw-1", url, destination));
    gateway_under_test other(cluster_member("gw-2", url, destination));
    auto const slots = [](gateway_under_test& at) {
        return at.metric("sluice_cluster_order_slots");
    };
    BOOST_TEST(wait_until([&] { return slots(one) == 512 && slots(other) == 512; }));
    ordered_load load({one.ports().public_listener, other.ports().public_listener}, 20, 5, 2);
    load.wait();
    BOOST_TEST(load.odd == 0U);
    BOOST_TEST(load.unknown == 0U);
    BOOST_TEST(load.count() == 100U);
    BOOST_TEST(all_arrive(destination, load.acknowledged()));
    check_order(destination, load.acknowledged());
    BOOST_TEST(one.metric("sluice_cluster_forwards_total", "taken") > 0);
    // A batch whose keys have several homes is taken apart; the answer is one.
    std::string tasks;
    std::set<std::string> bodies;
    for (int i = 0; i < 20; ++i) {
        auto const body = "batch-" + std::to_string(i);
        bodies.insert(body);
        tasks += (i == 0 ? "" : ",") + keyed_task(body, body);
    }
    auto const batch = "{\"tasks\":[" + tasks + "]}";
    auto const answer = one.client().post("/v1/tasks:batch", json_bearer(), batch);
    BOOST_TEST(answer.status == 202, answer.body);
    BOOST_TEST(all_arrive(destination, bodies));
    // With one key it is repeated wherever the repeat lands, and a wait is waited for at the home.
    for (int i = 0; i < 8; ++i) {
        auto const task = keyed_task("wait-" + std::to_string(i), "w" + std::to_string(i));
        auto headers = json_bearer();
        headers.emplace_back("Idempotency-Key", "k" + std::to_string(i));
        headers.emplace_back("Prefer", "wait=20");
        auto const first = one.client().post("/v1/tasks", headers, task);
        BOOST_TEST(first.status == 200, first.body);
        auto const again = other.client().post("/v1/tasks", headers, task);
        BOOST_TEST(json_at(again.body, "/id") == json_at(first.body, "/id"));
    }
    BOOST_TEST(other.stop() == 0);
    BOOST_TEST(wait_until([&] { return slots(one) == 1024; }));
}

// It is taken apart, and its parts are known again wherever their slots are by then.
BOOST_AUTO_TEST_CASE(a_batch_with_an_idempotency_key_is_taken_once_wherever_its_slots_move) {
    auto const url = shared_postgres().make_database();
    recording_destination destination;
    gateway_under_test one(cluster_member("gw-1", url, destination));
    gateway_under_test other(cluster_member("gw-2", url, destination));
    auto const has_slots = [](gateway_under_test& at, double count) {
        return wait_until([&] { return at.metric("sluice_cluster_order_slots") == count; });
    };
    BOOST_TEST(has_slots(one, 512));
    BOOST_TEST(has_slots(other, 512));
    auto headers = json_bearer();
    headers.emplace_back("Idempotency-Key", "once");
    auto const batch = [](int entries) {
        std::string tasks = R"({"destination":"shared","body":"no order"})";
        for (int i = 0; i < entries; ++i)
            tasks += "," + keyed_task("b" + std::to_string(i), "body-" + std::to_string(i));
        return "{\"tasks\":[" + tasks + "]}";
    };
    auto const first = one.client().post("/v1/tasks:batch", headers, batch(20));
    BOOST_TEST(first.status == 202, first.body);
    BOOST_TEST(first.header("Sluice-Durability") == "postgres");
    BOOST_TEST(other.client().post("/v1/tasks:batch", headers, batch(20)).body == first.body);
    // Another batch with the key is refused whole.
    auto const conflict = other.client().post("/v1/tasks:batch", headers, batch(21));
    BOOST_TEST(conflict.status == 422, conflict.body);
    BOOST_TEST(all_arrive(destination, {"no order", "body-0", "body-19"}));
    // All slots are at one of them, then at both again.
    BOOST_TEST(other.stop() == 0);
    BOOST_TEST(has_slots(one, 1024));
    auto const alone = one.client().post("/v1/tasks:batch", headers, batch(20));
    BOOST_TEST(alone.status == 202);
    BOOST_TEST(alone.body == first.body);
    other.start();
    BOOST_TEST(has_slots(other, 512));
    BOOST_TEST(other.client().post("/v1/tasks:batch", headers, batch(20)).body == first.body);
    auto const seen = count_by_body(destination);
    BOOST_TEST(seen.size() == 21U);
    for (auto const& [body, count] : seen)
        BOOST_TEST(count == 1U, body);
}

BOOST_AUTO_TEST_CASE(order_is_kept_over_a_kill_and_a_rolling_restart) {
    constexpr int keys = 1000;
    constexpr int rounds = 4;
    recording_destination destination;
    three_members const three(destination);
    auto const& members = three.members;
    ordered_load load(three.ports(), keys, rounds, 6);
    BOOST_TEST(wait_until([&] { return load.count() > 600; }, 120s));
    members[1]->kill();
    BOOST_TEST(wait_for_take_over(*members[0], *members[2]));
    members[1]->start();
    for (auto& each : members) {
        BOOST_TEST(each->stop() == 0);
        each->start();
    }
    check_all_in_order(load, destination, keys * rounds);
}

// It holds tasks and has some under way when it is frozen; others take them over; it wakes up,
// finds out, ends, and comes back.
BOOST_AUTO_TEST_CASE(order_is_kept_while_a_gateway_is_frozen_for_longer_than_its_lease) {
    constexpr int keys = 300;
    constexpr int rounds = 6;
    recording_destination destination;
    three_members const three(destination);
    auto const& members = three.members;
    ordered_load load(three.ports(), keys, rounds, 6, 2s);
    BOOST_TEST(wait_until([&] { return load.count() > 400; }, 120s));
    auto& frozen = *members[1];
    frozen.process().signal(SIGSTOP);
    BOOST_TEST(wait_for_take_over(*members[0], *members[2]));
    auto const before = load.count();
    BOOST_TEST(wait_until([&] { return load.count() > before + 50; }, 120s));
    frozen.process().signal(SIGCONT);
    BOOST_TEST(frozen.process().wait() == 73);
    frozen.start();
    check_all_in_order(load, destination, keys * rounds);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace order_keys_test
