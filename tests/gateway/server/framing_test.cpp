#include "gateway/server/framing.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace framing_test {

using namespace sluice::gateway::server;

namespace {

using fields = std::vector<header_field>;

// What was decided, in one line: a status, or "none|sized N|chunked", "keep" or "close".
std::string decided(fields list, unsigned version_minor = 1, bool add_host = true) {
    if (add_host) list.push_back({"Host", "a"});
    auto const result = check_framing(list, version_minor);
    if (result.refusal) return std::to_string(result.refusal.status);
    std::string text = result.body == body_kind::none      ? "none"
                       : result.body == body_kind::chunked ? "chunked"
                                                           : "sized";
    if (result.body == body_kind::sized) text += " " + std::to_string(result.body_size);
    text += result.keeps_alive ? " keep" : " close";
    if (result.expects_continue) text += " expects";
    return text;
}

std::string coded(std::string_view coding) {
    return decided({{"Transfer-Encoding", coding}});
}

std::string sized(std::string_view length) {
    return decided({{"Content-Length", length}});
}

} // namespace

BOOST_AUTO_TEST_SUITE(framing)

BOOST_AUTO_TEST_CASE(a_request_without_length_has_no_body) {
    BOOST_TEST(decided({}) == "none keep");
    BOOST_TEST(decided({{"X-Content-Length", "5"}, {"content_length", "5"}}) == "none keep");
}

BOOST_AUTO_TEST_CASE(content_length_is_one_plain_number) {
    BOOST_TEST(sized("5") == "sized 5 keep");
    BOOST_TEST(sized("0") == "none keep");
    BOOST_TEST(sized("007") == "sized 7 keep");
    BOOST_TEST(sized("18446744073709551615") == "sized 18446744073709551615 keep");
    for (auto bad : {"", " ", "18446744073709551616", "99999999999999999999", "+1", "-1", "1,1",
                     "1 1", "0x1", "1e1", "1.0", "a"}) {
        BOOST_TEST_CONTEXT(bad) {
            BOOST_TEST(sized(bad) == "400");
        }
    }
    BOOST_TEST(decided({{"Content-Length", "5"}, {"CONTENT-LENGTH", "5"}}) == "400");
}

BOOST_AUTO_TEST_CASE(transfer_encoding_is_chunked_and_nothing_else) {
    BOOST_TEST(coded("chunked") == "chunked keep");
    BOOST_TEST(coded("cHuNkEd") == "chunked keep");
    for (auto unknown : {"gzip", "identity", "xchunked", "chunkedx", "gzip, chunked", "a,b"}) {
        BOOST_TEST_CONTEXT(unknown) {
            BOOST_TEST(coded(unknown) == "501");
        }
    }
    for (auto bad : {"", ",", "chunked,", ",chunked", "chunked, gzip", "chunked,chunked",
                     "chunked;q=1", "chunked x", "chunked\xa0", "\"chunked\"", "gzip,,chunked"}) {
        BOOST_TEST_CONTEXT(bad) {
            BOOST_TEST(coded(bad) == "400");
        }
    }
}

BOOST_AUTO_TEST_CASE(two_ways_to_frame_a_body_are_refused) {
    header_field const te{"Transfer-Encoding", "chunked"};
    header_field const cl{"Content-Length", "5"};
    BOOST_TEST(decided({te, cl}) == "400");
    BOOST_TEST(decided({cl, te}) == "400");
    BOOST_TEST(decided({te, te}) == "400");
    BOOST_TEST(decided({te, {"transfer-encoding", "x"}}) == "400");
    BOOST_TEST(decided({{"Transfer-Encoding", "gzip"}, cl}) == "400");
    BOOST_TEST(decided({te}, 0) == "400");
}

BOOST_AUTO_TEST_CASE(host_stands_exactly_once) {
    BOOST_TEST(decided({}, 1, false) == "400");
    BOOST_TEST(decided({}, 0, false) == "none close");
    BOOST_TEST(decided({{"HOST", "a"}}) == "400");
    BOOST_TEST(decided({{"HOST", "a"}}, 0) == "400");
    BOOST_TEST(decided({{"Host", "a b"}}, 1, false) == "400");
    BOOST_TEST(decided({{"Host", ""}}, 0, false) == "400");
    fields const one{{"Host", "a.example:80"}};
    BOOST_TEST(check_framing(one, 1).host == "a.example:80");
}

BOOST_AUTO_TEST_CASE(connection_options_decide_about_keep_alive) {
    BOOST_TEST(decided({{"Connection", "close"}}) == "none close");
    BOOST_TEST(decided({{"Connection", "x ,\tClose"}}) == "none close");
    BOOST_TEST(decided({{"Connection", "closed"}}) == "none keep");
    BOOST_TEST(decided({{"Connection", "keep-alive"}, {"Connection", "close"}}) == "none close");
    BOOST_TEST(decided({}, 0) == "none close");
    BOOST_TEST(decided({{"Connection", "Keep-Alive"}}, 0) == "none keep");
}

BOOST_AUTO_TEST_CASE(only_100_continue_is_expected) {
    header_field const cl{"Content-Length", "5"};
    BOOST_TEST(decided({cl, {"Expect", "100-Continue"}}) == "sized 5 keep expects");
    BOOST_TEST(decided({cl, {"Expect", "100-continue, x"}}) == "417");
    BOOST_TEST(decided({cl, {"Expect", ""}}) == "417");
    BOOST_TEST(decided({cl, {"Expect", "x"}}, 0) == "sized 5 close");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace framing_test
