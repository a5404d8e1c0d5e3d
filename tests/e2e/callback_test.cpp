// Callbacks: how tasks ended is told to whoever asked, signed, again and again until it is taken,
// and whatever happens in between.
#include "tests/e2e/gateway_under_test.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <string_view>

namespace callback_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;
using namespace std::chrono_literals;

constexpr char secret[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr char other_secret[] = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

gateway_settings with_callback(std::string const& callback) {
    gateway_settings settings;
    settings.account = "callback = { " + callback +
                       R"( allow_http = true, allow_networks = ["127.0.0.0/8"], )"
                       R"(retry = { schedule = ["200ms"], jitter = 0.0, max_attempts = 50 } })";
    settings.crm = R"(retry = { schedule = ["100ms"], jitter = 0.0, max_attempts = 1 })";
    // Takes what is signed with `secret` only: a callback that goes here proves its signature.
    settings.more =
        route_table("/in/signed", "\"crm\"",
                    "require = \"signature\"\nsecret = \"" + std::string(secret) + "\"") +
        route_table("/in/other", "\"crm\"",
                    "require = \"signature\"\nsecret = \"" + std::string(other_secret) + "\"");
    return settings;
}

struct callback_fixture : gateway_under_test {
    explicit callback_fixture(std::string const& callback = "")
        : gateway_under_test(with_callback(callback)) {}

    int refused_ = 0; // guarded by the destination: answers are made one at a time

    std::string destination_url(std::string const& path) {
        return "http://127.0.0.1:" + std::to_string(destination().port()) + path;
    }

    std::string accept(std::string const& members) {
        auto const answer = client().post("/v1/tasks", json_bearer(),
                                          R"({"destination":"crm","body":"x")" + members + "}");
        BOOST_REQUIRE_MESSAGE(answer.status == 202, answer.body);
        return json_at(answer.body, "/id");
    }

    int try_to_accept(std::string const& members) {
        return client()
            .post("/v1/tasks", json_bearer(), R"({"destination":"crm","body":"x")" + members + "}")
            .status;
    }

    std::vector<http_request> received(std::string const& path) {
        std::vector<http_request> found;
        for (auto const& each : destination().deliveries()) {
            if (each.request.target == path) found.push_back(each.request);
        }
        return found;
    }

    void reload(std::string const& configuration) {
        constexpr std::string_view done = "configuration reloaded";
        auto const seen = log().rfind(done);
        write_whole(configuration_file(), configuration);
        process().signal(SIGHUP);
        BOOST_REQUIRE(wait_until([&] {
            auto const now = log().rfind(done);
            return now != std::string::npos && now != seen;
        }));
    }

    bool wait_for_reports(std::string const& path, std::size_t count) {
        return wait_until([&] { return received(path).size() >= count; });
    }
};

struct account_callback_fixture : callback_fixture {
    account_callback_fixture()
        : callback_fixture("url = \"{destination}/cb\", secret = \"" + std::string(secret) +
                           "\", ") {}
};

} // namespace

BOOST_AUTO_TEST_SUITE(callback)

BOOST_FIXTURE_TEST_CASE(every_task_of_the_account_is_reported, account_callback_fixture) {
    auto const id = accept("");
    BOOST_REQUIRE(wait_for_reports("/cb", 1));
    auto const report = received("/cb").at(0);
    BOOST_TEST(report.method == "POST");
    BOOST_TEST(report.header("Content-Type") == "application/json");
    BOOST_TEST(report.header("webhook-id").size() == 36U);
    BOOST_TEST(report.header("webhook-id") != id);
    BOOST_TEST(report.header("webhook-signature").starts_with("v1,"));
    BOOST_TEST(json_at(report.body, "/type") == "task.delivered");
    BOOST_TEST(json_at(report.body, "/id") == id);
    BOOST_TEST(json_at(report.body, "/state") == "delivered");
    BOOST_TEST(json_at(report.body, "/destination") == "crm");
    BOOST_TEST(json_at(report.body, "/attempts/0/status") == "200");
    BOOST_TEST(json_at(report.body, "/attempts/0/response").find("Success") != std::string::npos);
    // A report is a task that can be seen, and is not reported itself.
    BOOST_REQUIRE(wait_for_state(report.header("webhook-id"), "delivered"));
    BOOST_TEST(json_at(task(report.header("webhook-id")).body, "/destination") == "callback:163");
    accept("");
    BOOST_REQUIRE(wait_for_reports("/cb", 2));
    BOOST_TEST(received("/cb").size() == 2U);
}

BOOST_FIXTURE_TEST_CASE(an_outbound_call_is_reported_with_its_variables, account_callback_fixture) {
    auto const answer =
        client().post("/v1/webhooks/createOutbound", json_bearer(),
                      R"({"apiVersion":"1.0","securityID":")" + std::string(security_id) +
                          R"(","flowID":"flow0001","clientID":"c","delayMinutes":0,)"
                          R"("contactNumbers":"9879964805"})");
    BOOST_REQUIRE_EQUAL(answer.status, 202);
    BOOST_REQUIRE(wait_for_reports("/cb", 1));
    auto const body = received("/cb").at(0).body;
    BOOST_TEST(json_at(body, "/id") == json_at(answer.body, "/request-id"));
    BOOST_TEST(json_at(body, "/result/0/name") == "$flow.key.obdResponseCode");
    BOOST_TEST(json_at(body, "/result/0/value") == "200");
    auto const shown = task(json_at(body, "/id")).body;
    BOOST_TEST(json_at(shown, "/result") == json_at(body, "/result"));
}

// Webhooks and /in have no place for it in their bodies: it is a header there.
BOOST_FIXTURE_TEST_CASE(any_call_may_name_its_own_callback, account_callback_fixture) {
    auto const own = http_headers{{"Content-Type", "application/json"},
                                  {"Sluice-Callback", destination_url("/own")}};
    auto const outbound = client().post(
        "/v1/webhooks/createOutbound", own,
        R"({"apiVersion":"1.0","flowID":"flow0001","clientID":"c","contactNumbers":"9879964805"})");
    BOOST_REQUIRE_EQUAL(outbound.status, 202);
    BOOST_REQUIRE(wait_for_reports("/own", 1));
    auto const report = received("/own").at(0);
    BOOST_TEST(json_at(report.body, "/id") == json_at(outbound.body, "/request-id"));
    BOOST_TEST(report.header("webhook-signature").starts_with("v1,"));
    auto const proxied = client().post("/in/crm", own, "x");
    BOOST_TEST(proxied.status == 202);
    BOOST_REQUIRE(wait_for_reports("/own", 2));
    for (auto const& each : received("/crm"))
        BOOST_TEST(!has_header(each.headers, "Sluice-Callback"));
    BOOST_TEST(received("/cb").empty());
    auto const before = metric("sluice_tasks_accepted_total");
    for (auto const* const url : {"ftp://x.example/", "nowhere", "http://10.0.0.1/"}) {
        auto const bad = client().post("/in/crm", {{"Sluice-Callback", url}}, "x");
        BOOST_TEST(bad.status == 422, url);
        BOOST_TEST(json_at(bad.body, "/errors/0/pointer") == "Sluice-Callback");
    }
    BOOST_TEST(metric("sluice_tasks_accepted_total") == before);
}

BOOST_FIXTURE_TEST_CASE(an_outbound_call_that_dies_says_with_which_code, account_callback_fixture) {
    destination().answer_with([](http_request const& request, std::size_t) {
        destination_answer out;
        if (request.target != "/cb") out.body = R"({"api-response-code":205})";
        return out;
    });
    client().post(
        "/v1/webhooks/createOutbound", json_bearer(),
        R"({"apiVersion":"1.0","flowID":"flow0001","clientID":"c","contactNumbers":"9879964805"})");
    BOOST_REQUIRE(wait_for_reports("/cb", 1));
    auto const body = received("/cb").at(0).body;
    BOOST_TEST(json_at(body, "/dead_reason") == "answered 200 with api-response-code 205");
    BOOST_TEST(json_at(body, "/result/0/value") == "205");
}

BOOST_FIXTURE_TEST_CASE(every_end_is_reported, account_callback_fixture) {
    destination().answer_with([](http_request const& request, std::size_t) {
        return destination_answer{.status = request.target == "/crm" ? 400 : 200};
    });
    auto const dead = accept("");
    BOOST_REQUIRE(wait_for_reports("/cb", 1));
    BOOST_TEST(json_at(received("/cb").at(0).body, "/type") == "task.dead");
    BOOST_TEST(!json_at(received("/cb").at(0).body, "/dead_reason").empty());
    auto const cancelled = accept(R"(,"delay":"1h")");
    BOOST_TEST(client().request("DELETE", "/v1/tasks/" + cancelled, bearer()).status == 200);
    BOOST_REQUIRE(wait_for_reports("/cb", 2));
    BOOST_TEST(json_at(received("/cb").at(1).body, "/type") == "task.cancelled");
    BOOST_TEST(json_at(received("/cb").at(1).body, "/id") == cancelled);
}

BOOST_FIXTURE_TEST_CASE(a_report_that_is_not_taken_is_sent_again, account_callback_fixture) {
    destination().answer_with([this](http_request const& request, std::size_t) {
        destination_answer out;
        if (request.target == "/cb" && ++refused_ <= 2) out.status = refused_ == 1 ? 500 : 404;
        return out;
    });
    accept("");
    BOOST_REQUIRE(wait_for_reports("/cb", 3));
    auto const all = received("/cb");
    BOOST_TEST(all.at(0).header("webhook-id") == all.at(2).header("webhook-id"));
    BOOST_TEST(all.at(0).body == all.at(2).body);
    BOOST_REQUIRE(wait_for_state(all.at(0).header("webhook-id"), "delivered"));
    BOOST_TEST(received("/cb").size() == 3U);
}

BOOST_FIXTURE_TEST_CASE(a_call_may_name_its_own_url_and_secret, callback_fixture) {
    accept(R"(,"callback":")" + destination_url("/mine?a=1") + "\"");
    BOOST_REQUIRE(wait_for_reports("/mine?a=1", 1));
    BOOST_TEST(received("/mine?a=1").at(0).header("webhook-signature").empty());
    accept(""); // asked for nothing
    auto const own = "http://127.0.0.1:" + std::to_string(ports().public_listener);
    auto const id =
        accept(R"(,"callback":{"url":")" + own + R"(/in/other","secret":")" + other_secret + "\"}");
    // Only what is signed with that secret comes through.
    BOOST_REQUIRE(wait_until([&] {
        for (auto const& each : received("/crm")) {
            if (json_at(each.body, "/id") == id) return true;
        }
        return false;
    }));
    BOOST_TEST(destination().count() == 5U);
}

BOOST_FIXTURE_TEST_CASE(urls_that_may_not_be_called_are_refused, callback_fixture) {
    for (auto const* const url :
         {"http://10.0.0.1/", "http://169.254.169.254/latest/meta-data", "http://[::1]:1/",
          "http://0xa000001/", "ftp://127.0.0.1/", "http://user:pass@127.0.0.1/", ""}) {
        BOOST_TEST(try_to_accept(std::string(R"(,"callback":")") + url + "\"") == 422, url);
    }
    BOOST_TEST(try_to_accept(R"(,"callback":{"url":"https://example.com/","secret":"x"})") == 422);
    // A name is judged when it is resolved.
    BOOST_TEST(metric("sluice_tasks_accepted_total") == 0);
}

BOOST_AUTO_TEST_CASE(without_the_accounts_word_a_local_address_is_no_callback) {
    gateway_under_test gateway;
    auto const url = "http://127.0.0.1:" + std::to_string(gateway.destination().port()) + "/cb";
    auto const answer =
        gateway.client().post("/v1/tasks", json_bearer(),
                              R"({"destination":"crm","body":"x","callback":")" + url + "\"}");
    BOOST_TEST(answer.status == 422);
    BOOST_TEST(json_at(answer.body, "/errors/0/pointer") == "/callback");
    auto const named = gateway.client().post(
        "/v1/tasks", json_bearer(),
        R"({"destination":"crm","body":"x","callback":"https://localhost:9999/"})");
    BOOST_REQUIRE_EQUAL(named.status, 202);
    BOOST_REQUIRE(gateway.wait_for_state(json_at(named.body, "/id"), "delivered"));
    BOOST_TEST(wait_until(
        [&] { return gateway.metric("sluice_attempts_total", "address_not_allowed") == 1; }));
}

// As tasks do whose destination is gone: what was promised waits, over a restart too.
BOOST_FIXTURE_TEST_CASE(reports_of_an_account_that_left_wait_until_it_is_back,
                        account_callback_fixture) {
    auto const with_it = read_whole(configuration_file());
    auto without_it = with_it;
    std::string const account = "\"163\"";
    for (auto at = without_it.find(account); at != without_it.npos; at = without_it.find(account))
        without_it.replace(at, account.size(), "\"164\"");
    auto const id = accept(R"(,"delay":"1s")");
    reload(without_it);
    BOOST_REQUIRE(wait_until([&] { return received("/crm").size() == 1; }));
    kill();
    start();
    reload(with_it);
    BOOST_REQUIRE(wait_for_reports("/cb", 1));
    BOOST_TEST(json_at(received("/cb").at(0).body, "/id") == id);
}

BOOST_FIXTURE_TEST_CASE(reports_survive_kill_9, account_callback_fixture) {
    destination().answer_with([](http_request const& request, std::size_t) {
        return destination_answer{.hang_up = request.target == "/cb"};
    });
    std::vector<std::string> ids;
    for (int i = 0; i < 20; ++i)
        ids.push_back(accept(""));
    BOOST_REQUIRE(wait_for_reports("/cb", 1));
    kill();
    destination().answer_with(
        [](http_request const&, std::size_t) { return destination_answer{}; });
    auto const before = received("/cb").size();
    start();
    auto const is_reported = [&](std::string const& id) {
        auto const all = received("/cb");
        for (auto i = before; i < all.size(); ++i) {
            if (json_at(all[i].body, "/id") == id) return true;
        }
        return false;
    };
    for (auto const& id : ids)
        BOOST_TEST(wait_until([&] { return is_reported(id); }), id);
    // And once is enough: another life sends none again.
    BOOST_REQUIRE(wait_until([&] {
        return metric("sluice_queue_tasks", "ready") == 0 &&
               metric("sluice_queue_tasks", "in_flight") == 0;
    }));
    BOOST_TEST(stop() == 0);
    auto const sent = received("/cb").size();
    start();
    accept("");
    BOOST_REQUIRE(wait_for_reports("/cb", sent + 1));
    BOOST_TEST(received("/cb").size() == sent + 1);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace callback_test
