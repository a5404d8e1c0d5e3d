#include "gateway/stress/sink/sink_answer.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <string>

namespace sink_answer_test {

using namespace sluice::gateway::stress;
using namespace std::chrono_literals;

namespace {

sink_request request_of(std::string_view method, std::string_view target,
                        std::string_view body = {}) {
    sink_request request;
    request.method = method;
    request.target = target;
    request.body = body;
    return request;
}

reaction answer_with(unsigned status) {
    reaction what;
    what.status = status;
    return what;
}

std::string answer_to(sink_request const& request, reaction const& what,
                      std::string_view body = "{}") {
    std::string out;
    append_answer(out, request, what, body);
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(sink_answer)

BOOST_AUTO_TEST_CASE(an_answer_has_status_type_length_and_body) {
    BOOST_TEST(answer_to(request_of("POST", "/"), answer_with(200), "{\"ok\":true}") ==
               "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n"
               "{\"ok\":true}");
}

BOOST_AUTO_TEST_CASE(answers_without_a_body_have_none) {
    BOOST_TEST(answer_to(request_of("HEAD", "/"), answer_with(200)) ==
               "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n");
    BOOST_TEST(answer_to(request_of("POST", "/"), answer_with(204)) ==
               "HTTP/1.1 204 No Content\r\n\r\n");
    BOOST_TEST(answer_to(request_of("GET", "/"), answer_with(304)) ==
               "HTTP/1.1 304 Not Modified\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(the_connection_field_is_sent_where_the_version_does_not_say_it) {
    auto request = request_of("POST", "/");
    BOOST_TEST(answer_to(request, answer_with(200)).find("Connection:") == std::string::npos);
    request.is_http_1_0 = true;
    BOOST_TEST(answer_to(request, answer_with(200)).find("Connection: keep-alive\r\n") !=
               std::string::npos);
    request.keep_alive = false;
    BOOST_TEST(answer_to(request, answer_with(200)).find("Connection: close\r\n") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(retry_after_is_told_in_seconds) {
    auto what = answer_with(503);
    what.retry_after = 3s;
    BOOST_TEST(answer_to(request_of("POST", "/"), what)
                   .starts_with("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 3\r\n"));
}

BOOST_AUTO_TEST_CASE(other_requests_are_answered_ok) {
    BOOST_TEST(default_body(request_of("POST", "/crm"), 200) == R"({"ok":true})");
    BOOST_TEST(default_body(request_of("POST", "/crm"), 503) == R"({"ok":false})");
    BOOST_TEST(default_body(request_of("POST", "/crm", "[1]"), 200) == R"({"ok":true})");
}

BOOST_AUTO_TEST_CASE(outbound_requests_get_an_entry_for_each_call) {
    auto const request = request_of("POST", "/kairos-apis/outbound/create",
                                    R"({"calls":[{"client-identifier":"a"},{}]})");
    auto const body = boost::json::parse(default_body(request, 200)).as_object();
    BOOST_TEST(body.at("api-response-code").as_int64() == 200);
    BOOST_TEST(body.at("api-response-message").as_string() == "OK");
    auto const& details = body.at("call-details").as_array();
    BOOST_REQUIRE_EQUAL(details.size(), 2u);
    BOOST_TEST(details[0].at("client-identifier").as_string() == "a");
    BOOST_TEST(details[0].at("response-code").as_int64() == 200);
    BOOST_TEST(details[1].at("client-identifier").is_null());
}

BOOST_AUTO_TEST_CASE(failures_of_outbound_requests_carry_its_code) {
    auto const request = request_of("POST", "/x", R"({"calls":[{}]})");
    auto const body = boost::json::parse(default_body(request, 500)).as_object();
    BOOST_TEST(body.at("api-response-code").as_int64() == 500);
}

BOOST_AUTO_TEST_CASE(an_outbound_body_that_is_no_json_is_answered_all_the_same) {
    auto const request = request_of("POST", "/kairos-apis/outbound/create", R"({"calls":[)");
    auto const body = boost::json::parse(default_body(request, 200)).as_object();
    BOOST_TEST(body.at("api-response-code").as_int64() == 200);
    BOOST_TEST(!body.contains("call-details"));
}

BOOST_AUTO_TEST_CASE(a_refusal_closes_the_connection) {
    std::string out;
    append_refusal(out, 431);
    BOOST_TEST(out == "HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n"
                      "Content-Length: 0\r\n\r\n");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sink_answer_test
