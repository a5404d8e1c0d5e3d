#include "gateway/server/exchange.hpp"
#include "tests/gateway/server/connection_script.hpp"

#include <boost/test/unit_test.hpp>

namespace exchange_test {

namespace {

using namespace sluice::gateway::server;
using namespace sluice::tests;
using step = script::step;

} // namespace

BOOST_AUTO_TEST_SUITE(exchange)

BOOST_AUTO_TEST_CASE(an_answer_before_the_body_keeps_the_connection_if_the_body_is_there) {
    script connection;
    BOOST_TEST(
        (connection.run(post_request("/early", "body") + get_request("/next")) == step::read));
    BOOST_TEST(bodies(connection.output) == "early\nGET /next\n");
    BOOST_TEST(connection.handler.seen == std::vector<std::string>{"/next"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_answer_before_the_body_closes_if_the_body_is_not_there) {
    script connection;
    auto const request = post_request("/early", "body");
    BOOST_TEST((connection.run(request.substr(0, request.size() - 1)) == step::close));
    auto const answers = take_answers(connection.output);
    BOOST_REQUIRE(answers.size() == 1);
    BOOST_TEST(answers[0].status == 404);
    BOOST_TEST(answers[0].header("Connection") == "close");
}

BOOST_AUTO_TEST_CASE(an_answer_before_a_malformed_chunked_body_closes) {
    script connection;
    auto const request = "POST /early HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx";
    BOOST_TEST((connection.run(request + get_request("/hidden")) == step::close));
    BOOST_TEST(statuses(connection.output) == "404");
}

BOOST_AUTO_TEST_CASE(the_handler_may_limit_a_body) {
    script connection;
    connection.run(post_request("/short", "12345678") + post_request("/short", "123456789"));
    BOOST_TEST(statuses(connection.output) == "200 413");
}

BOOST_AUTO_TEST_CASE(a_header_with_a_line_end_is_not_sent) {
    script connection;
    connection.run(get_request("/inject"));
    BOOST_TEST(statuses(connection.output) == "500");
    BOOST_TEST(connection.output.find("Set-Cookie") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_handler_may_close) {
    script connection;
    BOOST_TEST((connection.run(get_request("/close") + get_request("/hidden")) == step::close));
    BOOST_TEST(statuses(connection.output) == "200");
}

BOOST_AUTO_TEST_CASE(state_of_the_handler_lasts_until_the_answer) {
    struct counting_handler : handler {
        struct notes {
            int header_fields;
            char rest[120];
        };
        void on_header(sluice::gateway::server::exchange& x) override {
            x.emplace_state<notes>().header_fields = static_cast<int>(x.req.headers.size());
        }
        void handle(sluice::gateway::server::exchange& x) override {
            x.reply(200, {}, std::to_string(x.state<notes>().header_fields));
        }
    };
    counting_handler counts;
    server_shared shared{small_limits(), counts};
    script owner;
    sluice::gateway::server::pipeline subject(shared, owner, {}, owner.now);
    auto const in = get_request("/", "A: b\r\n");
    BOOST_REQUIRE((subject.next() == step::read));
    std::memcpy(subject.read_space().data(), in.data(), in.size());
    subject.on_read(in.size(), owner.now);
    BOOST_REQUIRE((subject.next() == step::write));
    BOOST_TEST(bodies(subject.output()) == "2\n");
}

BOOST_AUTO_TEST_CASE(exceptions_of_the_handler_become_answers) {
    for (auto const& [path, status] :
         {std::pair{"/throw", "500"}, {"/throw-early", "500"}, {"/no-memory", "503"}}) {
        auto options = small_limits();
        int told = 0;
        options.on_failure = [&](std::exception_ptr) { ++told; };
        script connection(options);
        BOOST_TEST((connection.run(get_request(path) + get_request("/hidden")) == step::close));
        BOOST_TEST(statuses(connection.output) == status);
        BOOST_TEST(told == (status == std::string("500") ? 1 : 0));
    }
}

BOOST_AUTO_TEST_CASE(a_slow_answer_holds_back_what_is_behind_it_only) {
    script connection;
    BOOST_TEST((connection.run(get_request("/1") + get_request("/slow") + get_request("/3")) ==
                step::wait));
    BOOST_TEST(bodies(connection.output) == "GET /1\n");
    BOOST_TEST(connection.handler.seen.size() == 2);
    connection.handler.release(0);
    connection.run("");
    BOOST_TEST(bodies(connection.output) == "GET /1\nGET /slow\nGET /3\n");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace exchange_test
