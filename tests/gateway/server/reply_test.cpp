#include "gateway/server/reply.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

namespace reply_test {

using namespace sluice::gateway::server;

namespace {

std::string written(answer const& given, reply_context context = {}) {
    context.date_line = "Date: D\r\n";
    std::string out;
    write_reply(given, context, out);
    return out;
}

answer text(unsigned status, std::string_view body) {
    answer given;
    given.status = status;
    given.content_type = "text/plain";
    given.body = body;
    return given;
}

} // namespace

BOOST_AUTO_TEST_SUITE(reply)

BOOST_AUTO_TEST_CASE(writes_date_type_length_and_body) {
    BOOST_TEST(written(text(202, "abc")) == "HTTP/1.1 202 Accepted\r\nDate: D\r\n"
                                            "Content-Type: text/plain\r\nContent-Length: 3\r\n"
                                            "\r\nabc");
}

BOOST_AUTO_TEST_CASE(an_empty_body_has_a_length_too) {
    BOOST_TEST(written({}) == "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Length: 0\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(no_content_and_not_modified_have_no_body_and_no_length) {
    auto const head = "Date: D\r\nContent-Type: text/plain\r\n\r\n";
    BOOST_TEST(written(text(204, "abc")) == std::string("HTTP/1.1 204 No Content\r\n") + head);
    BOOST_TEST(written(text(304, "abc")) == std::string("HTTP/1.1 304 Not Modified\r\n") + head);
}

BOOST_AUTO_TEST_CASE(head_gets_the_length_without_the_body) {
    reply_context context;
    context.is_head = true;
    auto const out = written(text(200, "abc"), context);
    BOOST_TEST(out.ends_with("Content-Length: 3\r\n\r\n"));
}

BOOST_AUTO_TEST_CASE(says_what_the_connection_does_where_it_is_not_the_default) {
    reply_context closing;
    closing.closes = true;
    closing.is_http_1_0 = true;
    BOOST_TEST(written({}, closing).find("Connection: close\r\n") != std::string::npos);
    BOOST_TEST(written({}, closing).find("keep-alive") == std::string::npos);
    reply_context old;
    old.is_http_1_0 = true;
    BOOST_TEST(written({}, old).find("Connection: keep-alive\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(adds_both_kinds_of_headers) {
    std::array const fields{header_field{"Location", "/a"}, header_field{"X", ""}};
    answer given;
    given.headers = fields;
    given.header_lines = "Retry-After: 1\r\n";
    BOOST_TEST(written(given).ends_with("Location: /a\r\nX: \r\nRetry-After: 1\r\n\r\n"));
}

BOOST_AUTO_TEST_CASE(headers_that_could_inject_are_not_safe) {
    auto const is_safe = [](std::string_view name, std::string_view value) {
        header_field const field{name, value};
        answer given;
        given.headers = {&field, 1};
        return has_safe_headers(given);
    };
    BOOST_TEST(is_safe("Location", "/a?b=%0d%0a \xc3\xa4\t"));
    for (std::string_view bad : {std::string_view("a\rb"), std::string_view("a\nb"),
                                 std::string_view("a\0b", 3), std::string_view("\x7f")}) {
        BOOST_TEST(!is_safe("Location", bad));
    }
    BOOST_TEST(!is_safe("Location\r\nX", "a"));
    BOOST_TEST(!is_safe("", "a"));
    answer typed;
    typed.content_type = "text/plain\r\nX: y";
    BOOST_TEST(!has_safe_headers(typed));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace reply_test
