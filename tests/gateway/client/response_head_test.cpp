#include "gateway/client/response_head.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <string>
#include <vector>

namespace sluice::gateway::client::response_head_test {
namespace {

// The head of a 200 with these field lines; `problem` is null where it was taken.
struct parsed {
    response_head head;
    char const* problem = nullptr;
};

parsed parse(std::string const& text, bool is_head_request = false) {
    parsed result;
    result.problem = parse_response_head(text, is_head_request, result.head);
    return result;
}

std::string head_of(std::string_view lines, std::string_view status_line = "HTTP/1.1 200 OK") {
    return fmt::format("{}\r\n{}\r\n", status_line, lines);
}

BOOST_AUTO_TEST_SUITE(response_head)

BOOST_AUTO_TEST_CASE(status_lines) {
    struct row {
        std::string_view line;
        unsigned status; // 0: refused
    };
    std::vector<row> const rows{{"HTTP/1.1 200 OK", 200},  {"HTTP/1.1 200 ", 200},
                                {"HTTP/1.1 200", 200},     {"HTTP/1.0 404 Not Found", 404},
                                {"HTTP/1.1 999 Odd", 999}, {"HTTP/1.2 503 x y z", 503},
                                {"HTTP/1.1 20", 0},        {"HTTP/1.1 2000 OK", 0},
                                {"HTTP/1.1  200 OK", 0},   {"HTTP/1.1 -20 OK", 0},
                                {"HTTP/1.1 099 OK", 0},    {"HTTP/1.x 200 OK", 0},
                                {"HTTP/1.1\t200 OK", 0},   {"HTTP/1.1 2x0 OK", 0},
                                {"HTTP/1.1 200OK", 0},     {"http/1.1 200 OK", 0}};
    for (auto const& row : rows) {
        auto const result = parse(head_of("Content-Length: 0\r\n", row.line));
        BOOST_TEST((result.problem == nullptr) == (row.status != 0), row.line);
        if (!result.problem) BOOST_TEST(result.head.status == row.status, row.line);
    }
}

BOOST_AUTO_TEST_CASE(what_ends_the_body) {
    struct row {
        std::string_view lines;
        body_framing framing;
        std::uint64_t length;
        bool keeps_alive;
    };
    using enum body_framing;
    std::vector<row> const rows{
        {"Content-Length: 5\r\n", length, 5, true},
        {"content-length:5\r\n", length, 5, true},
        {"Content-Length: 5, 5\r\nContent-Length: 5\r\n", length, 5, true},
        {"Content-Length: 5\r\nConnection: close\r\n", length, 5, false},
        {"Content-Length: 5\r\nConnection: foo, CLOSE\r\n", length, 5, false},
        {"Content-Length: 18446744073709551615\r\n", length, 18446744073709551615U, true},
        {"Transfer-Encoding: Chunked\r\n", chunked, 0, true},
        {"", until_close, 0, false},
        {"Connection: keep-alive\r\n", until_close, 0, false}};
    for (auto const& row : rows) {
        auto const [head, problem] = parse(head_of(row.lines));
        BOOST_TEST_REQUIRE(problem == nullptr, row.lines);
        BOOST_TEST((head.framing == row.framing), row.lines);
        BOOST_TEST(head.content_length == row.length, row.lines);
        BOOST_TEST(head.keeps_alive == row.keeps_alive, row.lines);
    }
}

BOOST_AUTO_TEST_CASE(ambiguous_or_malformed_fields_are_refused) {
    for (std::string_view const lines :
         {"Content-Length: 5\r\nContent-Length: 6\r\n",
          "Content-Length: 5, 6\r\n",
          "Content-Length: \r\n",
          "Content-Length: -1\r\n",
          "Content-Length: 5x\r\n",
          "Content-Length: 0x5\r\n",
          "Content-Length: +5\r\n",
          "Content-Length: 5,\r\n",
          "Content-Length: 18446744073709551616\r\n",
          "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: gzip, chunked\r\n",
          "Transfer-Encoding: identity\r\n",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: chunked, chunked\r\n",
          "Transfer-Encoding: \r\n",
          "Content-Length : 5\r\n",
          "no colon\r\n",
          ": empty\r\n",
          "X(Y): 1\r\n",
          "Content-Length: 5\r\n folded: 1\r\n",
          "X: 1\r\n\tfolded\r\n",
          "X: a\rb\r\n"})
        BOOST_TEST(parse(head_of(lines)).problem != nullptr, lines);
    std::string const with_nul = head_of(std::string_view("X: a\0b\r\n", 8));
    BOOST_TEST(parse(with_nul).problem != nullptr);
    BOOST_TEST(parse(head_of("Transfer-Encoding: chunked\r\n", "HTTP/1.0 200 OK")).problem !=
               nullptr);
}

BOOST_AUTO_TEST_CASE(http_1_0_closes_unless_it_says_otherwise) {
    auto const closing = parse(head_of("Content-Length: 1\r\n", "HTTP/1.0 200 OK"));
    BOOST_TEST(!closing.head.keeps_alive);
    auto const kept = head_of("Content-Length: 1\r\nConnection: Keep-Alive\r\n", "HTTP/1.0 200 OK");
    BOOST_TEST(parse(kept).head.keeps_alive);
}

BOOST_AUTO_TEST_CASE(some_answers_have_no_body_whatever_they_say) {
    for (std::string_view const status :
         {"204 No Content", "304 Not Modified", "103 Early Hints"}) {
        auto const line = fmt::format("HTTP/1.1 {}", status);
        auto const result = parse(head_of("Content-Length: 5\r\n", line));
        BOOST_TEST((result.head.framing == body_framing::none), status);
        BOOST_TEST(result.head.keeps_alive, status);
    }
    auto const to_head = parse(head_of("Content-Length: 5\r\n"), true);
    BOOST_TEST((to_head.head.framing == body_framing::none));
}

BOOST_AUTO_TEST_CASE(fields_that_matter_are_found) {
    auto const text = head_of("X: 1\r\nContent-TYPE:  text/xml ;charset=utf-8 \r\n"
                              "Retry-After: 120\r\nRetry-After: 7\r\nContent-Length: 0\r\n");
    auto const [head, problem] = parse(text);
    BOOST_TEST_REQUIRE(problem == nullptr);
    BOOST_TEST(head.content_type == "text/xml ;charset=utf-8");
    BOOST_TEST(head.retry_after == "120");
    BOOST_TEST(head.header_lines.starts_with("X: 1\r\n"));
    BOOST_TEST(head.header_lines.ends_with("Content-Length: 0\r\n"));
}

BOOST_AUTO_TEST_CASE(the_end_of_a_head_is_found_in_any_pieces) {
    std::string const head = "HTTP/1.1 200 OK\r\nA: b\r\n\r\n";
    std::string const bytes = head + "body\n";
    std::size_t seen = 0;
    for (std::size_t size = 1; size < head.size(); ++size) {
        auto const end = find_head_end(std::string_view(bytes).substr(0, size), seen);
        BOOST_TEST_REQUIRE((end.found == head_end::state::incomplete));
        seen = end.seen;
    }
    auto const end = find_head_end(bytes, seen);
    BOOST_TEST((end.found == head_end::state::found));
    BOOST_TEST(end.size == head.size());
}

BOOST_AUTO_TEST_CASE(junk_is_told_from_the_first_bytes) {
    for (std::string_view const bytes :
         {"S", "SSH-2.0-OpenSSH_9.2", "HTTP/2.0 200 OK\r\n", "HTTP/1.1 200 OK\n", "\r\n",
          "HTTP/1.1 200 OK\r\nA: b\n\r\n", "\x15\x03\x01"})
        BOOST_TEST((find_head_end(bytes, 0).found == head_end::state::malformed), bytes);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::gateway::client::response_head_test
