#include "gateway/stress/sink/sink_request.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace sink_request_test {

using namespace sluice::gateway::stress;

namespace {

struct fixture {
    sluice::gateway::stress::sink_request request;
    sink_limits limits;

    scan_result scan(std::string_view text) { return scan_request(text, limits, request); }
};

std::string const chunked = "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                            "4;name=value\r\nWiki\r\n5\r\npedia\r\n0\r\nTrailer: x\r\n\r\n";

} // namespace

BOOST_FIXTURE_TEST_SUITE(sink_request, fixture)

BOOST_AUTO_TEST_CASE(a_request_is_taken_apart) {
    std::string const text = "POST /a/b?c=d HTTP/1.1\r\nHost: h\r\nWebhook-Id:  msg_1 \r\n"
                             "content-length: 5\r\n\r\nhelloGET / HTTP/1.1\r\n";
    auto const found = scan(text);
    BOOST_TEST((found.state == scan_state::complete));
    BOOST_TEST(text.substr(found.consumed) == "GET / HTTP/1.1\r\n");
    BOOST_TEST(request.method == "POST");
    BOOST_TEST(request.target == "/a/b?c=d");
    BOOST_TEST(request.path() == "/a/b");
    BOOST_TEST(request.body == "hello");
    BOOST_TEST(request.webhook_id == "msg_1");
    BOOST_TEST(request.keep_alive);
    BOOST_TEST(request.header == "Host: h\r\nWebhook-Id:  msg_1 \r\ncontent-length: 5\r\n");
}

BOOST_AUTO_TEST_CASE(every_beginning_of_a_request_asks_for_more) {
    std::string const plain = "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc";
    for (auto const& text : {plain, chunked}) {
        auto const header = text.find("\r\n\r\n") + 4;
        for (std::size_t size = 0; size < text.size(); ++size) {
            auto const found = scan(std::string_view(text).substr(0, size));
            auto const expected = size < header ? scan_state::need_header : scan_state::need_body;
            BOOST_TEST((found.state == expected), "after " << size << " bytes");
        }
        BOOST_TEST((scan(text).state == scan_state::complete));
        BOOST_TEST(scan(text).consumed == text.size());
    }
}

BOOST_AUTO_TEST_CASE(the_length_still_missing_is_told) {
    auto const found = scan("POST / HTTP/1.1\r\nContent-Length: 1000\r\n\r\nabc");
    BOOST_TEST(found.needed == 41u + 1000u);
}

BOOST_AUTO_TEST_CASE(chunks_are_joined_and_their_extensions_and_trailers_dropped) {
    BOOST_TEST((scan(chunked).state == scan_state::complete));
    BOOST_TEST(request.body == "Wikipedia");
}

BOOST_AUTO_TEST_CASE(connections_persist_as_version_and_header_say) {
    struct {
        std::string_view text;
        bool keeps;
    } const cases[] = {
        {"GET / HTTP/1.1\r\n\r\n", true},
        {"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", false},
        {"GET / HTTP/1.1\r\nConnection: x , CLOSE\r\n\r\n", false},
        {"GET / HTTP/1.1\r\nConnection: closed\r\n\r\n", true},
        {"GET / HTTP/1.0\r\n\r\n", false},
        {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true},
    };
    for (auto const& c : cases) {
        BOOST_TEST((scan(c.text).state == scan_state::complete));
        BOOST_TEST(request.keep_alive == c.keeps, c.text);
    }
}

BOOST_AUTO_TEST_CASE(an_empty_line_before_a_request_is_ignored) {
    auto const found = scan("\r\nGET / HTTP/1.1\r\n\r\n");
    BOOST_TEST((found.state == scan_state::complete));
    BOOST_TEST(found.consumed == 20u);
}

BOOST_AUTO_TEST_CASE(expect_is_noticed_before_the_body) {
    auto const found = scan("POST / HTTP/1.1\r\nExpect: 100-Continue\r\nContent-Length: 3\r\n\r\n");
    BOOST_TEST((found.state == scan_state::need_body));
    BOOST_TEST(request.expects_continue);
}

BOOST_AUTO_TEST_CASE(what_has_no_certain_end_is_refused) {
    struct {
        std::string text;
        unsigned status;
    } const cases[] = {
        {"GARBAGE\r\n\r\n", 400},
        {"GET /\r\n\r\n", 400},
        {" / HTTP/1.1\r\n\r\n", 400},
        {"GET / HTTP/2.0\r\n\r\n", 505},
        {"GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", 400},
        {"GET /a b HTTP/1.1\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
        {"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
        {"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", 400},
        {"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", 400},
        {"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(5000, '1'), 400},
    };
    for (auto const& c : cases) {
        auto const found = scan(c.text);
        BOOST_TEST((found.state == scan_state::malformed), c.text);
        BOOST_TEST(found.status == c.status, c.text);
    }
}

BOOST_AUTO_TEST_CASE(equal_lengths_given_twice_are_taken) {
    auto const found = scan("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx");
    BOOST_TEST((found.state == scan_state::complete));
}

BOOST_AUTO_TEST_CASE(limits_are_kept) {
    limits.header_bytes = 64;
    limits.body_bytes = 10;
    auto const header = scan("GET /" + std::string(64, 'x'));
    BOOST_TEST((header.state == scan_state::too_large));
    BOOST_TEST(header.status == 431u);
    auto const body = scan("POST / HTTP/1.1\r\nContent-Length: 11\r\n\r\n");
    BOOST_TEST((body.state == scan_state::too_large));
    BOOST_TEST(body.status == 413u);
    auto const chunks =
        scan("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n3\r\n123");
    BOOST_TEST((chunks.state == scan_state::too_large));
    BOOST_TEST(chunks.status == 413u);
}

BOOST_AUTO_TEST_CASE(nothing_is_kept_from_the_request_before) {
    scan(chunked);
    scan("GET / HTTP/1.1\r\n\r\n");
    BOOST_TEST(request.body.empty());
    BOOST_TEST(!request.is_chunked);
    BOOST_TEST(request.webhook_id.empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sink_request_test
