#include "gateway/client/http_client.hpp"
#include "gateway/client/pool.hpp"
#include "tests/gateway/client/running_client.hpp"
#include "tests/gateway/client/scripted_upstream.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>

namespace sluice::tests::http_client_test {
namespace {

using namespace std::chrono_literals;
using namespace gateway;
using queue::cause;

BOOST_AUTO_TEST_SUITE(http_client)

BOOST_AUTO_TEST_CASE(a_request_goes_out_whole_and_its_answer_comes_back) {
    std::string seen;
    scripted_upstream upstream([&](upstream_peer& peer) {
        seen = peer.read_request();
        peer.write("HTTP/1.1 503 Busy\r\nContent-Type: a/b\r\nRetry-After: 7\r\n"
                   "Content-Length: 5\r\n\r\nlater");
        peer.drain();
    });
    running_client client;
    auto const end = client.exchange(client.open(upstream.url("/in?a=b")), "{\"x\":1}");
    BOOST_TEST(end.status == 503);
    BOOST_TEST(end.body == "later");
    BOOST_TEST(end.content_type == "a/b");
    BOOST_TEST(end.retry_after == "7");
    BOOST_TEST(end.duration.count() > 0);
    upstream.stop();
    BOOST_TEST(seen.starts_with("POST /in?a=b HTTP/1.1\r\nHost: 127.0.0.1:"));
    BOOST_TEST(seen.ends_with("Content-Length: 7\r\n\r\n{\"x\":1}"));
}

BOOST_AUTO_TEST_CASE(one_connection_carries_exchange_after_exchange) {
    scripted_upstream upstream(always(ok_answer()));
    running_client client;
    auto const to = client.open(upstream.url());
    for (int i = 0; i < 20; ++i)
        BOOST_TEST(client.exchange(to).status == 200);
    BOOST_TEST(upstream.connections() == 1U);
    auto const& counters = client.client->counters();
    BOOST_TEST(counters.exchanges.get() == 20U);
    BOOST_TEST(counters.connections_opened.get() == 1U);
    BOOST_TEST(counters.connections_idle.get() == 1U);
    BOOST_TEST(counters.stale_retries.get() == 0U);
}

BOOST_AUTO_TEST_CASE(a_request_may_be_started_again_inside_its_completion) {
    scripted_upstream upstream(always(ok_answer()));
    running_client client;
    client.after_end = [&](client::outbound_request& done) {
        if (client.ends.size() < 50) client.start(done);
    };
    client.start(client.open(upstream.url()));
    BOOST_TEST(client.run_until_ended(50));
    BOOST_TEST(upstream.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(large_bodies_arrive_whole_in_both_directions) {
    std::string const sent(3'000'000, 's');
    std::string const answered(60'000, 'a');
    std::atomic<std::size_t> received = 0;
    scripted_upstream upstream([&](upstream_peer& peer) {
        for (auto request = peer.read_request(); !request.empty(); request = peer.read_request()) {
            received = request.size() - request.find("\r\n\r\n") - 4;
            peer.write(ok_answer(answered));
        }
    });
    running_client client;
    auto const to = client.open(upstream.url());
    for (int i = 0; i < 2; ++i) {
        auto const end = client.exchange(to, sent);
        BOOST_TEST(end.status == 200);
        BOOST_TEST((end.body == answered));
        BOOST_TEST(received == sent.size());
    }
    BOOST_TEST(upstream.connections() == 1U);
}

// A process may wake up anywhere: the right is asked for before each write, not once.
BOOST_AUTO_TEST_CASE(who_loses_the_right_to_send_writes_no_further) {
    std::atomic<std::size_t> received = 0;
    scripted_upstream upstream([&](upstream_peer& peer) {
        received = peer.read_request().size(); // what came until it was cut
    });
    int asked = 0;
    int allowed = 0;
    client::client_options options;
    options.may_send = [&] { return asked++ < allowed; };
    running_client client({}, options);
    auto const to = client.open(upstream.url());
    BOOST_TEST((client.exchange(to).cause == cause::stopped));
    allowed = asked + 1;
    BOOST_TEST((client.exchange(to, std::string(30'000'000, 's')).cause == cause::cut));
    BOOST_TEST(asked == 3);
    BOOST_TEST(received < 30'000'000U);
}

BOOST_AUTO_TEST_CASE(an_answer_to_head_has_no_body) {
    scripted_upstream upstream(always("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"));
    running_client client;
    auto const to = client.open(upstream.url());
    BOOST_TEST(client.exchange(to, "", "HEAD").status == 200);
    BOOST_TEST(client.exchange(to, "", "HEAD").body.empty());
    BOOST_TEST(upstream.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(redirects_are_answers_like_any_other) {
    scripted_upstream upstream(
        always("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n"));
    running_client client;
    BOOST_TEST(client.exchange(client.open(upstream.url())).status == 302);
    BOOST_TEST(upstream.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(stopping_ends_what_is_under_way_and_refuses_the_rest) {
    scripted_upstream upstream([](upstream_peer& peer) { peer.drain(); });
    running_client client;
    auto const to = client.open(upstream.url(), loopback_upstream(), 2);
    for (int i = 0; i < 4; ++i) // two on connections, two waiting
        client.start(to);
    BOOST_TEST_REQUIRE(client.run_until([&] { return upstream.connections() == 2; }));
    client.client->stop();
    BOOST_TEST_REQUIRE(client.ends.size() == 4U);
    for (auto const& end : client.ends)
        BOOST_TEST((end.cause == cause::stopped));
    BOOST_TEST(client.client->counters().connections_open.get() == 0U);
    client.start(to);
    BOOST_TEST((client.ends.back().cause == cause::stopped));
    client.start(client.open(upstream.url()));
    BOOST_TEST((client.ends.back().cause == cause::stopped));
}

BOOST_AUTO_TEST_CASE(stopping_at_once_ends_requests_whose_connection_is_not_even_begun) {
    running_client client;
    client.start(client.open("http://127.0.0.1:" + std::to_string(closed_port())));
    client.client->stop();
    BOOST_TEST_REQUIRE(client.ends.size() == 1U);
    BOOST_TEST((client.ends[0].cause == cause::stopped));
    client.io.run_for(20ms); // nothing that is left may touch what is gone
}

BOOST_AUTO_TEST_CASE(a_closed_destination_finishes_what_it_has_and_takes_nothing_new) {
    std::atomic<bool> may_answer = false;
    scripted_upstream upstream([&](upstream_peer& peer) {
        while (!peer.read_request().empty()) {
            while (!may_answer)
                std::this_thread::yield();
            peer.write(ok_answer());
        }
    });
    running_client client;
    auto const to = client.open(upstream.url(), loopback_upstream(), 1);
    client.start(to);
    client.start(to); // waits for the first
    BOOST_TEST_REQUIRE(client.run_until([&] { return upstream.connections() == 1; }));
    client.client->close(*to);
    may_answer = true;
    BOOST_TEST_REQUIRE(client.run_until_ended(2));
    BOOST_TEST(client.ends[0].status == 200);
    BOOST_TEST(client.ends[1].status == 200);
    BOOST_TEST(client.client->counters().connections_open.get() == 0U);
    client.start(to);
    BOOST_TEST((client.ends.back().cause == cause::stopped));
}

BOOST_AUTO_TEST_CASE(stopping_ends_what_a_closed_destination_still_has_under_way) {
    scripted_upstream upstream([](upstream_peer& peer) { peer.drain(); });
    running_client client;
    auto const to = client.open(upstream.url());
    client.start(to);
    BOOST_TEST_REQUIRE(client.run_until([&] { return upstream.connections() == 1; }));
    client.client->close(*to);
    BOOST_TEST(client.ends.empty());
    client.client->stop();
    BOOST_TEST_REQUIRE(client.ends.size() == 1U);
    BOOST_TEST((client.ends[0].cause == cause::stopped));
}

BOOST_AUTO_TEST_CASE(destroying_the_client_ends_everything) {
    scripted_upstream upstream([](upstream_peer& peer) { peer.drain(); });
    running_client client;
    client.start(client.open(upstream.url()));
    BOOST_TEST_REQUIRE(client.run_until([&] { return upstream.connections() == 1; }));
    client.client.reset();
    BOOST_TEST_REQUIRE(client.ends.size() == 1U);
    BOOST_TEST((client.ends[0].cause == cause::stopped));
    client.io.restart();
    client.io.run(); // ends: nothing is left
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::tests::http_client_test
