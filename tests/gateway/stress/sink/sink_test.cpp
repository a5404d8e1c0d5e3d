#include "gateway/stress/sink/sink.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace sink_test {

using namespace sluice::gateway::stress;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

std::string const post = "POST /crm HTTP/1.1\r\nHost: a\r\nwebhook-id: msg_1\r\n"
                         "Content-Length: 2\r\n\r\nhi";
std::string const last = "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

// A sink on a thread of its own, and clients that block.
class fixture {
  public:
    fixture() {
        options.listen.port = 0;
        options.limits.kept_requests = 100;
    }

    ~fixture() {
        if (destination) destination->stop();
        threads_.clear();
        destination.reset();
    }

    sluice::gateway::stress::sink& start(int threads = 1) {
        destination = std::make_unique<sluice::gateway::stress::sink>(options, hook);
        for (int i = 0; i < threads; ++i) {
            contexts_.push_back(std::make_unique<asio::io_context>(1));
            destination->listen(*contexts_.back()).value();
            threads_.emplace_back([&io = *contexts_.back()] { io.run(); });
        }
        return *destination;
    }

    asio::ip::tcp::socket connect() {
        asio::ip::tcp::socket socket(client_);
        socket.connect({asio::ip::address_v4::loopback(), destination->port()});
        return socket;
    }

    // Everything that comes until the sink closes; `ec` is how it ended.
    static std::string read_all(asio::ip::tcp::socket& socket, boost::system::error_code& ec) {
        std::string text;
        asio::read(socket, asio::dynamic_buffer(text), ec);
        return text;
    }

    std::string exchange(std::string_view text) {
        auto socket = connect();
        asio::write(socket, asio::buffer(text));
        boost::system::error_code ec;
        return read_all(socket, ec);
    }

    sluice::gateway::stress::sink_options options;
    sluice::gateway::stress::sink::hook hook;
    std::unique_ptr<sluice::gateway::stress::sink> destination;

  private:
    asio::io_context client_;
    std::vector<std::unique_ptr<asio::io_context>> contexts_;
    std::vector<std::jthread> threads_;
};

std::size_t count(std::string_view text, std::string_view part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1))
        ++found;
    return found;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(sink, fixture)

BOOST_AUTO_TEST_CASE(requests_are_answered_counted_and_kept) {
    auto& target = start();
    auto const answer = exchange(post + last);
    BOOST_TEST(count(answer, "HTTP/1.1 200 OK\r\n") == 2u);
    BOOST_TEST(count(answer, "Connection: close\r\n") == 1u);
    BOOST_TEST(answer.ends_with("{\"ok\":true}"));
    auto const totals = target.totals();
    BOOST_TEST(totals.requests == 2u);
    BOOST_TEST(totals.connections == 1u);
    BOOST_TEST(totals.unique_webhook_ids == 1u);
    auto const kept = target.recorded();
    BOOST_REQUIRE_EQUAL(kept.size(), 2u);
    BOOST_TEST(kept[0].method == "POST");
    BOOST_TEST(kept[0].body == "hi");
    BOOST_TEST(kept[0].header("webhook-id") == "msg_1");
    BOOST_TEST(kept[0].status == 200u);
    BOOST_TEST(kept[1].target == "/last");
    BOOST_TEST((kept[0].at.monotonic <= kept[1].at.monotonic));
}

BOOST_AUTO_TEST_CASE(the_url_names_the_port_that_was_chosen) {
    auto& target = start();
    BOOST_TEST(target.port() != 0);
    BOOST_TEST(target.url() == "http://127.0.0.1:" + std::to_string(target.port()));
}

BOOST_AUTO_TEST_CASE(pipelined_requests_are_answered_in_their_order_also_when_they_wait) {
    options.behaviour.latency.values = {1ms};
    options.behaviour.statuses = {{200, 1}, {404, 1}, {503, 1}};
    auto& target = start();
    std::string requests;
    for (int i = 0; i < 20; ++i)
        requests += post;
    auto const answer = exchange(requests + last);
    std::string expected;
    for (auto const& request : target.recorded())
        expected += std::to_string(request.status) + " ";
    std::string answered;
    for (auto at = answer.find("HTTP/1.1 "); at != answer.npos;
         at = answer.find("HTTP/1.1 ", at + 1))
        answered += answer.substr(at + 9, 4);
    BOOST_TEST(target.totals().requests == 21u);
    BOOST_TEST(answered == expected);
}

BOOST_AUTO_TEST_CASE(a_body_may_come_in_pieces_and_in_chunks) {
    auto& target = start();
    auto socket = connect();
    std::string const head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
                             "Connection: close\r\n\r\n";
    for (auto const c : head + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
        asio::write(socket, asio::buffer(&c, 1));
    boost::system::error_code ec;
    BOOST_TEST(read_all(socket, ec).starts_with("HTTP/1.1 200"));
    BOOST_TEST(target.recorded().at(0).body == "abcde");
}

BOOST_AUTO_TEST_CASE(a_large_body_is_taken_whole) {
    auto& target = start();
    std::string const body(1'000'000, 'x');
    auto const answer = exchange("POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: 1000000"
                                 "\r\n\r\n" +
                                 body);
    BOOST_TEST(answer.starts_with("HTTP/1.1 200"));
    BOOST_TEST((target.recorded().at(0).body == body));
}

BOOST_AUTO_TEST_CASE(a_client_that_expects_it_is_told_to_continue_once) {
    start();
    auto socket = connect();
    asio::write(socket,
                asio::buffer(std::string("POST / HTTP/1.1\r\nExpect: 100-continue\r\n"
                                         "Connection: close\r\nContent-Length: 4\r\n\r\n")));
    std::string const go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    std::string text(go_on.size(), ' ');
    asio::read(socket, asio::buffer(text));
    BOOST_TEST(text == go_on);
    asio::write(socket, asio::buffer(std::string("ab")));
    asio::write(socket, asio::buffer(std::string("cd")));
    boost::system::error_code ec;
    BOOST_TEST(read_all(socket, ec).starts_with("HTTP/1.1 200"));
}

BOOST_AUTO_TEST_CASE(http_1_0_ends_after_one_answer) {
    start();
    auto const answer = exchange("GET / HTTP/1.0\r\n\r\n" + post);
    BOOST_TEST(count(answer, "HTTP/1.1 200") == 1u);
    BOOST_TEST(count(answer, "Connection: close") == 1u);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_understood_ends_the_connection) {
    auto& target = start();
    auto const answer = exchange(post + "GARBAGE\r\n\r\n");
    BOOST_TEST(count(answer, "HTTP/1.1 200") == 1u);
    BOOST_TEST(count(answer, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n") == 1u);
    BOOST_TEST(target.totals().malformed == 1u);
}

BOOST_AUTO_TEST_CASE(a_reset_tears_the_connection) {
    options.behaviour.reset_rate = 1;
    auto& target = start();
    auto socket = connect();
    asio::write(socket, asio::buffer(post));
    boost::system::error_code ec;
    BOOST_TEST(read_all(socket, ec).empty());
    BOOST_TEST(ec == asio::error::connection_reset);
    BOOST_TEST(target.totals().reset == 1u);
}

BOOST_AUTO_TEST_CASE(a_half_closed_connection_ends_without_an_answer_and_without_a_reset) {
    options.behaviour.half_close_rate = 1;
    auto& target = start();
    auto socket = connect();
    asio::write(socket, asio::buffer(post));
    boost::system::error_code ec;
    BOOST_TEST(read_all(socket, ec).empty());
    BOOST_TEST(ec == asio::error::eof);
    asio::write(socket, asio::buffer(post), ec); // the other half is open
    BOOST_TEST(!ec);
    BOOST_TEST(target.totals().half_closed == 1u);
    BOOST_TEST(target.totals().answered == 0u);
}

BOOST_AUTO_TEST_CASE(a_body_that_trickles_arrives_whole_and_before_the_next_answer) {
    options.behaviour.body = std::string(1000, 'b');
    start();
    auto const at_once = exchange(post + last);
    options.behaviour.slow_body = 20ms;
    start();
    BOOST_TEST(exchange(post + last) == at_once);
}

BOOST_AUTO_TEST_CASE(an_answer_is_filled_up_to_the_size_asked_for) {
    options.behaviour.answer_bytes = 300'000;
    start();
    auto const answer = exchange(last);
    BOOST_TEST(count(answer, "Content-Length: 300000\r\n") == 1u);
    auto const body = answer.substr(answer.find("\r\n\r\n") + 4);
    BOOST_TEST(body.size() == 300'000u);
    BOOST_TEST(body.starts_with("{\"ok\":true}  "));
}

BOOST_AUTO_TEST_CASE(with_a_name_it_speaks_tls_only_and_gives_its_certificate_away) {
    options.tls_name = "wrong.example";
    options.certificate_file = "/nonexistent/file";
    asio::io_context io(1);
    BOOST_TEST(sluice::gateway::stress::sink(options).listen(io).has_error());
    options.certificate_file.clear();
    auto& target = start();
    BOOST_TEST(target.url().starts_with("https://127.0.0.1:"));
    auto socket = connect();
    asio::write(socket, asio::buffer(post)); // no handshake
    boost::system::error_code ec;
    BOOST_TEST(read_all(socket, ec).find("HTTP/1.1") == std::string::npos);
    BOOST_TEST(target.totals().requests == 0u);
}

BOOST_AUTO_TEST_CASE(a_hung_request_gets_no_answer_until_the_sink_stops) {
    options.behaviour.hang_rate = 1;
    std::promise<unsigned> came;
    hook = [&came](auto const&, arrival, unsigned status) { came.set_value(status); };
    auto& target = start();
    auto socket = connect();
    asio::write(socket, asio::buffer(post));
    BOOST_TEST(came.get_future().get() == 0u);
    target.stop();
    boost::system::error_code ec;
    BOOST_TEST(read_all(socket, ec).empty());
}

BOOST_AUTO_TEST_CASE(behaviour_changes_while_it_runs) {
    auto& target = start();
    std::string const config = R"({"status":"503","retry_after":3,"body":"<busy/>"})";
    auto const changed =
        exchange("POST /__sink/config HTTP/1.1\r\nConnection: close\r\nContent-Length: " +
                 std::to_string(config.size()) + "\r\n\r\n" + config);
    BOOST_TEST(changed.starts_with("HTTP/1.1 200"));
    auto const answer = exchange(last);
    BOOST_TEST(answer == "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 3\r\n"
                         "Connection: close\r\nContent-Type: application/xml\r\n"
                         "Content-Length: 7\r\n\r\n<busy/>");
    target.configure({});
    BOOST_TEST(exchange(last).starts_with("HTTP/1.1 200"));
    BOOST_TEST(target.totals().requests == 2u);
    target.reset();
    BOOST_TEST(target.totals().requests == 0u);
    BOOST_TEST(target.recorded().empty());
}

BOOST_AUTO_TEST_CASE(connections_beyond_the_limit_are_closed_at_once) {
    options.limits.connections = 1;
    start();
    auto first = connect();
    asio::write(first, asio::buffer(post));
    std::string text(12, ' ');
    asio::read(first, asio::buffer(text)); // it is served
    auto second = connect();
    boost::system::error_code ec;
    BOOST_TEST(read_all(second, ec).empty());
}

BOOST_AUTO_TEST_CASE(several_threads_share_the_port_and_the_counters) {
    auto& target = start(3);
    for (int i = 0; i < 30; ++i)
        BOOST_TEST(exchange(last).starts_with("HTTP/1.1 200"));
    BOOST_TEST(target.totals().requests == 30u);
}

BOOST_AUTO_TEST_CASE(a_port_in_use_is_an_error) {
    options.listen.port = start().port();
    sluice::gateway::stress::sink other(options);
    asio::io_context io(1);
    BOOST_TEST((other.listen(io).error() == asio::error::address_in_use));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sink_test
