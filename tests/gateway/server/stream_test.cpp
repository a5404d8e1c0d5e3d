// Answers whose body grows while it is sent: on a connection without a socket, and on a real one.
#include "tests/gateway/server/connection_script.hpp"
#include "tests/support/raw_client.hpp"

#include <boost/test/unit_test.hpp>

namespace stream_test {

namespace {

using namespace sluice::tests;
using sluice::gateway::server::exchange;
using step = sluice::gateway::server::pipeline::step;

// What stands behind the head.
std::string body_of(std::string const& output) {
    auto const end = output.find("\r\n\r\n");
    return end == output.npos ? std::string() : output.substr(end + 4);
}

} // namespace

BOOST_AUTO_TEST_SUITE(stream)

BOOST_AUTO_TEST_CASE(the_head_leaves_at_once_and_has_no_length) {
    script connection;
    BOOST_TEST((connection.run(get_request("/stream")) == step::wait));
    BOOST_TEST(connection.output.starts_with("HTTP/1.1 200 OK\r\n"));
    BOOST_TEST(connection.output.find("Content-Length") == std::string::npos);
    BOOST_TEST(connection.output.find("Connection: close\r\n") != std::string::npos);
    BOOST_TEST(body_of(connection.output) == "begun;");
    connection.handler.streams.at(0)->end_stream();
    BOOST_TEST((connection.run("") == step::close));
}

BOOST_AUTO_TEST_CASE(each_piece_wakes_the_connection_and_is_written) {
    script connection;
    connection.run(get_request("/stream"));
    auto& x = *connection.handler.streams.at(0);
    BOOST_TEST(x.stream("one;"));
    BOOST_TEST(connection.wakes == 1);
    BOOST_TEST((connection.run("") == step::wait));
    BOOST_TEST(x.stream("two;"));
    BOOST_TEST(x.stream("three;"));
    BOOST_TEST((connection.run("") == step::wait));
    BOOST_TEST(body_of(connection.output) == "begun;one;two;three;");
    x.end_stream();
    BOOST_TEST((connection.run("") == step::close));
}

BOOST_AUTO_TEST_CASE(what_is_added_during_a_write_goes_with_the_next) {
    script connection;
    connection.run(get_request("/stream"));
    auto& x = *connection.handler.streams.at(0);
    x.stream("one;");
    BOOST_TEST((connection.subject.next() == step::write));
    auto const first = std::string(connection.subject.output());
    x.stream("two;");
    x.end_stream();
    BOOST_TEST(connection.subject.output() == first);
    connection.subject.on_written(connection.now);
    BOOST_TEST((connection.subject.next() == step::write));
    BOOST_TEST(connection.subject.output() == "two;");
    connection.subject.on_written(connection.now);
    BOOST_TEST((connection.subject.next() == step::close));
}

BOOST_AUTO_TEST_CASE(a_peer_that_does_not_read_is_bounded) {
    script connection;
    connection.run(get_request("/stream"));
    auto& x = *connection.handler.streams.at(0);
    std::string const piece(exchange::stream_limit / 4, 'x');
    for (int i = 0; i < 4; ++i)
        BOOST_TEST(x.stream(piece));
    BOOST_TEST(!x.stream("y"));
    x.end_stream();
    BOOST_TEST((connection.run("") == step::close));
    BOOST_TEST(body_of(connection.output).size() == 6 + exchange::stream_limit);
}

BOOST_AUTO_TEST_CASE(a_broken_connection_takes_nothing_and_waits_for_the_end) {
    script connection;
    connection.run(get_request("/stream"));
    connection.subject.abandon();
    BOOST_TEST((connection.subject.next() == step::wait));
    auto& x = *connection.handler.streams.at(0);
    BOOST_TEST(!x.stream("one;"));
    x.end_stream();
    BOOST_TEST((connection.subject.next() == step::close));
}

BOOST_AUTO_TEST_CASE(answers_before_it_leave_first_and_nothing_behind_it_is_read) {
    script connection;
    BOOST_TEST((connection.run(get_request("/hold") + get_request("/stream") +
                               get_request("/never")) == step::wait));
    BOOST_TEST(connection.output.empty());
    connection.handler.streams.at(0)->stream("one;");
    connection.handler.release_all();
    connection.run("");
    auto const held = connection.output.find("GET /hold");
    auto const begun = connection.output.find("begun;one;");
    BOOST_TEST(held != std::string::npos);
    BOOST_TEST(begun != std::string::npos);
    BOOST_TEST(held < begun);
    connection.handler.streams.at(0)->end_stream();
    BOOST_TEST((connection.run("") == step::close));
    BOOST_TEST(connection.handler.seen.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_real_peer_sees_the_pieces_as_they_come) {
    path_handler handler;
    running_server server(handler);
    raw_client client(server.port());
    client.send(get_request("/stream"));
    BOOST_TEST(client.receive_through("begun;").ends_with("begun;"));
    for (std::string const piece : {"one;", "two;"}) {
        server.on_thread([&](auto&) { handler.streams.at(0)->stream(piece); });
        BOOST_TEST(client.receive_through(";") == piece);
    }
    server.on_thread([&](auto&) { handler.streams.at(0)->end_stream(); });
    BOOST_TEST(client.receive_all().empty());
    BOOST_TEST(!client.was_reset());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace stream_test
