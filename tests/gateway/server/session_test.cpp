// The server over real sockets. What is said here of time is bounded from above only by
// raw_client's deadline: a slow machine makes these tests slower, never red.
#include "gateway/server/session.hpp"
#include "tests/gateway/server/answers.hpp"
#include "tests/gateway/server/odd_requests.hpp"
#include "tests/gateway/server/path_handler.hpp"
#include "tests/gateway/server/running_server.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

namespace session_test {

namespace {

using namespace sluice::gateway::server;
using namespace sluice::tests;
using namespace std::chrono_literals;

std::string get(std::string const& path) {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

// A `long_time` that no test waits for, so that a test which needs one timeout meets only it.
server_options patient() {
    auto options = small_limits();
    options.header_timeout = options.request_timeout = options.idle_timeout = 1h;
    options.write_timeout = 1h;
    return options;
}

bool has_ended(listener& inbound) {
    return inbound.connections() == 0;
}

} // namespace

BOOST_AUTO_TEST_SUITE(session)

BOOST_AUTO_TEST_CASE(no_second_answer_behind_a_refused_request) {
    path_handler handler;
    running_server server(handler, patient());
    for (auto const& odd : odd_requests()) {
        BOOST_TEST_CONTEXT(odd.name) {
            raw_client client(server.port());
            client.send(odd.bytes + hidden_request);
            if (odd.goes_on) client.finish_sending();
            auto const received = client.receive_all();
            auto const expected = std::to_string(odd.status) + (odd.goes_on ? " 200" : "");
            BOOST_TEST(statuses(received) == expected);
            BOOST_TEST(!client.was_reset());
        }
    }
    BOOST_TEST(server.wait_for(has_ended));
    BOOST_TEST(odd_requests().size() > 140);
}

BOOST_AUTO_TEST_CASE(a_slow_header_is_cut_off_although_bytes_keep_coming) {
    auto options = patient();
    options.header_timeout = 50ms;
    path_handler handler;
    running_server server(handler, options);
    raw_client client(server.port());
    client.send("GET / HTTP/1.1\r\nX: ");
    while (client.is_silent_for(5ms))
        client.send("y");
    BOOST_TEST(statuses(client.receive_all()) == "408");
    BOOST_TEST(server.wait_for(has_ended));
}

BOOST_AUTO_TEST_CASE(a_slow_body_is_cut_off_although_bytes_keep_coming) {
    for (std::string length : {"Content-Length: 1000", "Transfer-Encoding: chunked"}) {
        auto options = patient();
        options.request_timeout = 50ms;
        path_handler handler;
        running_server server(handler, options);
        raw_client client(server.port());
        client.send("POST / HTTP/1.1\r\nHost: a\r\n" + length + "\r\n\r\n3e8\r\n");
        while (client.is_silent_for(5ms))
            client.send("y");
        BOOST_TEST(statuses(client.receive_all()) == "408");
        BOOST_TEST(handler.seen.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_connection_that_says_nothing_is_closed) {
    auto options = patient();
    options.header_timeout = 20ms;
    path_handler handler;
    running_server server(handler, options);
    raw_client client(server.port());
    BOOST_TEST(client.receive_all() == "");
    BOOST_TEST(server.counters().timeouts.get() == 1);
}

BOOST_AUTO_TEST_CASE(an_idle_connection_is_closed) {
    auto options = patient();
    options.idle_timeout = 20ms;
    path_handler handler;
    running_server server(handler, options);
    raw_client client(server.port());
    client.send(get("/"));
    BOOST_TEST(statuses(client.receive_all()) == "200");
    BOOST_TEST(server.counters().timeouts.get() == 1);
}

BOOST_AUTO_TEST_CASE(a_peer_that_does_not_read_is_cut_off) {
    auto options = patient();
    options.write_timeout = 50ms;
    path_handler handler;
    running_server server(handler, options);
    raw_client client(server.port(), 4096);
    client.send(get("/big") + get("/big"));
    BOOST_TEST(server.wait_for([](listener& inbound) {
        return inbound.counters().timeouts.get() == 1 && inbound.connections() == 0;
    }));
    BOOST_TEST(client.receive_all().size() < 8u * 1024 * 1024);
}

BOOST_AUTO_TEST_CASE(a_large_answer_is_read_whole_by_a_slow_peer) {
    path_handler handler;
    running_server server(handler, patient());
    raw_client client(server.port(), 4096);
    client.send(get("/big") + get("/close"));
    auto const answers = take_answers(client.receive_all());
    BOOST_REQUIRE(answers.size() == 2);
    BOOST_TEST(answers[0].body.size() == 4u * 1024 * 1024);
}

BOOST_AUTO_TEST_CASE(a_peer_that_ends_its_side_gets_its_answers) {
    path_handler handler;
    running_server server(handler, patient());
    raw_client client(server.port());
    client.send(get("/hold") + get("/2"));
    client.finish_sending();
    BOOST_REQUIRE(server.wait_for([&](listener&) { return handler.held.size() == 1; }));
    server.on_thread([&](listener&) {
        BOOST_TEST(!handler.held[0]->peer_gone());
        handler.release(0);
    });
    BOOST_TEST(statuses(client.receive_all()) == "200 200");
    BOOST_TEST(server.wait_for(has_ended));
}

// Whatever comes in one piece with the bytes before it is seen, although nothing more will come.
// The server's thread sends it, so that it reads nothing in between.
BOOST_AUTO_TEST_CASE(an_end_or_a_reset_in_one_piece_with_the_bytes_is_seen) {
    path_handler handler;
    running_server server(handler, patient());
    for (std::string const bytes : {"", "GET / HTT", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"}) {
        for (bool const is_reset : {false, true}) {
            BOOST_TEST_CONTEXT(bytes << (is_reset ? " and a reset" : " and the end")) {
                raw_client client(server.port());
                client.send(get("/1"));
                client.receive_through("GET /1");
                server.on_thread([&](listener&) {
                    client.send(bytes);
                    is_reset ? client.reset() : client.finish_sending();
                });
                BOOST_TEST(server.wait_for(has_ended));
                if (!is_reset && bytes.ends_with("\r\n\r\n")) {
                    BOOST_TEST(statuses(client.receive_all()) == "200");
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_body_in_pieces_is_read_on_between_other_requests) {
    auto options = patient();
    options.body_limit = 40'000;
    path_handler handler;
    running_server server(handler, options);
    raw_client client(server.port());
    std::string const body(40'000, 'b');
    for (std::size_t const piece : {1u, 7u, 15'360u, 16'384u, 39'999u, 40'000u}) {
        auto const request = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 40000\r\n\r\n" + body;
        client.send(get("/before") + request.substr(0, piece));
        client.send(request.substr(piece) + get("/behind"));
        BOOST_TEST(statuses(client.receive_through("GET /behind")) == "200 200 200");
    }
}

BOOST_AUTO_TEST_CASE(an_exchange_outlives_its_peer) {
    path_handler handler;
    running_server server(handler, patient());
    {
        raw_client client(server.port());
        client.send(get("/hold?x"));
        BOOST_REQUIRE(server.wait_for([&](listener&) { return handler.held.size() == 1; }));
        client.reset();
    }
    BOOST_TEST(server.wait_for([&](listener&) { return handler.held[0]->peer_gone(); }));
    server.on_thread([&](listener& inbound) {
        BOOST_TEST(inbound.connections() == 1u);
        BOOST_TEST(handler.held[0]->req.query == "x");
        handler.release(0);
    });
    BOOST_TEST(server.wait_for(has_ended));
}

BOOST_AUTO_TEST_CASE(no_deadline_applies_while_the_handler_works) {
    auto options = small_limits();
    options.header_timeout = options.request_timeout = options.idle_timeout = 10ms;
    path_handler handler;
    running_server server(handler, options);
    raw_client client(server.port());
    client.send(get("/hold"));
    BOOST_REQUIRE(server.wait_for([&](listener&) { return handler.held.size() == 1; }));
    BOOST_TEST(client.is_silent_for(100ms));
    server.on_thread([&](listener&) { handler.release(0); });
    BOOST_TEST(statuses(client.receive_all()) == "200");
}

BOOST_AUTO_TEST_CASE(an_upload_that_is_refused_can_read_why) {
    path_handler handler;
    running_server server(handler, patient());
    raw_client client(server.port());
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
    client.send(std::string(1'000'000, 'x'));
    client.finish_sending();
    BOOST_TEST(statuses(client.receive_all()) == "413");
    BOOST_TEST(!client.was_reset());
}

BOOST_AUTO_TEST_CASE(an_endless_upload_is_not_read_for_ever) {
    auto options = patient();
    options.linger_limit = 100'000;
    options.linger_timeout = 1h;
    path_handler handler;
    running_server server(handler, options);
    raw_client client(server.port());
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n");
    int pieces = 0;
    while (client.send(std::string(100'000, 'x')) && pieces < 1000)
        ++pieces;
    BOOST_TEST(pieces < 1000);
    BOOST_TEST(server.wait_for(has_ended));
}

BOOST_AUTO_TEST_CASE(the_body_is_sent_after_continue) {
    path_handler handler;
    running_server server(handler, patient());
    raw_client client(server.port());
    client.send("POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                "Content-Length: 5\r\nConnection: close\r\n\r\n");
    BOOST_TEST(client.receive_through("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hello");
    BOOST_TEST(take_answers(client.receive_all()).at(0).body == "POST /a hello");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace session_test
