// Keys of calls in a cluster: whichever gateway the repeat comes to, and whatever dies, each key is
// one task and every answer for it names the same one.
#include "tests/e2e/cluster_members.hpp"
#include "tests/support/postgres_server.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <random>

namespace cluster_keys_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;
using namespace std::chrono_literals;

std::string id_of(http_response const& answer) {
    return json_at(answer.body, "/request-id");
}

http_headers key_of(std::string const& key) {
    return {{"Idempotency-Key", key}};
}

struct two_gateways {
    std::string const url = shared_postgres().make_database();
    recording_destination destination;
    std::string const content =
        route_table("/in/once", "\"shared\"") + "dedup = \"body\"\ndedup_window = \"1h\"\n";
    gateway_under_test one{cluster_member("gw-1", url, destination, content)};
    gateway_under_test other{cluster_member("gw-2", url, destination, content)};
};

// Repeats calls with keys at any of the gateways, from several threads, and remembers which task
// each was told of.
class repeated_calls {
  public:
    repeated_calls(std::vector<std::uint16_t> ports, std::size_t keys)
        : ports_(std::move(ports))
        , told_(keys) {}
    ~repeated_calls() { wait(); }

    void begin(std::size_t calls, unsigned threads) {
        left_ = static_cast<long>(calls);
        for (unsigned i = 0; i < threads; ++i)
            threads_.emplace_back([this, i] { post(i + 1); });
    }
    void wait() {
        for (auto& each : threads_)
            each.join();
        threads_.clear();
    }
    bool wait_until_left(long calls) {
        return wait_until([&] { return left_ <= calls; }, 240s);
    }
    // Until it is told of a task; bounded.
    bool ask(http_client& client, std::size_t key) {
        return wait_until([&] { return call(client, key); }, 60s);
    }
    std::size_t keys() const { return told_.size(); }
    std::set<std::string> const& told(std::size_t key) const { return told_[key]; }
    std::map<unsigned, std::size_t> const& statuses() const { return statuses_; }

  private:
    bool call(http_client& client, std::size_t key) {
        auto const text = "key-" + std::to_string(key);
        auto const answer = client.try_request("POST", "/in/shared", key_of(text), text);
        std::lock_guard const guard(mutex_);
        ++statuses_[answer ? static_cast<unsigned>(answer->status) : 0];
        if (!answer || answer->status != 202) return false;
        told_[key].insert(id_of(*answer));
        return true;
    }
    void post(unsigned seed) {
        std::minstd_rand random(seed);
        std::vector<http_client> clients;
        for (auto const port : ports_)
            clients.emplace_back(port);
        while (left_.fetch_sub(1) > 0)
            (void)call(clients[random() % clients.size()], random() % told_.size());
    }

    std::vector<std::uint16_t> const ports_;
    std::atomic<long> left_ = 0;
    std::mutex mutex_;
    std::vector<std::set<std::string>> told_; // by key
    std::map<unsigned, std::size_t> statuses_;
    std::vector<std::thread> threads_;
};

// The tasks that the destination has seen, by body.
std::map<std::string, std::set<std::string>> tasks_by_body(recording_destination const& at) {
    std::map<std::string, std::set<std::string>> all;
    for (auto const& each : at.deliveries())
        all[each.request.body].insert(std::string(each.request.header("webhook-id")));
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(cluster_keys)

BOOST_FIXTURE_TEST_CASE(a_repeat_at_another_gateway_gets_the_first_answer, two_gateways) {
    auto const first = one.client().post("/in/shared", key_of("k"), "hello");
    BOOST_TEST(first.status == 202);
    auto const again = other.client().post("/in/shared", key_of("k"), "hello");
    BOOST_TEST(again.status == 202);
    BOOST_TEST(again.body == first.body);
    BOOST_TEST(again.header("Location") == first.header("Location"));
    auto const conflict = other.client().post("/in/shared", key_of("k"), "another body");
    BOOST_TEST(conflict.status == 422);
    // The same at the first one, and after both have started anew.
    BOOST_TEST(one.client().post("/in/shared", key_of("k"), "hello").body == first.body);
    BOOST_TEST(one.stop() == 0);
    BOOST_TEST(other.stop() == 0);
    other.start();
    BOOST_TEST(other.client().post("/in/shared", key_of("k"), "hello").body == first.body);
    one.start();
    BOOST_TEST(destination.wait_for(1));
    BOOST_TEST(count_by_body(destination)["hello"] == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_content_is_known_again_at_another_gateway, two_gateways) {
    auto const first = one.client().post("/in/once", {}, "the same");
    BOOST_TEST(first.status == 202);
    auto const again = other.client().post("/in/once", {}, "the same");
    BOOST_TEST(again.status == 202);
    BOOST_TEST(id_of(again) == id_of(first));
    BOOST_TEST(other.client().post("/in/once", {}, "not the same").status == 202);
    BOOST_TEST(destination.wait_for(2));
    BOOST_TEST(count_by_body(destination)["the same"] == 1U);
}

BOOST_FIXTURE_TEST_CASE(the_key_of_a_killed_gateway_is_known_to_those_who_take_its_log_over,
                        two_gateways) {
    auto const first = one.client().post("/in/shared", key_of("k"), "hello");
    BOOST_TEST(first.status == 202);
    one.kill();
    // Until it is known what became of it nobody says anything else.
    http_response again;
    BOOST_TEST(wait_until([&] {
        again = other.client().post("/in/shared", key_of("k"), "hello");
        BOOST_TEST((again.status == 202 || again.status == 409 || again.status == 503));
        if (again.status != 202) BOOST_TEST(!again.header("Retry-After").empty());
        return again.status == 202;
    }));
    BOOST_TEST(again.body == first.body);
}

BOOST_AUTO_TEST_CASE(calls_with_a_key_are_refused_while_postgresql_is_away) {
    postgres_server server;
    recording_destination destination;
    gateway_under_test gateway(cluster_member("gw-1", server.make_database(), destination));
    BOOST_TEST(gateway.client().post("/in/shared", key_of("k"), "x").status == 202);
    server.kill();
    // What becomes of these nobody knows yet.
    std::array<std::optional<http_response>, 2> waited;
    std::array<std::thread, 2> waiting;
    for (std::size_t i = 0; i < waited.size(); ++i) {
        waiting[i] = std::thread([&, i] {
            auto const headers = i == 0 ? http_headers() : key_of("waits");
            waited[i] = gateway.client().try_request("POST", "/in/shared", headers, "waits");
        });
    }
    BOOST_TEST(wait_until([&] {
        auto const ready = gateway.admin().get("/readyz?verbose");
        return ready.status == 503 && ready.body.find("no commit for") != std::string::npos;
    }));
    auto const refused = gateway.client().post("/in/shared", key_of("l"), "y");
    BOOST_TEST(refused.status == 503);
    BOOST_TEST(!refused.header("Retry-After").empty());
    server.start();
    for (std::size_t i = 0; i < waited.size(); ++i) {
        waiting[i].join();
        BOOST_REQUIRE(waited[i]);
        BOOST_TEST(waited[i]->status == 202);
    }
    BOOST_TEST(wait_until([&] {
        auto const answer = gateway.client().try_request("POST", "/in/shared", key_of("l"), "y");
        return answer && answer->status == 202;
    }));
}

BOOST_AUTO_TEST_CASE(ten_thousand_repeats_over_members_of_which_one_is_killed_are_one_task_a_key) {
    auto const url = shared_postgres().make_database();
    recording_destination destination;
    gateway_under_test one(cluster_member("gw-1", url, destination));
    gateway_under_test two(cluster_member("gw-2", url, destination));
    gateway_under_test three(cluster_member("gw-3", url, destination));
    repeated_calls calls(
        {one.ports().public_listener, two.ports().public_listener, three.ports().public_listener},
        1000);
    calls.begin(10'000, 8);
    BOOST_TEST(calls.wait_until_left(7'500));
    two.kill();
    BOOST_TEST(wait_for_take_over(one, three));
    two.start();
    calls.wait();
    auto first = one.client();
    auto second = two.client();
    for (std::size_t key = 0; key < calls.keys(); ++key) {
        BOOST_TEST(calls.ask(first, key));
        BOOST_TEST(calls.ask(second, key));
        BOOST_TEST(calls.told(key).size() == 1U, "key-" << key);
    }
    BOOST_TEST(wait_until([&] { return tasks_by_body(destination).size() == calls.keys(); }, 60s));
    for (auto const& [body, tasks] : tasks_by_body(destination))
        BOOST_TEST(tasks.size() == 1U, body);
    std::string text;
    for (auto const& [status, count] : calls.statuses())
        text += " " + std::to_string(status) + ": " + std::to_string(count);
    BOOST_TEST_MESSAGE("answers by status (0: none):" << text);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cluster_keys_test
