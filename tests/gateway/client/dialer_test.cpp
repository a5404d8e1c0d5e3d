#include "gateway/client/dialer.hpp"
#include "tests/gateway/client/running_client.hpp"
#include "tests/gateway/client/scripted_upstream.hpp"
#include "tests/support/no_descriptors.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <atomic>
#include <optional>

namespace sluice::tests::dialer_test {
namespace {

using namespace std::chrono_literals;
using namespace gateway;
using queue::cause;

client::name_answer addresses(std::initializer_list<std::string_view> texts) {
    client::name_answer answer;
    answer.result = client::name_result::found;
    for (auto const text : texts)
        answer.addresses.push_back(config::ip_address::parse(text).value());
    return answer;
}

constexpr client::name_cache_options asked_each_time{0ms, 0ms, 0ms, 0ms, 0ms};

config::upstream without_exceptions() {
    auto connection = loopback_upstream();
    connection.allow_networks.clear();
    return connection;
}

std::string url_of(std::string_view host, std::uint16_t port) {
    return fmt::format("http://{}:{}/", host, port);
}

BOOST_AUTO_TEST_SUITE(dialer)

BOOST_AUTO_TEST_CASE(a_name_is_resolved_once_and_connected_to) {
    std::atomic<int> asked = 0;
    scripted_upstream upstream([](upstream_peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
    });
    running_client client([&](std::string const& host) {
        ++asked;
        return host == "crm.example" ? addresses({"127.0.0.1"}) : addresses({});
    });
    auto const to = client.open(url_of("crm.example", upstream.port()));
    BOOST_TEST(client.exchange(to).status == 204);
    BOOST_TEST(client.exchange(to).status == 204);
    BOOST_TEST(upstream.connections() == 2U);
    BOOST_TEST(asked == 1);
}

BOOST_AUTO_TEST_CASE(the_next_address_is_tried_where_one_refuses) {
    scripted_upstream upstream(always(ok_answer()));
    running_client client([](std::string const&) {
        return addresses({"127.0.0.2", "127.0.0.3", "127.0.0.1"});
    });
    auto const to = client.open(url_of("crm.example", upstream.port()));
    BOOST_TEST(client.exchange(to).status == 200);
}

BOOST_AUTO_TEST_CASE(a_name_without_an_address_is_a_failure_to_resolve) {
    running_client client([](std::string const&) {
        client::name_answer none;
        none.result = client::name_result::no_such_name;
        none.error = "Domain name not found";
        return none;
    });
    auto const end = client.exchange(client.open("http://nowhere.example/"));
    BOOST_TEST((end.cause == cause::resolve));
    BOOST_TEST(end.detail == "nowhere.example: Domain name not found");
}

BOOST_AUTO_TEST_CASE(a_silent_name_service_ends_with_the_time) {
    auto connection = loopback_upstream();
    connection.timeout = 100ms;
    running_client client([](std::string const&) { return std::nullopt; });
    auto const end = client.exchange(client.open("http://silent.example/", connection));
    BOOST_TEST((end.cause == cause::resolve));
    BOOST_TEST(end.detail == "silent.example: no answer from the name service");
    // Literals need none.
    scripted_upstream upstream(always(ok_answer()));
    BOOST_TEST(client.exchange(client.open(upstream.url())).status == 200);
}

BOOST_AUTO_TEST_CASE(a_late_answer_of_the_name_service_is_kept_for_the_next_attempt) {
    // The first question is answered when the second name is asked for.
    client::name_service::handler late;
    struct later final : client::name_service {
        explicit later(handler& where)
            : held(where) {}
        void ask(std::string const& host, handler tell) override {
            if (host == "slow.example") {
                held = std::move(tell);
            } else {
                held(addresses({"127.0.0.1"}));
            }
        }
        handler& held;
    };
    scripted_upstream upstream(always(ok_answer()));
    auto connection = loopback_upstream();
    connection.timeout = 100ms;
    running_client client;
    client.names = std::make_unique<client::resolver>(
        client::resolver_options{},
        [&late](boost::asio::io_context&) { return std::make_unique<later>(late); });
    client.client = std::make_unique<client::http_client>(client.io, *client.names);
    auto const url = url_of("slow.example", upstream.port());
    BOOST_TEST((client.exchange(client.open(url, connection)).cause == cause::resolve));
    client.start(client.open("http://other.example/"));
    BOOST_TEST(client.exchange(client.open(url)).status == 200);
}

BOOST_AUTO_TEST_CASE(a_name_whose_turn_did_not_come_is_no_attempt) {
    auto connection = loopback_upstream();
    connection.timeout = 100ms;
    client::resolver_options options;
    options.line.max_asked = 1;
    running_client client;
    client.names = std::make_unique<client::resolver>(
        options, scripted_names([](std::string const&) { return std::nullopt; }));
    client.client = std::make_unique<client::http_client>(client.io, *client.names);
    client.start(client.open("http://silent.example/", connection));
    client.start(client.open("http://second.example/", connection));
    BOOST_REQUIRE(client.run_until_ended(2));
    BOOST_TEST((client.ends[0].cause == cause::resolve));
    BOOST_TEST((client.ends[1].cause == cause::stopped));
    BOOST_TEST(client.ends[1].detail == "second.example: its turn to be looked up did not come");
}

BOOST_AUTO_TEST_CASE(a_name_without_room_in_the_line_is_tried_again_within_the_attempt) {
    std::atomic<int> refused = 0;
    scripted_upstream upstream(always(ok_answer()));
    running_client client([&](std::string const&) -> client::name_answer {
        if (++refused > 2) return addresses({"127.0.0.1"});
        client::name_answer none;
        none.result = client::name_result::not_asked;
        none.error = "no descriptor or memory is left to look the name up";
        return none;
    });
    auto const url = url_of("crm.example", upstream.port());
    BOOST_TEST(client.exchange(client.open(url)).status == 200);
    BOOST_TEST(refused == 3);
    refused = -1000;
    auto connection = loopback_upstream();
    connection.timeout = 300ms;
    auto const end = client.exchange(client.open("http://other.example/", connection));
    BOOST_TEST((end.cause == cause::stopped));
    BOOST_TEST(end.detail == "other.example: no descriptor or memory is left to look the name up");
}

BOOST_AUTO_TEST_CASE(our_own_want_of_descriptors_is_no_attempt) {
    auto connection = loopback_upstream();
    connection.timeout = 500ms;
    running_client client;
    auto const to = client.open("http://127.0.0.1:9/", connection);
    std::optional<no_descriptors> none(std::in_place);
    auto const end = client.exchange(to);
    none.reset();
    BOOST_TEST((end.cause == cause::stopped));
    BOOST_TEST(end.detail.ends_with("Too many open files"), end.detail);
    BOOST_TEST((end.duration >= 400ms)); // so that nothing turns in a circle
    BOOST_TEST((client.exchange(to).cause == cause::connect));
}

BOOST_AUTO_TEST_CASE(an_address_that_is_not_allowed_is_never_connected_to) {
    scripted_upstream canary(always(ok_answer()));
    running_client client([](std::string const&) { return addresses({"127.0.0.1"}); });
    for (std::string_view const host :
         {"127.0.0.1", "0x7f.1", "017700000001", "2130706433", "[::ffff:127.0.0.1]", "[::1]",
          "rebound.example", "0.0.0.0", "[::]"}) {
        auto const to = client.open(url_of(host, canary.port()), without_exceptions());
        auto const end = client.exchange(to);
        BOOST_TEST((end.cause == cause::address_not_allowed), host);
        BOOST_TEST(end.detail.starts_with("address not allowed: "), end.detail);
    }
    BOOST_TEST(canary.connections() == 0U);
}

BOOST_AUTO_TEST_CASE(of_mixed_addresses_only_the_allowed_are_tried) {
    scripted_upstream canary(always(ok_answer("canary")));
    auto connection = loopback_upstream();
    connection.allow_networks = {config::network::parse("127.0.0.2").value()};
    running_client client([](std::string const&) { return addresses({"127.0.0.1", "127.0.0.2"}); });
    auto const end =
        client.exchange(client.open(url_of("mixed.example", canary.port()), connection));
    BOOST_TEST((end.cause == cause::connect));
    BOOST_TEST(end.detail.starts_with("127.0.0.2:"));
    BOOST_TEST(canary.connections() == 0U);
}

BOOST_AUTO_TEST_CASE(a_name_that_changes_is_judged_again_at_each_connection) {
    std::atomic<int> asked = 0;
    client::resolver_options options;
    options.cache = asked_each_time;
    running_client client;
    client.names = std::make_unique<client::resolver>(
        options, scripted_names([&](std::string const&) {
            return ++asked == 1 ? addresses({"127.0.0.2"}) : addresses({"127.0.0.1"});
        }));
    client.client = std::make_unique<client::http_client>(client.io, *client.names);
    auto connection = loopback_upstream();
    connection.allow_networks = {config::network::parse("127.0.0.2").value()};
    scripted_upstream allowed(
        [](upstream_peer& peer) {
            peer.read_request();
            peer.write("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
        },
        boost::asio::ip::make_address("127.0.0.2"));
    auto const to = client.open(url_of("rebinding.example", allowed.port()), connection);
    BOOST_TEST(client.exchange(to).status == 204);
    BOOST_TEST((client.exchange(to).cause == cause::address_not_allowed));
    BOOST_TEST(allowed.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(a_name_that_is_rebound_between_check_and_use_never_leads_to_loopback) {
    // The first answer is the allowed address, where nobody listens; every later one is loopback,
    // where a canary does. One connection asks once and goes where it has looked.
    std::atomic<int> asked = 0;
    client::resolver_options options;
    options.cache = asked_each_time;
    scripted_upstream canary(always(ok_answer("canary")));
    running_client client;
    client.names = std::make_unique<client::resolver>(
        options, scripted_names([&](std::string const&) {
            return ++asked % 2 == 1 ? addresses({"127.0.0.2"}) : addresses({"127.0.0.1", "::1"});
        }));
    client.client = std::make_unique<client::http_client>(client.io, *client.names);
    auto connection = loopback_upstream();
    connection.allow_networks = {config::network::parse("127.0.0.2").value()};
    auto const to = client.open(url_of("rebinding.example", canary.port()), connection);
    for (int i = 1; i <= 6; ++i) {
        auto const end = client.exchange(to);
        BOOST_TEST((end.cause == (i % 2 == 1 ? cause::connect : cause::address_not_allowed)));
        BOOST_TEST(asked == i);
    }
    BOOST_TEST(canary.connections() == 0U);
}

BOOST_AUTO_TEST_CASE(a_proxy_gets_plain_requests_in_absolute_form) {
    std::string seen;
    scripted_upstream proxy([&](upstream_peer& peer) {
        seen = peer.read_request();
        peer.write(ok_answer("by proxy"));
        peer.drain();
    });
    auto connection = without_exceptions(); // the proxy's own address is not judged
    connection.proxy = proxy.url();
    running_client client;
    auto const end = client.exchange(client.open("http://crm.example/in", connection));
    BOOST_TEST(end.body == "by proxy");
    proxy.stop();
    BOOST_TEST(seen.starts_with("POST http://crm.example/in HTTP/1.1\r\nHost: crm.example\r\n"));
}

BOOST_AUTO_TEST_CASE(a_proxy_is_no_way_around_the_policy_for_literal_addresses) {
    scripted_upstream proxy(always(ok_answer()));
    auto connection = without_exceptions();
    connection.proxy = proxy.url();
    running_client client;
    auto const end = client.exchange(client.open("http://169.254.169.254/latest", connection));
    BOOST_TEST((end.cause == cause::address_not_allowed));
    BOOST_TEST(end.detail == "address not allowed: 169.254.169.254");
    BOOST_TEST(proxy.connections() == 0U);
}

BOOST_AUTO_TEST_CASE(a_proxy_that_opens_no_tunnel_is_a_failure_to_connect) {
    struct row {
        std::string answer;
        std::string_view detail;
    };
    std::vector<row> const rows{
        {"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "proxy: answered 407"},
        {"HTTP/1.1 200 OK\r\n\r\nnot TLS", "proxy: sent bytes before the handshake"},
        {"junk", "proxy: the answer is not HTTP/1.x"},
        {"", "proxy: closed the connection"}};
    for (auto const& [answer, detail] : rows) {
        std::string seen;
        scripted_upstream proxy([&, said = answer](upstream_peer& peer) {
            seen = peer.read_head();
            peer.write(said);
        });
        config::upstream connection;
        connection.timeout = 5s;
        connection.proxy = proxy.url();
        running_client client;
        auto const end = client.exchange(client.open("https://crm.example/in", connection));
        BOOST_TEST((end.cause == cause::connect));
        BOOST_TEST(end.detail == detail);
        proxy.stop();
        BOOST_TEST(seen == "CONNECT crm.example:443 HTTP/1.1\r\nHost: crm.example:443\r\n\r\n");
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::tests::dialer_test
