#include "gateway/client/request_head.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::client::request_head_test {
namespace {

endpoint example() {
    endpoint where;
    where.url =
        config::parse_url("https://api.example/hook?x=1", config::plain_http::refused).value();
    where.head_lines = "Host: api.example\r\n";
    return where;
}

std::string rendered(endpoint const& where, outbound_request const& request) {
    std::string head = "what was there before";
    render_request_head(head, where, request);
    return head;
}

BOOST_AUTO_TEST_SUITE(request_head)

BOOST_AUTO_TEST_CASE(a_post_has_the_endpoints_lines_its_own_and_a_length) {
    outbound_request request;
    request.header_lines = "Content-Type: a/b\r\n";
    request.body = "hello";
    BOOST_TEST(rendered(example(), request) == "POST /hook?x=1 HTTP/1.1\r\nHost: api.example\r\n"
                                               "Content-Type: a/b\r\nContent-Length: 5\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(an_agent_of_the_requests_own_replaces_the_gateways) {
    auto where = example();
    where.agent_line = "User-Agent: Sluice\r\n";
    outbound_request request;
    request.method = "GET";
    BOOST_TEST(rendered(where, request) == "GET /hook?x=1 HTTP/1.1\r\nHost: api.example\r\n"
                                           "User-Agent: Sluice\r\n\r\n");
    request.header_lines = "User-Agent: curl\r\n";
    request.has_own_agent = true;
    BOOST_TEST(rendered(where, request) == "GET /hook?x=1 HTTP/1.1\r\nHost: api.example\r\n"
                                           "User-Agent: curl\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(a_length_of_zero_is_written_only_where_a_body_is_usual) {
    for (std::string_view const method : {"POST", "PUT", "PATCH"}) {
        outbound_request request;
        request.method = method;
        BOOST_TEST(rendered(example(), request).find("Content-Length: 0\r\n") != std::string::npos);
    }
    for (std::string_view const method : {"GET", "HEAD", "DELETE", "OPTIONS"}) {
        outbound_request request;
        request.method = method;
        BOOST_TEST(rendered(example(), request).find("Content-Length") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(a_request_may_have_its_own_target_and_a_proxy_wants_it_absolute) {
    outbound_request request;
    request.method = "GET";
    request.target = "/other";
    auto where = example();
    BOOST_TEST(rendered(where, request).starts_with("GET /other HTTP/1.1\r\n"));
    where.target_prefix = "http://api.example";
    BOOST_TEST(rendered(where, request).starts_with("GET http://api.example/other HTTP/1.1\r\n"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::gateway::client::request_head_test
