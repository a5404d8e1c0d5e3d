// Every family of /metrics moves: the real program is driven into each state, and what never moves
// is named here with the test that feeds it otherwise.
#include "tests/e2e/metric_faults.hpp"
#include "tests/e2e/metric_reading.hpp"
#include "tests/e2e/metric_series.hpp"
#include "tests/e2e/operator_fixture.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/raw_client.hpp"

#include <boost/test/unit_test.hpp>

#include <ctime>
#include <memory>
#include <vector>

namespace metrics_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;
using set = std::set<std::string>;

std::string posted(gateway_under_test& gateway, std::string const& body) {
    auto const answer = gateway.client().post("/v1/tasks", json_bearer(), body);
    BOOST_REQUIRE_MESSAGE(answer.status == 202, answer.status << ' ' << answer.body);
    return json_at(answer.body, "/id");
}

std::string for_destination(std::string const& name) {
    return R"({"destination":")" + name + R"(","body":"x"})";
}

constexpr char one_try[] = "retry = { schedule = [\"10ms\"], max_attempts = 1 }\n";

// --- deliveries -------------------------------------------------------------------------------
void replace(std::string& in, std::string const& what, std::string const& by) {
    in.replace(in.find(what), what.size(), by);
}

gateway_settings delivery_settings() {
    gateway_settings s;
    auto const one = [](std::string const& name, std::string const& lines) {
        return destination_table(name, "/" + name, one_try + lines);
    };
    s.more =
        one("http_302", "") + one("http_429", "") + one("http_404", "") + one("http_500", "") +
        one("slow", "timeout = \"200ms\"\n") + one("cut", "") + one("odd", "") +
        destination_table("stale", "/stale",
                          "retry = { schedule = [\"10ms\"], max_attempts = 5 }\n") +
        one("unmet", "success = \"/ok == true\"\n") + one("long", "response_limit = \"1KiB\"\n") +
        one("http_410", "") +
        destination_table("again", "/again", "retry = { schedule = [\"10ms\", \"1h\"] }\n") +
        destination_table("held", "/held",
                          "retry = { schedule = [\"10ms\"], max_attempts = 2 }\n"
                          "retry_budget = { share = 0.0, least = 1 }\n") +
        destination_table("tls", "/to-tls", one_try) +
        one("broken", "breaker = { failures = 1, open_for = \"1h\" }\n") +
        "\n[[destination]]\nname = \"elsewhere\"\nurl = \"http://localhost:{destination_port}/\"\n"
        "allow_http = true\n" +
        one_try +
        "\n[[destination]]\nname = \"nowhere\"\nurl = \"http://no-such-name.invalid/\"\n"
        "allow_http = true\n" +
        one_try +
        "\n[[destination]]\nname = \"closed\"\nurl = \"http://127.0.0.1:{closed_port}/\"\n"
        "allow_http = true\nallow_networks = [\"127.0.0.0/8\"]\n" +
        one_try;
    replace(s.more, "{destination}/to-tls", "https://127.0.0.1:{public}/");
    replace(s.more, "localhost:{destination_port}", "localhost:" + std::to_string(free_port()));
    replace(s.more, "127.0.0.1:{closed_port}", "127.0.0.1:" + std::to_string(free_port()));
    return s;
}

destination_answer answer_of(http_request const& request) {
    destination_answer answer;
    auto const& path = request.target;
    auto const number = [&](std::string const& of) { return std::stoi(of.substr(6)); };
    if (path.starts_with("/http_")) answer.status = number(path);
    if (path == "/slow") answer.delay = std::chrono::seconds(1);
    if (path == "/cut") answer.hang_up = true;
    if (path == "/odd") answer.status = 42;
    if (path == "/again" || path == "/broken" || path == "/held") answer.status = 500;
    if (path == "/long") answer.body.assign(4096, 'x');
    return answer;
}

void deliver(metric_series& seen) {
    operator_fixture gateway(delivery_settings());
    gateway.destination().answer_with(
        [stale = 0](http_request const& request, std::size_t) mutable {
            auto answer = answer_of(request);
            // Each fourth request finds its kept connection closed, and is sent again.
            if (request.target == "/stale" && ++stale % 4 == 0) answer.hang_up = true;
            return answer;
        });
    read_page(seen, gateway);
    for (auto const* name : {"http_302", "http_429", "http_404", "http_500", "slow", "cut", "odd",
                             "unmet", "elsewhere", "nowhere", "closed", "tls", "broken"}) {
        auto const id = posted(gateway, for_destination(name));
        BOOST_TEST(gateway.wait_for_state(id, "dead"), name << ": " << gateway.task(id).body);
    }
    for (auto const* name : {"crm", "long"})
        BOOST_TEST(gateway.wait_for_state(posted(gateway, for_destination(name)), "delivered"));
    for (int i = 0; i < 100 && gateway.metric("sluice_outbound_stale_retries_total") == 0; ++i)
        BOOST_TEST(gateway.wait_for_state(posted(gateway, for_destination("stale")), "delivered"));
    BOOST_TEST(gateway.wait_for_state(posted(gateway, for_destination("again")), "retry_wait"));
    posted(gateway, for_destination("http_410"));
    for (int i = 0; i < 3; ++i)
        posted(gateway, for_destination("held"));
    BOOST_TEST(read_until(seen, gateway, [](std::string const& page) {
        return shows(page, "sluice_retries_held_total{destination=\"held\"} 2") &&
               shows(page, "sluice_retry_budget_available{destination=\"held\"} 0");
    }));
    BOOST_TEST(read_until(seen, gateway, [](std::string const& page) {
        return shows(page, "sluice_destination_disabled{destination=\"http_410\"} 1") &&
               shows(page, "sluice_retries_total{destination=\"again\"} 1") &&
               shows(page, "sluice_destination_breaker_open{destination=\"broken\"} 1");
    }));
}

// --- the queue --------------------------------------------------------------------------------
std::string link_to(std::string const& page) {
    return R"({"custToken":"abcd1234","longUrl":"https://example.com/)" + page + "\"}";
}

std::string instant_in(int seconds) {
    auto const at = std::time(nullptr) + seconds;
    char text[32];
    std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&at));
    return text;
}

void queue(metric_series& seen) {
    gateway_settings settings;
    settings.route = "dedup = \"body\"\n";
    operator_fixture gateway(settings);
    BOOST_TEST(gateway.client().post("/in/crm", {}, "the same").status == 202);
    BOOST_TEST(gateway.client().post("/in/crm", {}, "the same").status == 202);
    auto with_key = json_bearer();
    with_key.emplace_back("Idempotency-Key", "k1");
    for (int i = 0; i < 2; ++i)
        gateway.client().post("/v1/tasks", with_key, for_destination("crm"));
    auto const cancelled = gateway.accept_later();
    gateway.client().request("DELETE", "/v1/tasks/" + cancelled, bearer());
    gateway.destination().answer_with([](http_request const&, std::size_t) {
        destination_answer answer;
        answer.delay = std::chrono::milliseconds(1500);
        return answer;
    });
    gateway.accept(for_destination("crm"));
    gateway.accept_later();
    // At least one: on a busy machine those before it have not gone yet, and are slow with it.
    BOOST_TEST(read_until(seen, gateway, [](std::string const& page) {
        return shows(page, "sluice_queue_tasks{state=\"in_flight\"} ") &&
               !shows(page, "sluice_queue_tasks{state=\"in_flight\"} 0");
    }));
    gateway.post("/v1/destinations/crm/pause");
    gateway.accept(R"({"destination":"crm","expires_at":")" + instant_in(2) + "\"}");
    gateway.accept(for_destination("crm"));
    BOOST_TEST(read_until(seen, gateway, [](std::string const& page) {
        return shows(page, "sluice_tasks_finished_total{state=\"expired\"} 1");
    }));
    http_headers const json{{"Content-Type", "application/json"}};
    auto const person =
        gateway.client().post("/v1/webhooks/updateUserPreferences", json,
                              R"({"accountID":"163","contactNumber":"9879964805","city":"Pune"})");
    BOOST_TEST(person.status == 200, person.body);
    auto const link = gateway.client().post("/v1/webhooks/shortURL", json, link_to("a"));
    BOOST_TEST(link.status == 200, link.body);
    auto const url = json_at(link.body, "/shortUrl");
    BOOST_TEST(gateway.client().get(url.substr(url.rfind('/'))).status == 302);
    read_page(seen, gateway);
}

// --- refusals ---------------------------------------------------------------------------------
gateway_settings refusal_settings() {
    gateway_settings s;
    s.limits = "queue_tasks = 3\nlinks = 1\nconnections = 8\nheader_timeout = \"1s\"\n"
               "header = \"2KiB\"\nuri = \"1KiB\"\nbody = \"20KiB\"";
    s.more = "\n[[account]]\nid = \"far\"\nallow_from = [\"10.0.0.0/8\"]\nsecrets = [\"" +
             std::string(64, 'f') +
             "\"]\n[[account]]\nid = \"few\"\nallow_from = "
             "[\"127.0.0.0/8\"]\nallow_http = true\nrate = 1\nperiod = \"1h\"\nsecrets = [\"" +
             std::string(64, 'e') + "\"]\n";
    return s;
}

http_headers bearer_of(char letter) {
    return {{"Authorization", "Bearer " + std::string(64, letter)},
            {"Content-Type", "application/json"}};
}

void refuse_by_calls(gateway_under_test& gateway) {
    auto client = gateway.client();
    auto const call = [&](int status, char const* method, std::string const& target,
                          http_headers const& headers, std::string const& body = {}) {
        auto const answer = client.try_request(method, target, headers, body);
        BOOST_TEST((answer && answer->status == status),
                   target << " " << status << " is not " << (answer ? answer->status : 0));
    };
    call(400, "POST", "/v1/tasks", json_bearer(), "{");
    call(401, "POST", "/v1/tasks", {{"Content-Type", "application/json"}}, "{}");
    call(403, "POST", "/v1/tasks", bearer_of('f'), for_destination("crm"));
    call(404, "GET", "/nowhere/at/all", {});
    call(405, "PUT", "/v1/tasks", json_bearer(), "{}");
    call(422, "POST", "/v1/tasks", json_bearer(), "{}");
    call(415, "POST", "/v1/tasks", {bearer().front(), {"Content-Type", "image/png"}}, "x");
    call(413, "POST", "/v1/tasks", json_bearer(), std::string(21 * 1024, 'x'));
    for (int const status : {202, 429})
        call(status, "POST", "/v1/tasks", bearer_of('e'), for_destination("crm"));
    auto const done = posted(gateway, for_destination("crm"));
    BOOST_TEST(gateway.wait_for_state(done, "delivered"));
    call(409, "DELETE", "/v1/tasks/" + done, bearer());
    auto picture = bearer();
    picture.emplace_back("Accept", "image/png");
    call(406, "GET", "/v1/tasks/" + done, picture);
    for (int i = 0; i < 2; ++i) {
        call(i == 0 ? 200 : 503, "POST", "/v1/webhooks/shortURL",
             {{"Content-Type", "application/json"}}, link_to(std::to_string(i)));
    }
    for (int i = 0; i < 3; ++i)
        posted(gateway, R"({"destination":"crm","delay":"1h"})");
    call(503, "POST", "/v1/tasks", json_bearer(), R"({"destination":"crm","delay":"1h"})");
}

void refuse_by_http(metric_series& seen, gateway_under_test& gateway) {
    auto const send = [&](std::string const& bytes) {
        raw_client client(gateway.ports().public_listener);
        client.send(bytes);
        return client.receive_all();
    };
    for (auto const& [status, head] : std::vector<std::pair<std::string, std::string>>{
             {"400", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
             {"408", "GET / HT"},
             {"414", "GET /" + std::string(1500, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n"},
             {"417", "GET / HTTP/1.1\r\nHost: a\r\nExpect: cake\r\nConnection: close\r\n\r\n"},
             {"431", "GET / HTTP/1.1\r\nHost: a\r\nA: " + std::string(3000, 'x') + "\r\n\r\n"},
             {"501", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"},
             {"505", "GET / HTTP/3.0\r\nHost: a\r\n\r\n"},
             {"405", "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n"}}) {
        auto const answer = send(head);
        BOOST_TEST(answer.starts_with("HTTP/1.1 " + status), status << ": " << answer);
    }
    std::vector<std::unique_ptr<raw_client>> crowd;
    for (int i = 0; i < 20; ++i)
        crowd.push_back(std::make_unique<raw_client>(gateway.ports().public_listener));
    BOOST_TEST(read_until(seen, gateway, [](std::string const& page) {
        return !shows(page, "sluice_connections_refused_total 0");
    }));
}

void refuse(metric_series& seen) {
    gateway_under_test gateway(refusal_settings());
    refuse_by_calls(gateway);
    refuse_by_http(seen, gateway);
    read_page(seen, gateway);
}

// The labels that the program's own lists give: each value moves too.
void check_labels(metric_series const& seen) {
    auto const none_but = [&](std::string const& family, set const& allowed) {
        for (auto const& labels : seen.still_series(family))
            BOOST_TEST(allowed.contains(labels), family << labels << " does not move");
    };
    // The core too busy to take a call in time: submitter_test.
    // PostgreSQL away: cluster_test.
    // Stopping: refusal_test.
    none_but("sluice_calls_refused_total",
             {"{reason=\"draining\"}", "{reason=\"overloaded\"}", "{reason=\"store_away\"}"});
    // Exceptions inside the gateway: pipeline_test.
    none_but("sluice_http_rejected_total", {"{status=\"500\"}", "{status=\"503\"}"});
    none_but("sluice_http_replies_total", {});
    none_but("sluice_tasks_finished_total", {});
    none_but("sluice_queue_tasks", {});
    none_but("sluice_table_rows", {});
    set outcomes;
    for (auto const& labels : seen.series_of("sluice_attempts_total")) {
        auto const at = labels.find("outcome=\"") + 9;
        outcomes.insert(labels.substr(at, labels.find('"', at) - at));
    }
    // A message that cannot be made, "render": http_transport_test.
    set const expected{
        "delivered",           "unmet",   "http_3xx", "http_429", "http_4xx", "http_5xx",
        "address_not_allowed", "resolve", "connect",  "tls",      "timeout",  "cut",
        "bad_answer"};
    BOOST_TEST(outcomes == expected, boost::test_tools::per_element());
}
} // namespace

BOOST_AUTO_TEST_SUITE(metrics)
BOOST_AUTO_TEST_CASE(every_family_moves) {
    metric_series seen;
    for (auto const part : {&deliver, &queue, &refuse, &fill_disk, &fail_tables, &break_journal,
                            &run_out_of_descriptors, &speak_tls})
        part(seen);
    BOOST_TEST(seen.families().size() > 60U);
    check_labels(seen);
    set const fed_by_other_tests{
        "sluice_clock_steps_total",          "sluice_destination_rate_limit",
        "sluice_destination_unknown", // signals_test
        "sluice_history_gave_way_total",
        "sluice_history_lost_total", // dispatcher_test, history_test, journal_trouble
        "sluice_log_lines_dropped_total",
        "sluice_log_lines_suppressed_total", // log_test
        "sluice_name_cache_hits_total",
        "sluice_name_stale_uses_total", // name_cache, names
        "sluice_name_lookups_under_way",
        "sluice_name_lookups_waiting", // names, lookup_line
        "sluice_table_waiting_writes", // sqlite_faults: here one write is taken at once
    };
    for (auto const& family : seen.still_families())
        BOOST_TEST(fed_by_other_tests.contains(family), family << " does not move");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace metrics_test
