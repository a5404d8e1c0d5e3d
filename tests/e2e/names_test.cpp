// Names of destinations, asked of a name server of the tests: what one account's slow or silent
// names do to another's tasks.
#include "tests/e2e/operator_fixture.hpp"
#include "tests/support/name_server.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace names_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;
using namespace std::chrono_literals;

constexpr char other_id[] = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";
constexpr int crowd = 40;
constexpr int guests = 8;

named at_loopback(std::chrono::milliseconds delay = 0ms) {
    named how;
    how.answers = {{"127.0.0.1"}};
    how.delay = delay;
    return how;
}

named silent() {
    named how;
    how.is_silent = true;
    return how;
}

std::string numbered(std::string const& name, int i) {
    return name + std::to_string(i);
}

// A name server that is there before the gateway.
struct names_of_destinations {
    name_server server;
};

struct names_fixture : names_of_destinations, operator_fixture {
    names_fixture()
        : operator_fixture(settings(server.address())) {}

    // crowd0 … and guest0 …, each at a name of its own; 500 is the guests' account.
    static gateway_settings settings(std::string const& name_server) {
        gateway_settings made;
        made.top = "name_servers = [\"" + name_server + "\"]\n";
        made.more = std::string("\n[[account]]\nid = \"500\"\nallow_http = true\nsecrets = [\"") +
                    other_id + "\"]\n";
        for (int i = 0; i < crowd; ++i)
            made.more += table(numbered("crowd", i), "timeout = \"8s\"");
        for (int i = 0; i < guests; ++i)
            made.more += table(numbered("guest", i), "timeout = \"8s\"");
        return made;
    }
    static std::string table(std::string const& name, std::string const& lines) {
        return "\n[[destination]]\nname = \"" + name + "\"\nurl = \"http://" + name +
               ".test:{destination_port}/" + name +
               "\"\nallow_http = true\nallow_networks = [\"127.0.0.0/8\"]\n" + lines + "\n";
    }

    std::string submit(std::string const& destination, http_headers const& by) {
        auto const answer = client().post("/v1/tasks", by,
                                          R"({"destination":")" + destination + R"(","body":"x"})");
        BOOST_REQUIRE_EQUAL(answer.status, 202);
        return json_at(answer.body, "/id");
    }
    static http_headers guest() {
        return {{"Authorization", std::string("Bearer ") + other_id},
                {"Content-Type", "application/json"}};
    }
    std::size_t delivered_to(std::string const& prefix) {
        auto const all = destination().deliveries();
        return static_cast<std::size_t>(std::ranges::count_if(all, [&](delivery const& each) {
            return each.request.target.starts_with("/" + prefix);
        }));
    }
    void require_one_attempt(std::string const& id) {
        auto const seen = client().get("/v1/tasks/" + id, guest()).body;
        BOOST_TEST(json_at(seen, "/attempts/0/status") == "200", seen);
        BOOST_TEST(json_at(seen, "/attempts/1").empty(), seen);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(names, names_fixture)

BOOST_AUTO_TEST_CASE(slow_names_of_one_account_do_not_delay_another) {
    for (int i = 0; i < crowd; ++i) {
        server.set(numbered("crowd", i) + ".test", at_loopback(3s));
        submit(numbered("crowd", i), json_bearer());
    }
    std::vector<std::string> ids;
    for (int i = 0; i < 3; ++i) {
        server.set(numbered("guest", i) + ".test", at_loopback());
        ids.push_back(submit(numbered("guest", i), guest()));
    }
    BOOST_REQUIRE(wait_until([&] { return delivered_to("guest") == 3; }));
    BOOST_TEST(delivered_to("crowd") == 0U); // their names have not come yet
    BOOST_TEST(metric("sluice_name_lookups_under_way") == crowd);
    BOOST_REQUIRE(wait_until([&] { return delivered_to("crowd") == crowd; }));
    BOOST_TEST(metric("sluice_name_lookups_total", "result=\"found\"") == crowd + 3);
    for (auto const& id : ids)
        require_one_attempt(id);
}

BOOST_AUTO_TEST_CASE(silent_names_of_one_account_cost_another_no_attempt) {
    for (int i = 0; i < crowd; ++i) {
        server.set(numbered("crowd", i) + ".test", silent());
        submit(numbered("crowd", i), json_bearer());
    }
    std::vector<std::string> ids;
    for (int i = 0; i < guests; ++i) {
        server.set(numbered("guest", i) + ".test", at_loopback());
        ids.push_back(submit(numbered("guest", i), guest()));
    }
    BOOST_REQUIRE(wait_until([&] { return delivered_to("guest") == guests; }));
    for (auto const& id : ids) {
        BOOST_REQUIRE(wait_until([&] {
            auto const seen = client().get("/v1/tasks/" + id, guest()).body;
            return json_at(seen, "/state") == "delivered";
        }));
        require_one_attempt(id);
    }
    BOOST_TEST(delivered_to("crowd") == 0U);
}

BOOST_AUTO_TEST_CASE(a_stale_address_is_used_while_it_is_asked_for_anew) {
    destination().answer_with([](http_request const&, std::size_t) {
        return destination_answer{.headers = {{"Connection", "close"}}}; // each attempt looks it up
    });
    auto brief = at_loopback();
    brief.ttl = 1;
    server.set("guest0.test", brief);
    submit("guest0", guest());
    BOOST_REQUIRE(wait_until([&] { return delivered_to("guest") == 1; }));
    server.set("guest0.test", silent());
    // Once the floor of the time is over.
    std::size_t sent = 1;
    BOOST_TEST(wait_until([&] {
        submit("guest0", guest());
        ++sent;
        return delivered_to("guest") == sent && metric("sluice_name_stale_uses_total") >= 1;
    }));
    BOOST_TEST(wait_until([&] { return delivered_to("guest") == sent; }));
    BOOST_TEST(metric("sluice_name_cache_hits_total") >= 1);
}

BOOST_AUTO_TEST_CASE(a_name_that_is_not_there_is_a_failed_attempt_that_says_so) {
    auto const id = submit("guest0", guest());
    BOOST_REQUIRE(wait_until(
        [&] { return metric("sluice_name_lookups_total", "result=\"no_such_name\"") >= 1; }));
    std::string seen;
    BOOST_REQUIRE(wait_until([&] {
        seen = client().get("/v1/tasks/" + id, guest()).body;
        return !json_at(seen, "/attempts/0").empty();
    }));
    BOOST_TEST(seen.find("guest0.test: ") != seen.npos, seen);
}

BOOST_AUTO_TEST_CASE(localhost_needs_no_name_server) {
    auto settings_of_another = settings("127.0.0.1:9"); // nobody there
    settings_of_another.more +=
        "\n[[destination]]\nname = \"here\"\nurl = \"http://localhost:{destination_port}/here\"\n"
        "allow_http = true\nallow_networks = [\"127.0.0.0/8\", \"::1\"]\n";
    gateway_under_test other(settings_of_another);
    auto const answer =
        other.client().post("/v1/tasks", json_bearer(), R"({"destination":"here","body":"x"})");
    BOOST_REQUIRE_EQUAL(answer.status, 202);
    BOOST_TEST(other.destination().wait_for(1));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace names_test
