#include "gateway/delivery/batch_delivery.hpp"
#include "gateway/plan/message.hpp"

#include <boost/test/unit_test.hpp>

namespace batch_delivery_test {

namespace {

using namespace sluice;
using namespace sluice::gateway;
using namespace sluice::gateway::delivery;
using queue::verdict;

config::destination outbound_destination() {
    config::destination d;
    d.format = config::message_format::outbound;
    d.success = "/api-response-code == 200";
    d.final_ = "/api-response-code in [205,210]";
    d.done_already = "/api-response-code == 201";
    return d;
}

queue::task_id id(std::uint8_t n) {
    queue::task_id made;
    made.bytes[0] = n;
    return made;
}

// The tasks stand in no order: 2, 3, 1.
queue::attempt three() {
    queue::attempt a;
    a.id = id(2);
    for (std::uint8_t const n : {3, 1}) {
        queue::attempt companion;
        companion.id = id(n);
        a.companions.push_back(std::move(companion));
    }
    auto const give = [](queue::attempt& to) {
        auto const body = R"({"calls":[{"n":)" + std::to_string(to.id.bytes[0]) + "}]}";
        plan::message m;
        m.body = body;
        to.payload = encode(m);
    };
    give(a);
    for (auto& companion : a.companions)
        give(companion);
    return a;
}

std::vector<queue::outcome> judged(std::string const& body, queue::attempt const& a = three()) {
    answer_rules const rules(outbound_destination());
    codecs::answer const given(200, "application/json", body);
    queue::outcome whole;
    whole.status = 200;
    whole.verdict = rules.is_partial(given) ? verdict::delivered : rules.judge(given);
    whole.response = body;
    return judge_calls(rules, given, a, whole);
}

std::string entry(int code, std::string const& uuid = "") {
    return R"({"api-response-code":)" + std::to_string(code) + R"(,"phonon-uuid":")" + uuid + "\"}";
}

} // namespace

BOOST_AUTO_TEST_SUITE(batch_delivery)

BOOST_AUTO_TEST_CASE(calls_stand_by_the_ids_of_their_tasks) {
    auto a = three();
    BOOST_TEST(join_bodies(a).value() == R"({"calls":[{"n":1},{"n":2},{"n":3}]})");
    std::swap(a.companions[0], a.companions[1]);
    BOOST_TEST(join_bodies(a).value() == R"({"calls":[{"n":1},{"n":2},{"n":3}]})");
    a.companions[0].payload = queue::shared_bytes("foreign");
    BOOST_TEST(!join_bodies(a));
}

BOOST_AUTO_TEST_CASE(a_partial_answer_is_each_calls_own) {
    auto const calls = judged(R"({"api-response-code":209,"call-details":[)" + entry(205) + "," +
                              entry(200, "u2") + "," + entry(206) + "]}");
    BOOST_REQUIRE(calls.size() == 3U);
    BOOST_TEST((calls[0].verdict == verdict::delivered)); // task 2
    BOOST_TEST((calls[1].verdict == verdict::retry));     // task 3
    BOOST_TEST((calls[2].verdict == verdict::final_failure));
    BOOST_TEST(calls[0].result.find("u2") != std::string::npos);
    BOOST_TEST(calls[0].response == entry(200, "u2"));
    BOOST_TEST(calls[1].detail == "answered 206 for this call");
    BOOST_TEST(calls[2].detail == "answered 205 for this call");
    BOOST_TEST(calls[2].result.find(R"("value":"205")") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_call_that_a_partial_answer_leaves_out_goes_again) {
    for (std::string const body :
         {R"({"api-response-code":209})", R"({"api-response-code":209,"call-details":null})"}) {
        for (auto const& call : judged(body)) {
            BOOST_TEST((call.verdict == verdict::retry));
            BOOST_TEST(call.detail == "answered 209 without this call");
        }
    }
}

BOOST_AUTO_TEST_CASE(an_answer_that_took_the_batch_took_every_call) {
    for (int const code : {200, 201}) {
        auto const calls =
            judged(R"({"api-response-code":)" + std::to_string(code) + R"(,"call-details":[)" +
                   entry(200, "u1") + "," + entry(200, "u2") + "," + entry(200, "u3") + "]}");
        BOOST_REQUIRE(calls.size() == 3U);
        for (auto const& call : calls)
            BOOST_TEST((call.verdict == verdict::delivered));
        BOOST_TEST(calls[2].result.find("u1") != std::string::npos); // task 1
        BOOST_TEST(calls[0].result.find("u1") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(entries_that_name_no_call_and_are_fewer_belong_to_nobody) {
    for (auto const& call : judged(R"({"api-response-code":209,"call-details":[)" + entry(205) +
                                   "," + entry(200, "u2") + "]}")) {
        BOOST_TEST((call.verdict == verdict::retry));
    }
}

BOOST_AUTO_TEST_CASE(who_waits_is_shown_the_whole_answer) {
    auto a = three();
    a.is_watched = true;
    auto const body = R"({"api-response-code":200,"call-details":[)" + entry(200) + "]}";
    BOOST_TEST(judged(body, a).front().response == body);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace batch_delivery_test
