// Idempotency-Key: the first answer again, and one delivery, also after a restart.
#include "tests/e2e/gateway_under_test.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <thread>

namespace idempotency_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

struct idempotency_fixture : gateway_under_test {
    http_response post(std::string const& key, std::string const& body,
                       std::string const& path = "/in/crm") {
        return client().post(path, {{"Idempotency-Key", key}}, body);
    }

    void check_same(http_response const& first, http_response const& again) {
        BOOST_TEST(again.status == first.status);
        BOOST_TEST(again.body == first.body);
        BOOST_TEST(again.header("Location") == first.header("Location"));
    }
};

http_headers waiting(std::string const& key, int seconds = 5) {
    return {{"Idempotency-Key", key}, {"Prefer", "wait=" + std::to_string(seconds)}};
}

struct waited_fixture : idempotency_fixture {
    void answer(destination_answer given) {
        destination().answer_with([given](http_request const&, std::size_t) { return given; });
    }
    // Everything but the date.
    void check_same_answer(http_response const& first, http_response const& again) {
        check_same(first, again);
        for (auto const* name : {"Content-Type", "Content-Encoding", "Sluice-Task",
                                 "Sluice-Durability", "Preference-Applied"})
            BOOST_TEST(again.header(name) == first.header(name), name);
    }
    // At once, after a clean restart and after a kill, and asked for without a wait.
    void check_repeats(http_response const& first, std::string const& path,
                       std::string const& body) {
        auto const repeat = [&](http_headers const& headers) {
            check_same_answer(first, client().post(path, headers, body));
        };
        repeat(waiting("w"));
        repeat({{"Idempotency-Key", "w"}});
        BOOST_TEST(stop() == 0);
        start();
        repeat(waiting("w"));
        kill();
        start();
        repeat({{"Idempotency-Key", "w"}});
        BOOST_TEST(client().post(path, waiting("w"), "another body").status == 422);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(idempotency, idempotency_fixture)

BOOST_AUTO_TEST_CASE(the_same_call_gets_the_first_answer_and_is_delivered_once) {
    auto const first = post("key-1", "body");
    BOOST_TEST(first.status == 202);
    check_same(first, post("key-1", "body"));
    BOOST_REQUIRE(destination().wait_for(1));
    BOOST_TEST(metric("sluice_tasks_accepted_total") == 1);
}

BOOST_AUTO_TEST_CASE(another_body_under_the_same_key_is_refused) {
    BOOST_TEST(post("key-1", "body").status == 202);
    auto const refused = post("key-1", "another body");
    BOOST_TEST(refused.status == 422);
    BOOST_TEST(refused.header("Content-Type").starts_with("application/problem+json"));
    BOOST_TEST(metric("sluice_tasks_accepted_total") == 1);
}

BOOST_AUTO_TEST_CASE(another_path_is_another_key) {
    auto const first = post("key-1", "body");
    auto const second = post("key-1", "body", "/in/crm/other");
    BOOST_TEST(second.status == 202);
    BOOST_TEST(second.header("Location") != first.header("Location"));
}

BOOST_AUTO_TEST_CASE(the_key_of_a_refused_call_can_be_used_again) {
    auto headers = json_bearer();
    headers.emplace_back("Idempotency-Key", "key-1");
    auto const refused = client().post("/v1/tasks", headers, R"({"destination":"nowhere"})");
    BOOST_TEST(refused.status == 422);
    auto const accepted = client().post("/v1/tasks", headers, R"({"destination":"crm"})");
    BOOST_TEST(accepted.status == 202);
}

BOOST_AUTO_TEST_CASE(the_key_survives_a_clean_restart) {
    auto const first = post("key-1", "body");
    BOOST_REQUIRE(destination().wait_for(1));
    BOOST_TEST(stop() == 0);
    start();
    check_same(first, post("key-1", "body"));
    BOOST_TEST(post("key-1", "another body").status == 422);
    BOOST_TEST(destination().count() == 1U);
}

BOOST_AUTO_TEST_CASE(the_key_survives_a_kill) {
    auto const first = post("key-1", "body");
    BOOST_TEST(first.status == 202);
    kill();
    start();
    check_same(first, post("key-1", "body"));
}

BOOST_FIXTURE_TEST_CASE(a_waited_answer_is_given_again_whole, waited_fixture) {
    answer({.status = 201,
            .headers = {{"Content-Type", "text/csv; charset=utf-8"}},
            .body = std::string(5000, 'y')});
    auto const first = client().post("/in/crm", waiting("w"), "x");
    BOOST_TEST(first.status == 201);
    BOOST_TEST(first.header("Content-Type") == "text/csv; charset=utf-8");
    BOOST_TEST(first.body.size() == 5000U);
    BOOST_TEST(first.header("Sluice-Task").size() == 36U);
    answer({.status = 500});
    check_repeats(first, "/in/crm", "x");
    BOOST_TEST(destination().count() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_wait_in_vain_is_answered_so_again, waited_fixture) {
    answer({.body = "late", .delay = std::chrono::milliseconds(2500)});
    auto const first = client().post("/in/crm", waiting("w", 1), "x");
    BOOST_TEST(first.status == 202);
    auto const id = json_at(first.body, "/request-id");
    BOOST_REQUIRE(wait_for_state(id, "delivered"));
    check_same_answer(first, client().post("/in/crm", waiting("w"), "x"));
}

BOOST_FIXTURE_TEST_CASE(while_the_first_call_waits_the_second_is_409, waited_fixture) {
    answer({.body = "late", .delay = std::chrono::milliseconds(1500)});
    http_response first;
    std::thread caller([&] { first = client().post("/in/crm", waiting("w"), "x"); });
    BOOST_TEST(destination().wait_for(1));
    auto const meanwhile = client().post("/in/crm", waiting("w"), "x");
    auto const other = client().post("/in/crm", waiting("w"), "y");
    caller.join();
    BOOST_TEST(meanwhile.status == 409);
    BOOST_TEST(meanwhile.header("Retry-After") == "1");
    BOOST_TEST(other.status == 409);
    BOOST_TEST(first.status == 200);
    check_same_answer(first, client().post("/in/crm", waiting("w"), "x"));
    BOOST_TEST(client().post("/in/crm", waiting("w"), "y").status == 422);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace idempotency_test
