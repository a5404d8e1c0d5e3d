#include "gateway/server/pipeline.hpp"
#include "tests/gateway/server/answers.hpp"
#include "tests/gateway/server/odd_requests.hpp"
#include "tests/gateway/server/path_handler.hpp"
#include "tests/gateway/server/running_server.hpp"

#include <boost/test/unit_test.hpp>

#include <cstring>

namespace {

using namespace sluice::gateway::server;
using namespace sluice::tests;
using namespace std::chrono_literals;
using step = pipeline::step;

/// A connection whose socket is two strings and whose clock is a number.
class script : public pipeline_owner {
  public:
    explicit script(server_options const& options = small_limits())
        : shared{options, handler} {}

    void answer_is_ready() override { ++wakes; }
    bool is_peer_gone() override { return false; }

    /// Goes on until the pipeline wants what is not there: input, or an answer. Bytes are given
    /// to it in pieces, and every write is a line of `writes`.
    step run(std::string_view input, std::size_t piece = 1'000'000) {
        while (true) {
            auto const wanted = subject.next();
            if (wanted == step::write) {
                output += subject.output();
                writes.emplace_back(subject.output());
                subject.on_written(now);
            } else if (wanted == step::read && !input.empty()) {
                auto const space = subject.read_space();
                BOOST_REQUIRE(!space.empty());
                auto const size = std::min({piece, input.size(), space.size()});
                std::memcpy(space.data(), input.data(), size);
                input.remove_prefix(size);
                subject.on_read(size, now);
            } else {
                return wanted;
            }
        }
    }

    path_handler handler;
    server_shared shared;
    pipeline::time_point now = pipeline::time_point(1000s);
    pipeline subject{shared, *this, peer_info{}, now};
    std::string output;
    std::vector<std::string> writes;
    int wakes = 0;
};

std::string get(std::string const& path, std::string const& more = "") {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + more + "\r\n";
}

std::string post(std::string const& path, std::string const& body, std::string const& more = "") {
    return "POST " + path + " HTTP/1.1\r\nHost: a\r\n" + more +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string bodies(std::string_view output) {
    std::string all;
    for (auto const& answer : take_answers(output))
        all += answer.body + "\n";
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(pipeline)

BOOST_AUTO_TEST_CASE(odd_requests_get_their_answer_however_they_are_cut) {
    for (auto const& odd : odd_requests()) {
        for (std::size_t piece : {1'000'000, 1, 7}) {
            BOOST_TEST_CONTEXT(odd.name << " in pieces of " << piece) {
                script connection;
                auto const end = connection.run(odd.bytes + hidden_request, piece);
                auto const expected = std::to_string(odd.status) + (odd.goes_on ? " 200" : "");
                BOOST_TEST(statuses(connection.output) == expected);
                BOOST_TEST((end == (odd.goes_on ? step::read : step::close)));
                if (!odd.goes_on) {
                    BOOST_TEST(take_answers(connection.output)[0].header("Connection") == "close");
                }
            }
        }
    }
}

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
    options.write_problem = [](sluice::gateway::server::problem const& why, std::string& out) {
        out = "<" + std::to_string(why.status) + ">";
    };
    script connection(options);
    connection.run("FLY / HTTP/1.1\r\n\r\n");
    BOOST_TEST(bodies(connection.output) == "<501>\n");
}

BOOST_AUTO_TEST_CASE(the_request_is_shown_as_it_came) {
    struct showing_handler : handler {
        void handle(exchange& x) override {
            auto& text = x.body_scratch();
            for (auto part : {x.req.method, x.req.target, x.req.path, x.req.query, x.req.host,
                              x.req.header("X-A"), x.req.body}) {
                text.append(part).append("|");
            }
            text += std::to_string(x.req.version_minor) + std::to_string(x.req.headers.size());
            text += x.req.peer.to_string() + (x.req.is_tls ? " tls" : " plain");
            x.reply(200, {}, text);
        }
    };
    showing_handler shows;
    server_shared shared{small_limits(), shows};
    script owner;
    sluice::gateway::server::pipeline subject(
        shared, owner, peer_info{boost::asio::ip::make_address("10.1.2.3"), true}, owner.now);
    std::string const in = "PUT http://b:1/p?q HTTP/1.1\r\nHost: a\r\nx-a: v\r\n"
                           "Content-Length: 2\r\n\r\nhi";
    BOOST_REQUIRE((subject.next() == step::read));
    std::memcpy(subject.read_space().data(), in.data(), in.size());
    subject.on_read(in.size(), owner.now);
    BOOST_REQUIRE((subject.next() == step::write));
    BOOST_TEST(bodies(subject.output()) == "PUT|/p?q|/p|q|b:1|v|hi|1310.1.2.3 tls\n");
}

BOOST_AUTO_TEST_CASE(pipelined_requests_are_answered_in_order_and_in_one_write) {
    script connection;
    std::string input;
    std::string expected;
    for (int i = 0; i < 10; ++i) {
        input += post("/" + std::to_string(i), "b");
        expected += "POST /" + std::to_string(i) + " b\n";
    }
    BOOST_TEST((connection.run(input) == step::read));
    BOOST_TEST(bodies(connection.output) == expected);
    BOOST_TEST(connection.writes.size() == 1);
}

BOOST_AUTO_TEST_CASE(late_answers_leave_in_the_order_of_the_requests) {
    script connection;
    BOOST_TEST((connection.run(get("/hold?0") + get("/hold?1") + get("/2")) == step::wait));
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
    BOOST_TEST((connection.run(get("/hold") + "GET /next HTTP/1.1\r\n") == step::wait));
    connection.handler.release(0);
    BOOST_TEST((connection.run("Host: a\r\n\r\n") == step::read));
    BOOST_TEST(bodies(connection.output) == "GET /hold\nGET /next\n");
}

BOOST_AUTO_TEST_CASE(a_slow_answer_holds_back_what_is_behind_it_only) {
    script connection;
    BOOST_TEST((connection.run(get("/1") + get("/slow") + get("/3")) == step::wait));
    BOOST_TEST(bodies(connection.output) == "GET /1\n");
    BOOST_TEST(connection.handler.seen.size() == 2);
    connection.handler.release(0);
    connection.run("");
    BOOST_TEST(bodies(connection.output) == "GET /1\nGET /slow\nGET /3\n");
}

BOOST_AUTO_TEST_CASE(a_batch_is_no_larger_than_the_pipeline_limit) {
    auto options = small_limits();
    options.pipeline_limit = 3;
    script connection(options);
    std::string input;
    for (int i = 0; i < 5; ++i)
        input += get("/hold");
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
    BOOST_TEST((connection.run(get("/hold") + "BAD\r\n\r\n" + get("/hidden")) == step::wait));
    connection.handler.release(0);
    BOOST_TEST((connection.run("") == step::close));
    BOOST_TEST(statuses(connection.output) == "200 400");
}

BOOST_AUTO_TEST_CASE(bodies_of_every_size_arrive_whole) {
    auto options = small_limits();
    options.body_limit = 300'000;
    for (std::size_t size : {0, 1, 100, 14'000, 15'500, 16'384, 16'385, 65'536, 200'000, 300'000}) {
        for (std::size_t piece : {1'000'000, 997}) {
            BOOST_TEST_CONTEXT(size << " bytes in pieces of " << piece) {
                std::string body(size, ' ');
                for (std::size_t i = 0; i < size; ++i)
                    body[i] = static_cast<char>('a' + i % 23);
                script connection(options);
                auto const end = connection.run(post("/", body) + get("/next"), piece);
                BOOST_TEST((end == step::read));
                auto const expected = size ? "POST / " + body : "POST /";
                BOOST_TEST((bodies(connection.output) == expected + "\nGET /next\n"));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_body_may_be_exactly_as_large_as_the_limit) {
    script connection;
    connection.run(post("/a", std::string(1024, 'x')) + post("/b", std::string(1025, 'x')));
    BOOST_TEST(statuses(connection.output) == "200 413");
}

BOOST_AUTO_TEST_CASE(chunked_bodies_larger_than_the_buffer_arrive_whole) {
    auto options = small_limits();
    options.body_limit = 300'000;
    std::string body;
    std::string coded;
    for (int i = 0; i < 100; ++i) {
        std::string const data(2990, static_cast<char>('a' + i % 26));
        body += data;
        coded += "bae;x=y\r\n" + data + "\r\n";
    }
    auto const head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (std::size_t piece : {1'000'000, 1009}) {
        script connection(options);
        connection.run(head + coded + "0\r\nA: b\r\n\r\n" + get("/next"), piece);
        BOOST_TEST((bodies(connection.output) == "POST / " + body + "\nGET /next\n"));
    }
}

BOOST_AUTO_TEST_CASE(a_large_header_and_a_chunked_body_share_the_buffer) {
    auto options = small_limits();
    options.header_limit = 40'000;
    std::string const large = "X: " + std::string(39'000, 'x') + "\r\n";
    std::string const body = "5\r\nhello\r\n0\r\n\r\n";
    for (std::size_t size : {14'200, 14'300, 15'200, 15'300, 16'200, 16'300, 30'600, 39'000}) {
        auto const head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nX: " +
                          std::string(size, 'x') + "\r\n\r\n";
        for (std::size_t piece : {1'000'000, 1000}) {
            BOOST_TEST_CONTEXT(size << " in pieces of " << piece) {
                script connection(options);
                connection.run(head + body + head + body, piece);
                BOOST_TEST(bodies(connection.output) == "POST / hello\nPOST / hello\n");
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(the_body_is_asked_for_once_when_it_is_withheld) {
    script connection;
    auto const request = post("/", "hello", "Expect: 100-continue\r\n");
    auto const head_size = request.size() - 5;
    BOOST_TEST((connection.run(request.substr(0, head_size)) == step::read));
    BOOST_TEST(connection.output == "HTTP/1.1 100 Continue\r\n\r\n");
    connection.run("h");
    connection.run("ello");
    BOOST_TEST(statuses(connection.output) == "100 200");
}

BOOST_AUTO_TEST_CASE(a_body_that_is_there_already_is_not_asked_for) {
    script connection;
    connection.run(post("/", "hello", "Expect: 100-continue\r\n"));
    BOOST_TEST(statuses(connection.output) == "200");
}

BOOST_AUTO_TEST_CASE(a_withheld_body_above_the_limit_is_not_asked_for) {
    script connection;
    auto const request = post("/", std::string(2000, 'x'), "Expect: 100-continue\r\n");
    BOOST_TEST((connection.run(request.substr(0, request.size() - 2000)) == step::close));
    BOOST_TEST(statuses(connection.output) == "413");
}

BOOST_AUTO_TEST_CASE(an_answer_before_the_body_keeps_the_connection_if_the_body_is_there) {
    script connection;
    BOOST_TEST((connection.run(post("/early", "body") + get("/next")) == step::read));
    BOOST_TEST(bodies(connection.output) == "early\nGET /next\n");
    BOOST_TEST(connection.handler.seen == std::vector<std::string>{"/next"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_answer_before_the_body_closes_if_the_body_is_not_there) {
    script connection;
    auto const request = post("/early", "body");
    BOOST_TEST((connection.run(request.substr(0, request.size() - 1)) == step::close));
    auto const answers = take_answers(connection.output);
    BOOST_REQUIRE(answers.size() == 1);
    BOOST_TEST(answers[0].status == 404);
    BOOST_TEST(answers[0].header("Connection") == "close");
}

BOOST_AUTO_TEST_CASE(an_answer_before_a_malformed_chunked_body_closes) {
    script connection;
    auto const request = "POST /early HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx";
    BOOST_TEST((connection.run(request + get("/hidden")) == step::close));
    BOOST_TEST(statuses(connection.output) == "404");
}

BOOST_AUTO_TEST_CASE(the_handler_may_limit_a_body) {
    script connection;
    connection.run(post("/short", "12345678") + post("/short", "123456789"));
    BOOST_TEST(statuses(connection.output) == "200 413");
}

BOOST_AUTO_TEST_CASE(exceptions_of_the_handler_become_answers) {
    for (auto const& [path, status] :
         {std::pair{"/throw", "500"}, {"/throw-early", "500"}, {"/no-memory", "503"}}) {
        auto options = small_limits();
        int told = 0;
        options.on_failure = [&](std::exception_ptr) { ++told; };
        script connection(options);
        BOOST_TEST((connection.run(get(path) + get("/hidden")) == step::close));
        BOOST_TEST(statuses(connection.output) == status);
        BOOST_TEST(told == (status == std::string("500") ? 1 : 0));
    }
}

BOOST_AUTO_TEST_CASE(a_header_with_a_line_end_is_not_sent) {
    script connection;
    connection.run(get("/inject"));
    BOOST_TEST(statuses(connection.output) == "500");
    BOOST_TEST(connection.output.find("Set-Cookie") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(head_has_no_body_and_the_next_request_is_found) {
    script connection;
    connection.run("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n");
    BOOST_TEST(connection.output.ends_with("Content-Length: 7\r\n\r\n"));
    connection.output.clear();
    connection.run(get("/next"));
    BOOST_TEST(statuses(connection.output) == "200");
}

BOOST_AUTO_TEST_CASE(the_handler_may_close) {
    script connection;
    BOOST_TEST((connection.run(get("/close") + get("/hidden")) == step::close));
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
    connection.run(get("/hold") + "GET / HT");
    connection.now += 1h;
    connection.handler.release(0);
    connection.run("");
    BOOST_TEST((connection.subject.read_deadline() ==
                connection.now + connection.shared.options.header_timeout));
}

BOOST_AUTO_TEST_CASE(a_timeout_between_requests_closes_without_a_word) {
    script connection;
    connection.run(get("/"));
    connection.output.clear();
    connection.subject.on_read_timeout();
    BOOST_TEST((connection.run("") == step::close));
    BOOST_TEST(connection.output == "");
    BOOST_TEST(connection.shared.counters.timeouts.get() == 1);
}

BOOST_AUTO_TEST_CASE(a_timeout_within_a_request_is_answered_408) {
    for (auto const& part : {get("/").substr(0, 5), post("/", "hello").substr(0, 50)}) {
        script connection;
        BOOST_TEST((connection.run(part) == step::read));
        connection.subject.on_read_timeout();
        BOOST_TEST((connection.run("") == step::close));
        BOOST_TEST(statuses(connection.output) == "408");
    }
}

BOOST_AUTO_TEST_CASE(an_end_of_input_leaves_the_answers_to_be_written) {
    script connection;
    connection.run(get("/hold"));
    connection.handler.release(0);
    connection.run("");
    connection.subject.on_end_of_input();
    BOOST_TEST((connection.run("") == step::close));
    BOOST_TEST(statuses(connection.output) == "200");
    BOOST_TEST(!connection.subject.has_peer());
}

BOOST_AUTO_TEST_CASE(an_end_of_input_within_a_request_is_answered_400) {
    script connection;
    connection.run(get("/") + get("/").substr(0, 9));
    connection.subject.on_end_of_input();
    BOOST_TEST((connection.run("") == step::close));
    BOOST_TEST(statuses(connection.output) == "200 400");
}

BOOST_AUTO_TEST_CASE(an_abandoned_connection_waits_for_the_handler) {
    script connection;
    connection.run(get("/hold?0") + get("/hold?1") + get("/2"));
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
    connection.run(get("/hold?0") + get("/hold?1"));
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
    connection.run(get("/hold?0") + get("/hold?1"));
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
    connection.run(get("/big") + get("/big") + get("/1") + get("/2"));
    BOOST_TEST(connection.writes.size() == 3);
    BOOST_TEST(statuses(connection.output) == "200 200 200 200");
}

BOOST_AUTO_TEST_CASE(traffic_is_counted) {
    script connection;
    auto const input = get("/") + post("/", "hello");
    connection.run(input);
    auto const& counters = connection.shared.counters;
    BOOST_TEST(counters.requests.get() == 2);
    BOOST_TEST(counters.bytes_in.get() == input.size());
    BOOST_TEST(counters.bytes_out.get() == connection.output.size());
}

BOOST_AUTO_TEST_CASE(state_of_the_handler_lasts_until_the_answer) {
    struct counting_handler : handler {
        struct notes {
            int header_fields;
            char rest[120];
        };
        void on_header(exchange& x) override {
            x.emplace_state<notes>().header_fields = static_cast<int>(x.req.headers.size());
        }
        void handle(exchange& x) override {
            x.reply(200, {}, std::to_string(x.state<notes>().header_fields));
        }
    };
    counting_handler counts;
    server_shared shared{small_limits(), counts};
    script owner;
    sluice::gateway::server::pipeline subject(shared, owner, {}, owner.now);
    auto const in = get("/", "A: b\r\n");
    BOOST_REQUIRE((subject.next() == step::read));
    std::memcpy(subject.read_space().data(), in.data(), in.size());
    subject.on_read(in.size(), owner.now);
    BOOST_REQUIRE((subject.next() == step::write));
    BOOST_TEST(bodies(subject.output()) == "2\n");
}

BOOST_AUTO_TEST_SUITE_END()
