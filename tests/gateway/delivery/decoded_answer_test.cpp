#include "gateway/delivery/decoded_answer.hpp"
#include "tests/codecs/packing.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::delivery::decoded_answer_test {
namespace {

client::inbound_response response(std::string_view header_lines, std::string_view body) {
    client::inbound_response made;
    made.status = 200;
    made.content_type = "application/json";
    made.header_lines = header_lines;
    made.body = body;
    return made;
}

constexpr codecs::inflate_limits limits{.size = 1000, .ratio = 100};

} // namespace

BOOST_AUTO_TEST_SUITE(decoded_answer)

BOOST_AUTO_TEST_CASE(a_coded_answer_is_read_and_kept_as_it_came) {
    auto const body = codecs::test::gzipped(R"({"code":1})");
    auto const answer = response("content-encoding: gzip\r\nX: 1\r\n", body);
    delivery::decoded_answer const read(answer, limits);
    BOOST_TEST(read.given().json().value() == R"({"code":1})");
    BOOST_TEST(read.given().header("x").value() == "1");
    queue::outcome whole;
    read.show_whole(whole);
    BOOST_TEST(whole.response == R"({"code":1})");
    BOOST_TEST(whole.response_type == "application/json");
    BOOST_TEST(whole.response_coding == "gzip");
    BOOST_TEST(whole.coded_response == body);
}

BOOST_AUTO_TEST_CASE(an_answer_without_a_coding_is_itself) {
    for (std::string_view const lines : {"", "Content-Encoding: identity\r\n"}) {
        auto const answer = response(lines, "text");
        delivery::decoded_answer const read(answer, limits);
        BOOST_TEST(read.given().body() == "text");
        queue::outcome whole;
        read.show_whole(whole);
        BOOST_TEST(whole.response == "text");
        BOOST_TEST(whole.response_coding == "");
    }
    auto const head = response("Content-Encoding: gzip\r\n", "");
    BOOST_TEST(delivery::decoded_answer(head, limits).given().unreadable() == "");
}

BOOST_AUTO_TEST_CASE(a_coding_that_cannot_be_decoded_is_named) {
    auto const unknown = response("Content-Encoding: br\r\n", "\x0b\x02");
    delivery::decoded_answer const read(unknown, limits);
    BOOST_TEST(!read.given().json().has_value());
    BOOST_TEST(read.given().unreadable() == "the content coding \"br\" is not known");
    queue::outcome whole;
    read.show_whole(whole);
    BOOST_TEST(whole.response == "");
    BOOST_TEST(whole.response_coding == "br");
    BOOST_TEST(whole.coded_response == "\x0b\x02");
    auto const bomb_body = codecs::test::gzipped(std::string(100'000, ' '));
    auto const bomb = response("Content-Encoding: gzip\r\n", bomb_body);
    delivery::decoded_answer const bounded(bomb, limits);
    BOOST_TEST(!bounded.given().text().has_value());
    BOOST_TEST(bounded.given().unreadable() ==
               "the content coding gzip yields more than is allowed");
    auto const odd = response("Content-Encoding: a;b\r\n", "x");
    queue::outcome unlabelled;
    delivery::decoded_answer(odd, limits).show_whole(unlabelled);
    BOOST_TEST(unlabelled.response_coding == "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::delivery::decoded_answer_test
