// SIGHUP: a good configuration is taken over, a bad one changes nothing and is reported.
#include "tests/e2e/operator_fixture.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace reload_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;
using namespace std::chrono_literals;

struct reload_fixture : gateway_under_test {
    // Whether posts to the path are answered with the status sooner or later.
    bool answers(std::string const& path, int status) {
        return wait_until([&] {
            auto const answer = client().try_request("POST", path);
            return answer && answer->status == status;
        });
    }

    void reload(gateway_settings settings) {
        configure(std::move(settings));
        process().signal(SIGHUP);
    }
};

gateway_settings with_route(std::string const& path) {
    gateway_settings settings;
    settings.more = route_table(path, "\"crm\"");
    return settings;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(reload, reload_fixture)

BOOST_AUTO_TEST_CASE(a_new_route_is_served_and_an_old_one_goes) {
    BOOST_TEST(client().post("/in/new", {}, "x").status == 404);
    reload(with_route("/in/new"));
    BOOST_TEST(answers("/in/new", 202));
    reload({});
    BOOST_TEST(answers("/in/new", 404));
    BOOST_TEST(answers("/in/crm", 202));
}

BOOST_AUTO_TEST_CASE(an_empty_file_takes_no_account_away) {
    write_whole(configuration_file(), "");
    process().signal(SIGHUP);
    BOOST_TEST(wait_until([&] { return log().find("is empty") != std::string::npos; }));
    BOOST_TEST(client().post("/in/crm", {}, "x").status == 202);
}

BOOST_AUTO_TEST_CASE(limits_of_calls_change_and_those_of_the_queue_say_that_they_wait) {
    std::string const large(2000, 'x');
    BOOST_TEST(client().post("/in/crm", {}, large).status == 202);
    gateway_settings settings;
    settings.limits = "body = \"1KiB\"\nqueue_tasks = 7\nconnections_per_address = 3\n";
    reload(settings);
    BOOST_TEST(wait_until([&] { return client().post("/in/crm", {}, large).status == 413; }));
    BOOST_TEST(client().post("/in/crm", {}, "x").status == 202);
    BOOST_TEST(wait_until([&] { return log().find("limits.queue_tasks") != std::string::npos; }));
    // Three of this address may be open; one more is closed at once. Those of the calls above may
    // still count when the first of these come.
    std::vector<std::unique_ptr<tcp_connection>> open;
    BOOST_TEST(wait_until([&] {
        open.push_back(std::make_unique<tcp_connection>(ports().public_listener, 5s));
        return !client().try_request("POST", "/in/crm");
    }));
    open.clear();
    BOOST_TEST(answers("/in/crm", 202));
}

BOOST_AUTO_TEST_CASE(a_retry_budget_changes) {
    auto const budget = [&](std::string const& member) {
        auto const shown = admin().get("/v1/destinations/crm", operator_fixture::token());
        auto const text = json_at(shown.body, "/retry_budget/" + member);
        return text.empty() ? -1.0 : std::stod(text);
    };
    BOOST_TEST(budget("share") == 0.2);
    BOOST_TEST(budget("least") == 10);
    BOOST_TEST(budget("available") == 10);
    gateway_settings settings;
    settings.crm = "retry_budget = { share = 0.5, least = 3 }";
    reload(settings);
    BOOST_TEST(wait_until([&] { return budget("least") == 3; }));
    BOOST_TEST(budget("share") == 0.5);
}

BOOST_AUTO_TEST_CASE(a_broken_configuration_changes_nothing_and_is_reported) {
    gateway_settings broken = with_route("/in/new");
    broken.more += "\nnonsense = 1\n";
    reload(broken);
    BOOST_TEST(wait_until([&] { return log().find("sluice.toml:") != std::string::npos; }));
    BOOST_TEST(client().post("/in/new", {}, "x").status == 404);
    BOOST_TEST(client().post("/in/crm", {}, "x").status == 202);
    reload(with_route("/in/new"));
    BOOST_TEST(answers("/in/new", 202));
}

BOOST_AUTO_TEST_CASE(tasks_of_a_destination_that_went_are_held_until_it_comes_back) {
    auto const answer = client().post("/v1/tasks", json_bearer(),
                                      R"({"destination":"crm","body":"x","delay":"2s"})");
    BOOST_TEST(answer.status == 202);
    auto const id = json_at(answer.body, "/id");
    auto text = read_whole(configuration_file());
    auto const begin = text.find("[[destination]]\nname = \"crm\"");
    auto const end = text.find("[webhooks]");
    write_whole(configuration_file(), std::string(text).erase(begin, end - begin));
    process().signal(SIGHUP);
    BOOST_TEST(wait_until([&] {
        auto const why = client().get("/v1/tasks/" + id + "/explain", bearer());
        return why.body.find("not_configured") != std::string::npos;
    }));
    write_whole(configuration_file(), text);
    process().signal(SIGHUP);
    BOOST_TEST(wait_for_state(id, "delivered"));
}

// The journal is read meanwhile. The lock has the process's number as soon as the start begins.
BOOST_AUTO_TEST_CASE(a_reload_during_the_start_waits_for_its_end) {
    std::string many = R"({"tasks":[{"destination":"crm","delay":"1h"})";
    for (int i = 1; i < 1000; ++i)
        many += R"(,{"destination":"crm","delay":"1h"})";
    BOOST_REQUIRE(client().post("/v1/tasks:batch", json_bearer(), many + "]}").status == 202);
    auto const lock = data_directory() / "lock";
    auto const before = read_whole(lock);
    kill();
    std::thread operator_([&] {
        std::string now;
        BOOST_TEST(wait_until([&] { return (now = read_whole(lock)) != before && !now.empty(); }));
        ::kill(std::stoi(now), SIGHUP);
    });
    BOOST_CHECK_NO_THROW(start());
    operator_.join();
    auto const is_reloaded = [&] {
        return log().find("configuration reloaded") != std::string::npos;
    };
    BOOST_TEST(wait_until(is_reloaded));
}

BOOST_AUTO_TEST_CASE(calls_during_many_reloads_are_all_served) {
    auto connection = client();
    for (int i = 0; i < 20; ++i) {
        reload(with_route("/in/route-" + std::to_string(i)));
        for (int n = 0; n < 5; ++n) {
            BOOST_TEST(connection.post("/in/crm", {}, "x").status == 202);
        }
    }
    BOOST_TEST(destination().wait_for(100));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace reload_test
