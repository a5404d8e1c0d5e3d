#include "gateway/server/head_parser.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace head_parser_test {

using namespace sluice::gateway::server;

namespace {

unsigned status_of(std::string const& head, std::size_t max_headers = 10) {
    parsed_head parsed;
    std::vector<header_field> fields;
    return parse_head(head, max_headers, parsed, fields).status;
}

} // namespace

BOOST_AUTO_TEST_SUITE(head_parser)

BOOST_AUTO_TEST_CASE(gives_views_in_order_without_white_space) {
    std::string const head = "POST /a?b HTTP/1.0\r\nB:  x y \t\r\na:\r\nB: z\r\n\r\n";
    parsed_head parsed;
    std::vector<header_field> fields{{"old", "field"}};
    BOOST_TEST(!parse_head(head, 10, parsed, fields));
    BOOST_TEST(parsed.method == "POST");
    BOOST_TEST(parsed.target == "/a?b");
    BOOST_TEST(parsed.version_minor == 0);
    BOOST_REQUIRE(fields.size() == 3);
    BOOST_TEST(fields[0].name == "B");
    BOOST_TEST(fields[0].value == "x y");
    BOOST_TEST(fields[1].value == "");
    BOOST_TEST(fields[2].value == "z");
    BOOST_TEST((fields[0].value.data() > head.data()));
    BOOST_TEST((fields[0].value.data() < head.data() + head.size()));
}

BOOST_AUTO_TEST_CASE(field_limit_is_exact) {
    std::string const head = "GET / HTTP/1.1\r\nA: b\r\nA: b\r\n\r\n";
    BOOST_TEST(status_of(head, 2) == 0);
    BOOST_TEST(status_of(head, 1) == 431);
}

BOOST_AUTO_TEST_CASE(a_large_body_behind_it_is_not_its_business) {
    BOOST_TEST(status_of("POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n") == 0);
}

BOOST_AUTO_TEST_CASE(refuses_malformed_lines) {
    for (auto field : {"A", ": b", "A : b", "A b: c", "A: b\rc", "A: \x01", "A\x80: b"}) {
        BOOST_TEST_CONTEXT(field) {
            BOOST_TEST(status_of("GET / HTTP/1.1\r\n" + std::string(field) + "\r\n\r\n") == 400);
        }
    }
    BOOST_TEST(status_of("G@T / HTTP/1.1\r\n\r\n") == 400);
    BOOST_TEST(status_of("GET /a b HTTP/1.1\r\n\r\n") == 400);
    BOOST_TEST(status_of("GET / \r\n\r\n") == 400);
}

BOOST_AUTO_TEST_CASE(refuses_a_header_that_ends_elsewhere_than_said) {
    BOOST_TEST(status_of("GET / HTTP/1.1\r\n\r\nA: b\r\n\r\n") == 400);
    BOOST_TEST(status_of("GET / HTTP/1.1\r\nA: b\r\n") == 400);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace head_parser_test
