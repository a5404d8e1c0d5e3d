#include "gateway/server/address_limit.hpp"
#include "gateway/server/listener.hpp"
#include "tests/gateway/server/answers.hpp"
#include "tests/gateway/server/path_handler.hpp"
#include "tests/gateway/server/running_server.hpp"
#include "tests/support/raw_client.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace listener_test {

namespace {

namespace asio = boost::asio;
using namespace sluice::gateway::server;
using namespace sluice::tests;
using namespace std::chrono_literals;
using endpoint = asio::ip::tcp::endpoint;

std::string get(std::string const& path) {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

bool has_finished(sluice::gateway::server::listener& inbound) {
    return inbound.is_finished();
}

endpoint on(std::uint16_t port) {
    return {asio::ip::address_v4::loopback(), port};
}

// As few descriptors as are open now, as long as it lives.
class no_descriptors {
  public:
    no_descriptors() {
        getrlimit(RLIMIT_NOFILE, &before_);
        auto const next = ::dup(0);
        ::close(next);
        rlimit limited = before_;
        limited.rlim_cur = static_cast<rlim_t>(next);
        setrlimit(RLIMIT_NOFILE, &limited);
    }
    ~no_descriptors() { setrlimit(RLIMIT_NOFILE, &before_); }

  private:
    rlimit before_{};
};

} // namespace

BOOST_AUTO_TEST_SUITE(listener)

BOOST_AUTO_TEST_CASE(stop_closes_idle_connections_and_accepts_no_more) {
    path_handler handler;
    running_server server(handler, small_limits());
    raw_client silent(server.port());
    raw_client idle(server.port());
    idle.send(get("/"));
    idle.receive_through("GET /");
    server.wait_for([](auto& inbound) { return inbound.connections() == 2; });
    server.on_thread([](auto& inbound) { inbound.stop(); });
    BOOST_TEST(silent.receive_all() == "");
    BOOST_TEST(idle.receive_all() == "");
    BOOST_TEST(!idle.was_reset());
    BOOST_CHECK_THROW(raw_client(server.port()), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(stop_lets_busy_connections_answer_and_close) {
    path_handler handler;
    running_server server(handler, small_limits());
    raw_client busy(server.port());
    raw_client halfway(server.port());
    busy.send(get("/hold"));
    halfway.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n1");
    server.wait_for([&](auto&) { return handler.headers_seen.size() == 2; });
    server.on_thread([](auto& inbound) { inbound.stop(); });
    halfway.send("2");
    auto const second = take_answers(halfway.receive_all());
    BOOST_REQUIRE(second.size() == 1);
    BOOST_TEST(second[0].header("Connection") == "close");
    server.on_thread([&](auto& inbound) {
        BOOST_TEST(!inbound.is_finished());
        handler.release(0);
    });
    auto const first = take_answers(busy.receive_all());
    BOOST_REQUIRE(first.size() == 1);
    BOOST_TEST(first[0].header("Connection") == "close");
}

BOOST_AUTO_TEST_CASE(stop_ends_everything) {
    path_handler handler;
    running_server server(handler, small_limits());
    {
        raw_client client(server.port());
        client.send(get("/"));
        client.receive_through("GET /");
        server.on_thread([](auto& inbound) { inbound.stop(); });
    }
    BOOST_TEST(server.wait_for(has_finished));
    auto const& counters = server.counters();
    BOOST_TEST(counters.connections_accepted.get() == 1);
    BOOST_TEST(counters.connections_closed.get() == 1);
    BOOST_TEST(counters.connections_open.get() == 0);
}

BOOST_AUTO_TEST_CASE(a_request_that_arrives_with_the_stop_is_answered) {
    path_handler handler;
    running_server server(handler, small_limits());
    raw_client client(server.port());
    client.send(get("/"));
    client.receive_through("GET /");
    server.on_thread([&](auto& inbound) {
        // The thread is here, so it cannot have read this before the stop.
        client.send(get("/last"));
        inbound.stop();
    });
    auto const answers = take_answers(client.receive_all());
    BOOST_REQUIRE(answers.size() == 1);
    BOOST_TEST(answers[0].body == "GET /last");
    BOOST_TEST(answers[0].header("Connection") == "close");
}

// Let in by the system, and not by us yet: a proxy may not send its call again after a reset.
BOOST_AUTO_TEST_CASE(connections_that_wait_to_be_accepted_when_it_stops_are_served) {
    path_handler handler;
    running_server server(handler, small_limits());
    std::vector<std::unique_ptr<raw_client>> clients;
    server.on_thread([&](auto& inbound) {
        for (int i = 0; i < 5; ++i) {
            clients.push_back(std::make_unique<raw_client>(server.port()));
            if (i % 2 == 0) clients.back()->send(get("/one"));
        }
        inbound.stop();
    });
    for (int i = 0; i < 5; ++i) {
        if (i % 2 != 0) clients[static_cast<std::size_t>(i)]->send(get("/two"));
    }
    for (std::size_t i = 0; i < 5; ++i) {
        auto const answers = take_answers(clients[i]->receive_all());
        BOOST_REQUIRE(answers.size() == 1);
        BOOST_TEST(answers[0].body == (i % 2 == 0 ? "GET /one" : "GET /two"));
        BOOST_TEST(answers[0].header("Connection") == "close");
    }
    BOOST_TEST(server.wait_for(has_finished));
}

BOOST_AUTO_TEST_CASE(kill_closes_at_once_and_waits_for_the_handler) {
    path_handler handler;
    running_server server(handler, small_limits());
    raw_client client(server.port());
    client.send(get("/hold"));
    server.wait_for([&](auto&) { return handler.held.size() == 1; });
    server.on_thread([](auto& inbound) { inbound.kill(); });
    BOOST_TEST(client.receive_all() == "");
    server.on_thread([&](auto& inbound) {
        BOOST_TEST(!inbound.is_finished());
        BOOST_TEST(handler.held[0]->req.path == "/hold");
        handler.release(0);
    });
    BOOST_TEST(server.wait_for(has_finished));
}

BOOST_AUTO_TEST_CASE(connections_above_the_limit_are_closed) {
    auto options = small_limits();
    options.max_connections = 2;
    path_handler handler;
    running_server server(handler, options);
    auto first = std::make_unique<raw_client>(server.port());
    raw_client second(server.port());
    server.wait_for([](auto& inbound) { return inbound.connections() == 2; });
    BOOST_TEST(raw_client(server.port()).receive_all() == "");
    BOOST_TEST(server.counters().connections_refused.get() == 1);
    first.reset();
    server.wait_for([](auto& inbound) { return inbound.connections() == 1; });
    raw_client third(server.port());
    third.send(get("/close"));
    BOOST_TEST(statuses(third.receive_all()) == "200");
}

BOOST_AUTO_TEST_CASE(one_address_cannot_take_all_connections) {
    auto options = small_limits();
    options.per_address = std::make_shared<address_limit>(2);
    path_handler handler;
    running_server server(handler, options);
    auto first = std::make_unique<raw_client>(server.port());
    raw_client second(server.port());
    server.wait_for([](auto& inbound) { return inbound.connections() == 2; });
    BOOST_TEST(raw_client(server.port()).receive_all() == "");
    BOOST_TEST(server.counters().connections_refused.get() == 1);
    // Another address still may.
    BOOST_TEST(options.per_address->enter(boost::asio::ip::make_address("192.0.2.1")));
    first.reset();
    server.wait_for([](auto& inbound) { return inbound.connections() == 1; });
    raw_client third(server.port());
    third.send(get("/close"));
    BOOST_TEST(statuses(third.receive_all()) == "200");
}

BOOST_AUTO_TEST_CASE(an_ipv6_network_of_64_bits_counts_as_one_address) {
    address_limit limit(1);
    auto const at = [](char const* text) { return boost::asio::ip::make_address(text); };
    BOOST_TEST(limit.enter(at("2001:db8::1")));
    BOOST_TEST(!limit.enter(at("2001:db8::2")));
    BOOST_TEST(limit.enter(at("2001:db8:0:1::1")));
    BOOST_TEST(limit.enter(at("192.0.2.1")));
    BOOST_TEST(!limit.enter(at("::ffff:192.0.2.1")));
    BOOST_TEST(limit.enter(at("192.0.2.2")));
    limit.leave(at("2001:db8::2"));
    BOOST_TEST(limit.enter(at("2001:db8::3")));
}

BOOST_AUTO_TEST_CASE(accepting_goes_on_after_descriptors_ran_out) {
    auto options = small_limits();
    options.accept_pause = 1ms;
    path_handler handler;
    running_server server(handler, options);
    raw_client client(server.port());
    server.wait_for([](auto& inbound) { return inbound.connections() == 1; });
    auto const second = std::make_unique<raw_client>(server.port());
    server.wait_for([](auto& inbound) { return inbound.connections() == 2; });
    std::unique_ptr<raw_client> third;
    {
        // The descriptor of the client is the last one; the server finds none for its side.
        no_descriptors none;
        rlimit one_more{};
        getrlimit(RLIMIT_NOFILE, &one_more);
        one_more.rlim_cur += 1;
        setrlimit(RLIMIT_NOFILE, &one_more);
        third = std::make_unique<raw_client>(server.port());
        third->send(get("/close"));
        BOOST_TEST(server.wait_for(
            [](auto& inbound) { return inbound.counters().accept_pauses.get() > 2; }));
    }
    BOOST_TEST(statuses(third->receive_all()) == "200");
}

BOOST_AUTO_TEST_CASE(threads_of_one_process_share_a_port) {
    asio::io_context io(1);
    path_handler handler;
    sluice::gateway::server::listener first(io, small_limits(), handler);
    sluice::gateway::server::listener second(io, small_limits(), handler);
    BOOST_TEST(!first.open(on(0), port_claim::first));
    auto const port = first.endpoint().port();
    BOOST_TEST(!second.open(on(port), port_claim::join));
    // The system deals out connections by a hash of their addresses: all 64 to one listener
    // would be a coin that falls on one side 64 times.
    std::vector<std::unique_ptr<raw_client>> clients;
    for (int i = 0; i < 64; ++i)
        clients.push_back(std::make_unique<raw_client>(port));
    while (first.connections() + second.connections() < 64)
        io.run_one();
    BOOST_TEST(first.connections() > 0u);
    BOOST_TEST(second.connections() > 0u);
}

// As people write it: "[::]:8080" beside "0.0.0.0:8080", in either order.
BOOST_AUTO_TEST_CASE(a_port_is_shared_by_the_two_families_where_each_has_a_listener) {
    asio::io_context io(1);
    path_handler handler;
    auto sixes = small_limits();
    sixes.is_v6_only = true;
    asio::ip::tcp::endpoint const any_v6(asio::ip::tcp::v6(), 0);
    sluice::gateway::server::listener six(io, sixes, handler);
    if (six.open(any_v6, port_claim::first)) return; // a system without IPv6
    auto const port = six.endpoint().port();
    asio::ip::tcp::endpoint const any_v4(asio::ip::tcp::v4(), port);
    sluice::gateway::server::listener four(io, small_limits(), handler);
    BOOST_REQUIRE(!four.open(any_v4, port_claim::first));
    raw_client to_four(port);
    while (four.connections() == 0)
        io.run_one();
    BOOST_TEST(six.connections() == 0u);
}

BOOST_AUTO_TEST_CASE(a_port_that_another_gateway_has_is_in_use) {
    asio::io_context io(1);
    path_handler handler;
    sluice::gateway::server::listener ours(io, small_limits(), handler);
    sluice::gateway::server::listener other(io, small_limits(), handler);
    BOOST_TEST(!ours.open(on(0), port_claim::first));
    auto const where = ours.endpoint();
    BOOST_TEST(probe_port(where) == asio::error::address_in_use);
    BOOST_TEST(other.open(where, port_claim::first) == asio::error::address_in_use);
}

BOOST_AUTO_TEST_CASE(a_port_that_another_program_has_is_in_use) {
    asio::io_context io(1);
    asio::ip::tcp::acceptor taken(io, on(0));
    path_handler handler;
    sluice::gateway::server::listener ours(io, small_limits(), handler);
    auto const where = taken.local_endpoint();
    BOOST_TEST(ours.open(where, port_claim::first) == asio::error::address_in_use);
    BOOST_TEST(ours.open(where, port_claim::join) == asio::error::address_in_use);
    taken.close();
    BOOST_TEST(!probe_port(where));
    BOOST_TEST(!ours.open(where, port_claim::first));
}

BOOST_AUTO_TEST_CASE(may_be_destroyed_with_work_open_when_its_context_does_not_run) {
    asio::io_context io(1);
    path_handler handler;
    auto subject = std::make_unique<sluice::gateway::server::listener>(io, small_limits(), handler);
    BOOST_TEST(!subject->open(on(0), port_claim::first));
    raw_client holding(subject->endpoint().port());
    raw_client reading(subject->endpoint().port());
    holding.send(get("/hold"));
    reading.send("GET / HT");
    while (handler.held.empty() || subject->counters().bytes_in.get() < 30)
        io.run_one();
    subject.reset();
    BOOST_TEST(holding.receive_all() == "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace listener_test
