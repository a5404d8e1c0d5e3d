#include "gateway/client/pool.hpp"
#include "tests/gateway/client/running_client.hpp"
#include "tests/gateway/client/scripted_upstream.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <semaphore>

namespace sluice::tests::pool_test {
namespace {

using namespace std::chrono_literals;
using namespace gateway;
using queue::cause;

std::uint64_t open_now(running_client const& client) {
    return client.client->counters().connections_open.get();
}

BOOST_AUTO_TEST_SUITE(pool)

BOOST_AUTO_TEST_CASE(connections_are_bounded_and_the_rest_waits_in_order) {
    scripted_upstream upstream([](upstream_peer& peer) {
        for (auto request = peer.read_request(); !request.empty(); request = peer.read_request())
            peer.write(ok_answer(request.substr(request.find("\r\n\r\n") + 4)));
    });
    running_client client;
    auto const to = client.open(upstream.url(), loopback_upstream(), 1);
    for (int i = 0; i < 30; ++i)
        client.start(to, std::to_string(i));
    BOOST_TEST_REQUIRE(client.run_until_ended(30));
    BOOST_TEST(upstream.connections() == 1U);
    for (std::size_t i = 0; i < 30; ++i)
        BOOST_TEST(client.ends[i].body == std::to_string(i));
}

BOOST_AUTO_TEST_CASE(as_many_connections_as_allowed_work_at_once) {
    std::counting_semaphore<> begun(0);
    std::atomic<bool> may_answer = false;
    scripted_upstream upstream([&](upstream_peer& peer) {
        while (!peer.read_request().empty()) {
            begun.release();
            while (!may_answer)
                std::this_thread::yield();
            peer.write(ok_answer());
        }
    });
    running_client client;
    auto const to = client.open(upstream.url(), loopback_upstream(), 3);
    for (int i = 0; i < 9; ++i)
        client.start(to);
    std::size_t working = 0;
    BOOST_TEST_REQUIRE(client.run_until([&] {
        working += begun.try_acquire() ? 1 : 0;
        return working == 3;
    }));
    BOOST_TEST(upstream.connections() == 3U);
    may_answer = true;
    BOOST_TEST_REQUIRE(client.run_until_ended(9));
    BOOST_TEST(upstream.connections() == 3U);
}

BOOST_AUTO_TEST_CASE(a_stale_connection_is_replaced_without_anybody_noticing) {
    // Every connection answers once and closes when it sees the next request.
    scripted_upstream upstream([](upstream_peer& peer) {
        peer.read_request();
        peer.write(ok_answer());
        peer.read_request();
    });
    running_client client;
    auto const to = client.open(upstream.url());
    for (int i = 0; i < 5; ++i)
        BOOST_TEST(client.exchange(to).status == 200);
    BOOST_TEST(client.client->counters().stale_retries.get() == 4U);
    BOOST_TEST(client.client->counters().failures.get() == 0U);
    BOOST_TEST(upstream.connections() == 5U);
}

BOOST_AUTO_TEST_CASE(a_stale_connection_that_is_reset_is_replaced_as_well) {
    scripted_upstream upstream([](upstream_peer& peer) {
        peer.read_request();
        peer.write(ok_answer());
        peer.read_head(); // of the next request, in the middle of its body
        peer.reset();
    });
    running_client client;
    auto const to = client.open(upstream.url());
    std::string const body(500'000, 'x');
    BOOST_TEST(client.exchange(to, body).status == 200);
    BOOST_TEST(client.exchange(to, body).status == 200);
    BOOST_TEST(client.client->counters().stale_retries.get() == 1U);
}

BOOST_AUTO_TEST_CASE(a_request_is_repeated_once_only) {
    scripted_upstream upstream([](upstream_peer& peer) {
        peer.read_request();
        if (peer.number() == 0) peer.write(ok_answer());
        if (peer.number() == 0) peer.read_request();
    });
    running_client client;
    auto const to = client.open(upstream.url());
    BOOST_TEST(client.exchange(to).status == 200);
    auto const end = client.exchange(to); // stale, then a fresh one that closes
    BOOST_TEST((end.cause == cause::cut));
    BOOST_TEST(upstream.connections() == 2U);
    BOOST_TEST(client.client->counters().stale_retries.get() == 1U);
}

BOOST_AUTO_TEST_CASE(an_answer_that_has_begun_is_not_asked_for_again) {
    scripted_upstream upstream([](upstream_peer& peer) {
        peer.read_request();
        peer.write(ok_answer());
        peer.read_request();
        peer.write("H");
    });
    running_client client;
    auto const to = client.open(upstream.url());
    BOOST_TEST(client.exchange(to).status == 200);
    BOOST_TEST((client.exchange(to).cause == cause::cut));
    BOOST_TEST(upstream.connections() == 1U);
    BOOST_TEST(client.client->counters().stale_retries.get() == 0U);
}

BOOST_AUTO_TEST_CASE(an_idle_connection_that_the_peer_closes_is_dropped_at_once) {
    scripted_upstream upstream([](upstream_peer& peer) {
        peer.read_request();
        peer.write(ok_answer());
    });
    running_client client;
    auto const to = client.open(upstream.url());
    BOOST_TEST(client.exchange(to).status == 200);
    BOOST_TEST(client.run_until([&] { return open_now(client) == 0; }));
    BOOST_TEST(client.exchange(to).status == 200);
    BOOST_TEST(client.client->counters().stale_retries.get() == 0U);
}

BOOST_AUTO_TEST_CASE(bytes_nobody_asked_for_close_an_idle_connection) {
    std::binary_semaphore go(0);
    scripted_upstream upstream([&](upstream_peer& peer) {
        peer.read_request();
        peer.write(ok_answer());
        go.acquire();
        peer.write(ok_answer("poison"));
        peer.drain();
    });
    running_client client;
    auto const to = client.open(upstream.url());
    BOOST_TEST(client.exchange(to).status == 200);
    go.release();
    BOOST_TEST(client.run_until([&] { return open_now(client) == 0; }));
}

BOOST_AUTO_TEST_CASE(idle_connections_are_closed_in_time) {
    scripted_upstream upstream(always(ok_answer()));
    client::client_options options;
    options.idle_timeout = 50ms;
    running_client client({}, options);
    auto const to = client.open(upstream.url());
    BOOST_TEST(client.exchange(to).status == 200);
    BOOST_TEST(open_now(client) == 1U);
    BOOST_TEST(client.run_until([&] { return open_now(client) == 0; }));
}

BOOST_AUTO_TEST_CASE(no_more_than_the_allowed_number_stays_idle) {
    scripted_upstream upstream(always(ok_answer()));
    client::client_options options;
    options.max_idle = 2;
    running_client client({}, options);
    auto const to = client.open(upstream.url());
    for (int i = 0; i < 5; ++i)
        client.start(to);
    BOOST_TEST_REQUIRE(client.run_until_ended(5));
    BOOST_TEST(client.client->counters().connections_idle.get() == 2U);
    BOOST_TEST(open_now(client) == 2U);
}

BOOST_AUTO_TEST_CASE(waiting_for_a_connection_counts_against_the_time) {
    scripted_upstream upstream([](upstream_peer& peer) { peer.drain(); });
    auto connection = loopback_upstream();
    connection.timeout = 150ms;
    running_client client;
    auto const to = client.open(upstream.url(), connection, 1);
    client.start(to);
    client.start(to);
    BOOST_TEST_REQUIRE(client.run_until_ended(2));
    BOOST_TEST((client.ends[0].cause == cause::timeout_after_send));
    // The second gets the place of the first when its own time is as good as over.
    BOOST_TEST(client.ends[1].status == 0);
    BOOST_TEST((client.ends[1].duration >= 150ms));
    BOOST_TEST((client.ends[1].duration < 5s));
}

BOOST_AUTO_TEST_CASE(a_failed_connection_makes_room_for_those_that_wait) {
    scripted_upstream upstream([](upstream_peer& peer) {
        peer.read_request();
        if (peer.number() % 2 == 0) return; // every other one is cut
        peer.write(ok_answer());
        peer.drain();
    });
    running_client client;
    auto const to = client.open(upstream.url(), loopback_upstream(), 1);
    client.start(to);
    client.start(to);
    BOOST_TEST_REQUIRE(client.run_until_ended(2));
    BOOST_TEST((client.ends[0].cause == cause::cut));
    BOOST_TEST(client.ends[1].status == 200);
}

BOOST_AUTO_TEST_CASE(a_long_line_is_ended_one_by_one_where_the_destination_fails_at_once) {
    running_client client;
    auto connection = loopback_upstream();
    connection.allow_networks.clear();
    auto const to = client.open("http://127.0.0.1:9/", connection, 1);
    constexpr std::size_t requests = 20'000; // nested in each other they would end the stack
    for (std::size_t i = 0; i < requests; ++i)
        client.start(to, {});
    BOOST_TEST(client.ends.empty()); // never inside start()
    BOOST_TEST_REQUIRE(client.run_until_ended(requests));
    BOOST_TEST((client.ends.back().cause == cause::address_not_allowed));
}

BOOST_AUTO_TEST_CASE(hundreds_of_failures_leave_nothing_behind) {
    scripted_upstream upstream([](upstream_peer& peer) { peer.reset(); });
    running_client client;
    auto const to = client.open(upstream.url(), loopback_upstream(), 4);
    constexpr std::size_t attempts = 500; // connections; each is a thread of the upstream
    client.after_end = [&](client::outbound_request& done) {
        if (client.ends.size() + 4 <= attempts) client.start(done);
    };
    for (int i = 0; i < 4; ++i)
        client.start(to);
    BOOST_TEST_REQUIRE(client.run_until_ended(attempts));
    BOOST_TEST(open_now(client) == 0U);
    BOOST_TEST(client.client->counters().failures.get() == attempts);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::tests::pool_test
