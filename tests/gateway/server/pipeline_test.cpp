#include "gateway/server/pipeline.hpp"
#include "tests/gateway/server/connection_script.hpp"

#include <boost/test/unit_test.hpp>

namespace pipeline_test {

namespace {

using namespace sluice::gateway::server;
using namespace sluice::tests;
using namespace std::chrono_literals;
using step = script::step;

} // namespace

BOOST_AUTO_TEST_SUITE(pipeline)

BOOST_AUTO_TEST_CASE(refusals_are_problem_json_with_a_date) {
    script connection;
    connection.run("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n");
    auto const answer = take_answers(connection.output).at(0);
    BOOST_TEST(answer.header("Content-Type") == "application/problem+json");
    BOOST_TEST(answer.header("Allow") == "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    BOOST_TEST(answer.header("Date") != "(none)");
    BOOST_TEST(answer.body == R"({"type":"about:blank","title":"Method Not Allowed",)"
                              R"("status":405,"detail":"This method is not allowed here."})");
    BOOST_TEST(connection.shared.counters.refusals_with(405).get() == 1);
}

BOOST_AUTO_TEST_CASE(a_problem_writer_of_the_program_is_used) {
    auto options = small_limits();
    options.write_problem = [](sluice::gateway::server::refusal const& why, std::string& out) {
        out = "<" + std::to_string(why.status) + ">";
    };
    script connection(options);
    connection.run("FLY / HTTP/1.1\r\n\r\n");
    BOOST_TEST(bodies(connection.output) == "<501>\n");
}

BOOST_AUTO_TEST_CASE(pipelined_requests_are_answered_in_order_and_in_one_write) {
    script connection;
    std::string input;
    std::string expected;
    for (int i = 0; i < 10; ++i) {
        input += post_request("/" + std::to_string(i), "b");
        expected += "POST /" + std::to_string(i) + " b\n";
    }
    BOOST_TEST((connection.run(input) == step::read));
    BOOST_TEST(bodies(connection.output) == expected);
    BOOST_TEST(connection.writes.size() == 1);
}

BOOST_AUTO_TEST_CASE(late_answers_leave_in_the_order_of_the_requests) {
    script connection;
    BOOST_TEST((connection.run(get_request("/hold?0") + get_request("/hold?1") +
                               get_request("/2")) == step::wait));
    BOOST_TEST(connection.output == "");
    connection.handler.release(1);
    BOOST_TEST(connection.wakes == 1);
    BOOST_TEST((connection.run("") == step::wait));
    BOOST_TEST(connection.output == "");
    connection.handler.release(0);
    BOOST_TEST((connection.run("") == step::read));
    BOOST_TEST(bodies(connection.output) == "GET /hold?0\nGET /hold?1\nGET /2\n");
    BOOST_TEST(connection.writes.size() == 1);
}

BOOST_AUTO_TEST_CASE(nothing_is_read_while_answers_are_owed) {
    script connection;
    BOOST_TEST((connection.run(get_request("/hold") + "GET /next HTTP/1.1\r\n") == step::wait));
    connection.handler.release(0);
    BOOST_TEST((connection.run("Host: a\r\n\r\n") == step::read));
    BOOST_TEST(bodies(connection.output) == "GET /hold\nGET /next\n");
}

BOOST_AUTO_TEST_CASE(a_batch_is_no_larger_than_the_pipeline_limit) {
    auto options = small_limits();
    options.pipeline_limit = 3;
    script connection(options);
    std::string input;
    for (int i = 0; i < 5; ++i)
        input += get_request("/hold");
    BOOST_TEST((connection.run(input) == step::wait));
    BOOST_TEST(connection.handler.held.size() == 3);
    connection.handler.release_all();
    BOOST_TEST((connection.run("") == step::wait));
    BOOST_TEST(connection.handler.held.size() == 2);
    connection.handler.release_all();
    BOOST_TEST((connection.run("") == step::read));
    BOOST_TEST(statuses(connection.output) == "200 200 200 200 200");
}

BOOST_AUTO_TEST_CASE(requests_before_a_malformed_one_are_answered_first) {
    script connection;
    BOOST_TEST((connection.run(get_request("/hold") + "BAD\r\n\r\n" + get_request("/hidden")) ==
                step::wait));
    connection.handler.release(0);
    BOOST_TEST((connection.run("") == step::close));
    BOOST_TEST(statuses(connection.output) == "200 400");
}

BOOST_AUTO_TEST_CASE(head_has_no_body_and_the_next_request_is_found) {
    script connection;
    connection.run("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n");
    BOOST_TEST(connection.output.ends_with("Content-Length: 7\r\n\r\n"));
    connection.output.clear();
    connection.run(get_request("/next"));
    BOOST_TEST(statuses(connection.output) == "200");
}

BOOST_AUTO_TEST_CASE(deadlines_follow_the_phase) {
    script connection;
    auto const& options = connection.shared.options;
    auto const begin = connection.now;
    connection.run("");
    BOOST_TEST((connection.subject.read_deadline() == begin + options.header_timeout));
    connection.now += 3s;
    connection.run("POST / HTTP/1.1\r\n");
    connection.now += 1s;
    connection.run("Host: a\r\n");
    BOOST_TEST((connection.subject.read_deadline() == begin + 3s + options.header_timeout));
    connection.run("Content-Length: 2\r\n\r\n1");
    BOOST_TEST((connection.subject.read_deadline() == begin + 3s + options.request_timeout));
    connection.now += 1s;
    connection.run("2");
    BOOST_TEST((connection.subject.read_deadline() == begin + 5s + options.idle_timeout));
}

BOOST_AUTO_TEST_CASE(the_time_of_the_handler_is_not_the_peers) {
    script connection;
    connection.run(get_request("/hold") + "GET / HT");
    connection.now += 1h;
    connection.handler.release(0);
    connection.run("");
    BOOST_TEST((connection.subject.read_deadline() ==
                connection.now + connection.shared.options.header_timeout));
}

BOOST_AUTO_TEST_CASE(a_timeout_between_requests_closes_without_a_word) {
    script connection;
    connection.run(get_request("/"));
    connection.output.clear();
    connection.subject.on_read_timeout();
    BOOST_TEST((connection.run("") == step::close));
    BOOST_TEST(connection.output == "");
    BOOST_TEST(connection.shared.counters.timeouts.get() == 1);
}

BOOST_AUTO_TEST_CASE(a_timeout_within_a_request_is_answered_408) {
    for (auto const& part :
         {get_request("/").substr(0, 5), post_request("/", "hello").substr(0, 50)}) {
        script connection;
        BOOST_TEST((connection.run(part) == step::read));
        connection.subject.on_read_timeout();
        BOOST_TEST((connection.run("") == step::close));
        BOOST_TEST(statuses(connection.output) == "408");
    }
}

BOOST_AUTO_TEST_CASE(an_end_of_input_leaves_the_answers_to_be_written) {
    script connection;
    connection.run(get_request("/hold"));
    connection.handler.release(0);
    connection.run("");
    connection.subject.on_end_of_input();
    BOOST_TEST((connection.run("") == step::close));
    BOOST_TEST(statuses(connection.output) == "200");
    BOOST_TEST(!connection.subject.has_peer());
}

BOOST_AUTO_TEST_CASE(an_end_of_input_within_a_request_is_answered_400) {
    script connection;
    connection.run(get_request("/") + get_request("/").substr(0, 9));
    connection.subject.on_end_of_input();
    BOOST_TEST((connection.run("") == step::close));
    BOOST_TEST(statuses(connection.output) == "200 400");
}

BOOST_AUTO_TEST_CASE(an_abandoned_connection_waits_for_the_handler) {
    script connection;
    connection.run(get_request("/hold?0") + get_request("/hold?1") + get_request("/2"));
    connection.subject.abandon();
    BOOST_TEST((connection.run("") == step::wait));
    BOOST_TEST(connection.handler.held[0]->peer_gone());
    BOOST_TEST(connection.handler.held[0]->req.query == "0");
    connection.handler.release_all();
    BOOST_TEST((connection.run("") == step::close));
    BOOST_TEST(connection.output == "");
}

BOOST_AUTO_TEST_CASE(answers_behind_a_closing_one_are_waited_for_and_dropped) {
    script connection;
    connection.run(get_request("/hold?0") + get_request("/hold?1"));
    connection.handler.held[0]->close_after();
    connection.handler.release(0);
    BOOST_TEST((connection.run("") == step::wait));
    BOOST_TEST(statuses(connection.output) == "200");
    connection.handler.release(0);
    BOOST_TEST((connection.run("") == step::close));
    BOOST_TEST(statuses(connection.output) == "200");
}

BOOST_AUTO_TEST_CASE(draining_closes_with_the_last_answer_owed) {
    script connection;
    connection.run(get_request("/hold?0") + get_request("/hold?1"));
    connection.subject.drain();
    BOOST_TEST(!connection.subject.is_idle());
    connection.handler.release(1);
    connection.handler.release(0);
    BOOST_TEST((connection.run("") == step::close));
    auto const answers = take_answers(connection.output);
    BOOST_REQUIRE(answers.size() == 2);
    BOOST_TEST(answers[0].header("Connection") == "(none)");
    BOOST_TEST(answers[1].header("Connection") == "close");
}

BOOST_AUTO_TEST_CASE(many_large_answers_are_written_in_several_pieces) {
    script connection;
    connection.run(get_request("/big") + get_request("/big") + get_request("/1") +
                   get_request("/2"));
    BOOST_TEST(connection.writes.size() == 3);
    BOOST_TEST(statuses(connection.output) == "200 200 200 200");
}

BOOST_AUTO_TEST_CASE(traffic_is_counted) {
    script connection;
    auto const input = get_request("/") + post_request("/", "hello");
    connection.run(input);
    auto const& counters = connection.shared.counters;
    BOOST_TEST(counters.requests.get() == 2);
    BOOST_TEST(counters.bytes_in.get() == input.size());
    BOOST_TEST(counters.bytes_out.get() == connection.output.size());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace pipeline_test
