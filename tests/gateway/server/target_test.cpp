#include "gateway/server/target.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace target_test {

using sluice::gateway::server::encode_raw_bytes;
using sluice::gateway::server::has_dot_segment;
using sluice::gateway::server::is_host;
using sluice::gateway::server::parse_target;
using sluice::gateway::server::target_problem;

namespace {

// "target|path|query|authority", or "refused".
std::string parsed(std::string_view text, std::string_view method = "GET") {
    auto const parts = parse_target(text, method);
    if (!parts) return "refused";
    std::string all;
    for (auto part : {parts->target, parts->path, parts->query, parts->authority}) {
        all.append(all.empty() ? "" : "|").append(part);
    }
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(target)

BOOST_AUTO_TEST_CASE(origin_form_is_taken_apart) {
    BOOST_TEST(parsed("/") == "/|/||");
    BOOST_TEST(parsed("/a/b?c=d&e") == "/a/b?c=d&e|/a/b|c=d&e|");
    BOOST_TEST(parsed("/a?b?c") == "/a?b?c|/a|b?c|");
    BOOST_TEST(parsed("/a?") == "/a?|/a||");
    BOOST_TEST(parsed("//a") == "//a|//a||");
    BOOST_TEST(parsed("/%2F%00") == "/%2F%00|/%2F%00||");
    BOOST_TEST(parsed("/v1/tasks:batch") == "/v1/tasks:batch|/v1/tasks:batch||");
}

BOOST_AUTO_TEST_CASE(dot_segments_are_found_in_every_spelling) {
    for (auto const* path : {"/..", "/.", "/a/../b", "/a/./b", "/%2e%2e/b", "/a/.%2E", "/..%2fb",
                             "/a%5C..%5Cb", "..", "/a/.."}) {
        BOOST_TEST(has_dot_segment(path), path);
    }
    for (auto const* path : {"", "/", "//", "/a..b", "/...", "/a/.../b", "/.a", "/..a", "/a.",
                             "/%2e%2e%2e", "/%", "/%2"}) {
        BOOST_TEST(!has_dot_segment(path), path);
    }
}

BOOST_AUTO_TEST_CASE(absolute_form_loses_scheme_and_authority) {
    BOOST_TEST(parsed("http://h/a?b") == "/a?b|/a|b|h");
    BOOST_TEST(parsed("HTTPS://h:443/") == "/|/||h:443");
    BOOST_TEST(parsed("http://h") == "/|/||h");
    BOOST_TEST(parsed("http://h?b") == "?b|/|b|h");
    BOOST_TEST(parsed("http://[::1]:80/") == "/|/||[::1]:80");
}

BOOST_AUTO_TEST_CASE(star_is_for_options_alone) {
    BOOST_TEST(parsed("*", "OPTIONS") == "*|*||");
    BOOST_TEST(parsed("*", "GET") == "refused");
}

BOOST_AUTO_TEST_CASE(everything_else_is_refused) {
    for (std::string_view text : {"",
                                  "a",
                                  "a/b",
                                  "?a",
                                  "/a#b",
                                  "/a b",
                                  "/a\tb",
                                  "/<a>",
                                  "/a\"",
                                  "/a\\b",
                                  "/a^",
                                  "/a`",
                                  "/{a}",
                                  "/a|b",
                                  "/\x7f",
                                  "/\xc3\xa4",
                                  "/%",
                                  "/%1",
                                  "/%1g",
                                  "/%g1",
                                  "/a?%",
                                  "/a?<",
                                  "/[a]",
                                  "http:/",
                                  "http:///",
                                  "http://u@h/",
                                  "http://h:65536/",
                                  "http://h:x/",
                                  "http://a,b/",
                                  "ftp://h/",
                                  "h:443"}) {
        BOOST_TEST_CONTEXT(text) {
            BOOST_TEST(parsed(text) == "refused");
        }
    }
}

BOOST_AUTO_TEST_CASE(below_in_raw_bytes_are_taken) {
    BOOST_TEST(parsed("/in/a|b{c}^[d]\"?e|{f}^[]\"=1") ==
               "/in/a|b{c}^[d]\"?e|{f}^[]\"=1|/in/a|b{c}^[d]\"|e|{f}^[]\"=1|");
    BOOST_TEST(encode_raw_bytes("/a|b{}^[]\"%20?x") == "/a%7Cb%7B%7D%5E%5B%5D%22%20?x");
    for (std::string_view const text : {"/in/a b", "/in/<", "/in/%zz", "/in/a?`", "/in/\\", "/in|"})
        BOOST_TEST(parsed(text) == "refused");
}

BOOST_AUTO_TEST_CASE(a_refusal_names_the_byte_and_its_place) {
    BOOST_TEST(target_problem("/in/a%2") ==
               "The request target has a % without two hexadecimal digits behind it at byte 6.");
    BOOST_TEST(target_problem("/in/a?b=%zz") ==
               "The request target has a % without two hexadecimal digits behind it at byte 9.");
    BOOST_TEST(target_problem("/v1/{a}") == "The request target has the byte 0x7B at byte 5, "
                                            "which must be percent-encoded there.");
    BOOST_TEST(target_problem("http://u@h/") == "The request target is malformed.");
}

BOOST_AUTO_TEST_CASE(no_byte_but_the_allowed_ones_passes) {
    std::string const allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                "-._~!$&'()*+,;=:@/?";
    for (int byte = 0; byte < 256; ++byte) {
        auto const c = static_cast<char>(byte);
        bool const is_allowed = byte != 0 && allowed.find(c) != std::string::npos;
        BOOST_TEST_CONTEXT("byte " << byte) {
            BOOST_TEST((parsed(std::string("/a") + c + "b") != "refused") == is_allowed);
        }
    }
}

BOOST_AUTO_TEST_CASE(hosts) {
    for (std::string_view good : {"a", "a.example", "A-b_c~d.e", "1.2.3.4", "a:", "a:0", "a:65535",
                                  "[::1]", "[::1]:80", "[::ffff:1.2.3.4]"}) {
        BOOST_TEST_CONTEXT(good) {
            BOOST_TEST(is_host(good));
        }
    }
    for (std::string_view bad :
         {"",        ":80",  "a b",      "a/b",    "a?b",     "a@b",  "a,b",
          "a:65536", "a:-1", "a:123456", "a:b",    "a:80:80", "[",    "[]",
          "[:]",     "[::1", "[::1]a",   "[g::1]", "::1",     "a%41", "a\xc3"}) {
        BOOST_TEST_CONTEXT(bad) {
            BOOST_TEST(!is_host(bad));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace target_test
