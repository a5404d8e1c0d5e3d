// How tasks of a call become safe and the call is answered, over the real queue.
#include "gateway/intake/submitter.hpp"
#include "tests/gateway/endpoints/whole_front.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace submitter_test {

using namespace sluice;
using namespace sluice::tests;

namespace {

call_text task(std::string const& lines = {}, std::string const& body = "1") {
    return {"POST", "/v1/tasks", json_lines + lines,
            R"({"destination":"crm","body":)" + body + '}'};
}

struct small_gateway : whole_front {
    small_gateway()
        : whole_front(one_destination) {}
};

struct both_kinds : whole_front {
    both_kinds()
        : whole_front(std::string("[webhooks]\ncreateOutbound = { destination = \"crm\" }\n") +
                      std::string(one_destination) + "format = \"outbound\"\n") {}
};

struct one_slot : whole_front {
    one_slot()
        : whole_front(one_destination, 1) {}
};

std::string const key = "Idempotency-Key: a\r\n";

} // namespace

BOOST_AUTO_TEST_SUITE(submitter)

BOOST_FIXTURE_TEST_CASE(a_call_is_answered_when_its_task_is_safe, small_gateway) {
    is_disk_held = true;
    auto const waiting = begin(task());
    BOOST_TEST(waiting->run() == "");
    is_disk_held = false;
    auto const answer = take_answers(waiting->run()).at(0);
    BOOST_TEST(answer.status == 202U);
    BOOST_TEST(answer.header("Sluice-Durability") == "fsync");
    BOOST_TEST(answer.header("Location").starts_with("/v1/tasks/"));
    BOOST_TEST(live_tasks() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_repeated_call_gets_the_first_answer_and_queues_nothing, small_gateway) {
    auto const first = ask(task(key));
    auto const again = ask(task(key));
    BOOST_TEST(first.status == 202U);
    BOOST_TEST(again.status == 202U);
    BOOST_TEST(again.body == first.body);
    BOOST_TEST(again.header("Location") == first.header("Location"));
    BOOST_TEST(live_tasks() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_key_serves_one_request, small_gateway) {
    BOOST_TEST(ask(task(key)).status == 202U);
    BOOST_TEST(ask(task(key, "2")).status == 422U);
    BOOST_TEST(ask(task("Idempotency-Key: b\r\n", "2")).status == 202U);
    BOOST_TEST(live_tasks() == 2U);
}

BOOST_FIXTURE_TEST_CASE(a_key_whose_first_call_is_unanswered_is_a_conflict, small_gateway) {
    is_disk_held = true;
    auto const waiting = begin(task(key));
    auto const meanwhile = begin(task(key));
    is_disk_held = false;
    auto const refused = take_answers(meanwhile->run()).at(0);
    BOOST_TEST(refused.status == 409U);
    BOOST_TEST(refused.header("Retry-After") == "1");
    BOOST_TEST(take_answers(waiting->run()).at(0).status == 202U);
}

BOOST_FIXTURE_TEST_CASE(a_key_that_cannot_be_one_is_refused, small_gateway) {
    for (auto const& lines : {std::string("Idempotency-Key:\r\n"), key + key,
                              "Idempotency-Key: " + std::string(256, 'k') + "\r\n"}) {
        BOOST_TEST(ask(task(lines)).status == 400U);
    }
    BOOST_TEST(live_tasks() == 0U);
}

// createOutbound is kept by the queue, setAgentBreak by the tables; both have this path.
BOOST_FIXTURE_TEST_CASE(one_key_serves_one_call_whoever_keeps_it, both_kinds) {
    std::string const path = "/centraloutboundwebhook-v1/prod/";
    auto const outbound = [&](std::string const& lines) {
        return ask({"POST", path, json_lines + lines,
                    R"({"method":"createOutbound","apiVersion":"1.0","flowID":"12345678",)"
                    R"("clientID":"c","contactNumbers":"9879964805"})"})
            .status;
    };
    auto const agent_break = [&](std::string const& lines) {
        return ask({"POST", path, json_lines + lines,
                    R"({"method":"setAgentBreak","pause":true,"cli":"9879964806"})"})
            .status;
    };
    BOOST_TEST(outbound(key) == 202U);
    BOOST_TEST(agent_break(key) == 422U);
    BOOST_TEST(agent_break("Idempotency-Key: b\r\n") == 200U);
    BOOST_TEST(outbound("Idempotency-Key: b\r\n") == 422U);
    BOOST_TEST(agent_break("Idempotency-Key: b\r\n") == 200U);
    BOOST_TEST(outbound(key) == 202U);
    BOOST_TEST(live_tasks() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_name_that_is_nearly_right_queues_nothing, both_kinds) {
    for (auto const* more : {R"("delay_minutes":60)", R"("DelayMinutes":60)",
                             R"("securityId":"0123")", R"("$flow.syskey.nothing":1)"}) {
        auto const answer = ask({"POST", "/v1/webhooks/createOutbound", json_lines,
                                 R"({"apiVersion":"1.0","flowID":"12345678","clientID":"c",)"
                                 R"("contactNumbers":"9879964805",)" +
                                     std::string(more) + '}'});
        BOOST_TEST(answer.status == 422U, more);
    }
    BOOST_TEST(live_tasks() == 0U);
    // The outbound API's own words count.
    BOOST_TEST(ask({"POST", "/v1/webhooks/createOutbound", json_lines,
                    R"({"api-version":"1.0","flow-id":"12345678","client-identifier":"c",)"
                    R"("contact-numbers":"9879964805","delayMinutes":2.0})"})
                   .status == 202U);
}

BOOST_FIXTURE_TEST_CASE(more_calls_than_slots_are_refused_at_once, one_slot) {
    is_disk_held = true;
    auto const waiting = begin(task());
    auto const refused = ask(task());
    BOOST_TEST(refused.status == 503U);
    BOOST_TEST(refused.header("Retry-After") == "1");
    is_disk_held = false;
    BOOST_TEST(take_answers(waiting->run()).at(0).status == 202U);
    BOOST_TEST(live_tasks() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_callback_that_cannot_be_called_refuses_the_call, small_gateway) {
    BOOST_TEST(ask(task("Sluice-Callback: http://127.0.0.1/\r\n")).status == 422U);
    BOOST_TEST(live_tasks() == 0U);
    BOOST_TEST(ask(task("Sluice-Callback: https://example.com/\r\n")).status == 202U);
}

BOOST_FIXTURE_TEST_CASE(members_of_a_group_are_found_by_its_id, small_gateway) {
    auto const answer =
        ask({"POST", "/v1/tasks", json_lines, R"({"destination":["crm","crm"],"body":1})"});
    BOOST_TEST(answer.status == 202U);
    auto const where = answer.header("Location");
    BOOST_TEST(where.starts_with("/v1/tasks?group="));
    auto const group = ask({"GET", where, json_lines});
    BOOST_TEST(group.status == 200U);
    auto const first = group.body.find(R"("group_id")");
    BOOST_TEST(group.body.find(R"("group_id")", first + 1) != std::string::npos);
    BOOST_TEST(ask({"GET", "/v1/tasks", json_lines}).status == 422U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace submitter_test
