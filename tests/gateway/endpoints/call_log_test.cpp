// What the log says of calls that were refused, and of all calls where it is asked to.
#include "tests/gateway/endpoints/whole_front.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace call_log_test {

using namespace sluice::tests;

namespace {

constexpr std::string_view settings = R"(
[[account]]
id = "163"
allow_http = true
secrets = ["0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"]
)";

std::size_t count_of(std::string const& text, std::string_view what) {
    std::size_t count = 0;
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1))
        ++count;
    return count;
}

call_text with_secret(char letter) {
    return {"GET", "/v1/tasks/0199a0b1-0000-7000-8000-000000000000",
            "Authorization: Bearer " + std::string(64, letter) + "\r\n"};
}

} // namespace

BOOST_AUTO_TEST_SUITE(call_log)

BOOST_AUTO_TEST_CASE(a_wrong_secret_is_one_warning_a_second_with_the_count) {
    whole_front front(settings);
    for (int i = 0; i < 5; ++i)
        BOOST_TEST(front.ask(with_secret('x'), "10.1.2.3").status == 401);
    front.clock.advance(std::chrono::seconds(2));
    BOOST_TEST(front.ask(with_secret('x'), "10.1.2.3").status == 401);
    auto const log = front.take_log();
    BOOST_TEST(count_of(log, "calls are refused") == 2U, log);
    BOOST_TEST(count_of(log, "\"reason\":\"unauthorized\",\"calls\":1") == 1U, log);
    BOOST_TEST(count_of(log, "\"reason\":\"unauthorized\",\"calls\":5") == 1U, log);
    BOOST_TEST(count_of(log, "\"address\":\"10.1.2.3\"") == 2U, log);
    BOOST_TEST(count_of(log, std::string(64, 'x')) == 0U);
}

BOOST_AUTO_TEST_CASE(
    refusals_after_the_first_of_a_second_are_counted_by_the_next_call_of_any_kind) {
    whole_front front(settings);
    for (int i = 0; i < 4; ++i)
        BOOST_TEST(front.ask(with_secret('x'), "10.1.2.3").status == 401);
    front.clock.advance(std::chrono::seconds(2));
    BOOST_TEST(front.status_of("GET", "/nowhere/at/all") == "404");
    auto const log = front.take_log();
    BOOST_TEST(count_of(log, "calls are refused") == 2U, log);
    BOOST_TEST(count_of(log, "\"reason\":\"unauthorized\",\"calls\":3") == 1U, log);
    BOOST_TEST(count_of(log, "\"address\":\"10.1.2.3\"") == 2U, log);
}

// The secret stands in the body: such a call is refused when it is whole.
BOOST_AUTO_TEST_CASE(a_refusal_that_waits_for_the_body_is_told_too) {
    whole_front front(settings);
    auto const body = R"({"apiVersion":"1.0","flowID":"flow0001","contactNumbers":"9879964805",)"
                      R"("securityID":")" +
                      std::string(64, 'x') + "\"}";
    call_text const call{"POST", "/v1/webhooks/createOutbound",
                         "Content-Type: application/json\r\n", body};
    BOOST_TEST(front.ask(call, "10.1.2.3").status == 401);
    auto const log = front.take_log();
    BOOST_TEST(count_of(log, "\"reason\":\"unauthorized\"") == 1U, log);
    BOOST_TEST(count_of(log, std::string(64, 'x')) == 0U);
}

BOOST_AUTO_TEST_CASE(slips_of_callers_are_no_warnings) {
    whole_front front(settings);
    BOOST_TEST(front.status_of("GET", "/nowhere/at/all") == "404");
    auto const log = front.take_log();
    BOOST_TEST(log.empty(), log);
}

BOOST_AUTO_TEST_CASE(each_call_is_a_line_where_that_is_asked_for) {
    whole_front front(std::string(settings) + "[log]\ncalls = true\n");
    BOOST_TEST(front.status_of("GET", "/nowhere/at/all?secret=abc") == "404");
    BOOST_TEST(front.status_of("GET", "/v1/users/919879964805/keys") == "401");
    for (int i = 0; i < 30; ++i)
        front.status_of("GET", "/x/y");
    auto const log = front.take_log();
    BOOST_TEST(count_of(log, "\"message\":\"call\"") == 32U, log);
    BOOST_TEST(count_of(log, "\"method\":\"GET\",\"path\":\"/nowhere/at/all\",\"status\":404,"
                             "\"reason\":\"not_found\"") == 1U,
               log);
    BOOST_TEST(count_of(log, "919879964805") == 0U, log);
    BOOST_TEST(count_of(log, "abc") == 0U, log);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace call_log_test
