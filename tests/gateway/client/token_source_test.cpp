#include "gateway/client/token_source.hpp"
#include "tests/gateway/client/running_client.hpp"
#include "tests/gateway/client/scripted_upstream.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <list>

namespace sluice::tests::token_source_test {
namespace {

using namespace std::chrono_literals;
using namespace gateway;
using queue::cause;

// What one who waits was told.
struct waiting_attempt final : client::token_user {
    void on_token() override { ++tokens; }
    void on_no_token(client::failure const& why) override {
        ++failures;
        last_cause = why.cause;
        detail = why.detail;
    }
    bool was_told() const { return tokens + failures > 0; }

    int tokens = 0;
    int failures = 0;
    queue::cause last_cause = cause::answered;
    std::string detail;
};

config::upstream with_tokens_of(std::string url) {
    auto connection = loopback_upstream();
    config::oauth2_client application;
    application.token_url = std::move(url);
    application.client_id = "id";
    application.client_secret = config::secret("marked-secret");
    connection.auth = std::move(application);
    return connection;
}

std::string token_answer(std::string_view token, int expires_in = 3600) {
    auto const body = fmt::format(
        R"({{"access_token":"{}","token_type":"Bearer","expires_in":{}}})", token, expires_in);
    return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
}

struct fixture {
    std::shared_ptr<client::token_source> source(config::upstream const& connection,
                                                 std::size_t concurrency = 64) {
        client::endpoint_source const from{"crm", "http://127.0.0.1/", connection, concurrency};
        auto plan = client::make_token_plan(from, client.tls).value();
        return std::make_shared<client::token_source>(*client.client, std::move(plan));
    }
    waiting_attempt& wait(client::token_source& on) {
        auto& made = attempts.emplace_back();
        on.wait(made);
        return made;
    }
    bool all_told() {
        return client.run_until(
            [this] { return std::ranges::all_of(attempts, &waiting_attempt::was_told); });
    }

    std::list<waiting_attempt> attempts;
    running_client client;
};

BOOST_FIXTURE_TEST_SUITE(token_source, fixture)

BOOST_AUTO_TEST_CASE(a_destination_without_oauth2_needs_no_tokens) {
    client::endpoint_source const from{"crm", "http://127.0.0.1/", loopback_upstream(), 1};
    BOOST_TEST(!client::make_token_plan(from, client.tls).value());
}

BOOST_AUTO_TEST_CASE(one_request_serves_all_who_wait) {
    std::string seen;
    std::atomic<int> asked = 0;
    scripted_upstream server([&](upstream_peer& peer) {
        while (true) {
            auto const request = peer.read_request();
            if (request.empty()) return;
            seen = request;
            ++asked;
            peer.write(token_answer("t1"));
        }
    });
    auto const tokens = source(with_tokens_of(server.url("/token")));
    BOOST_TEST(tokens->line().empty());
    for (int i = 0; i < 10; ++i)
        wait(*tokens);
    BOOST_TEST(all_told());
    BOOST_TEST(asked == 1);
    for (auto const& each : attempts)
        BOOST_TEST(each.tokens == 1);
    BOOST_TEST(tokens->line() == "Authorization: Bearer t1\r\n");
    server.stop();
    BOOST_TEST(seen.starts_with("POST /token HTTP/1.1\r\n"));
    BOOST_TEST(seen.find("Content-Type: application/x-www-form-urlencoded\r\n") != seen.npos);
    // "id:marked-secret"
    BOOST_TEST(seen.find("Authorization: Basic aWQ6bWFya2VkLXNlY3JldA==\r\n") != seen.npos);
    BOOST_TEST(seen.ends_with("\r\n\r\ngrant_type=client_credentials"));
}

BOOST_AUTO_TEST_CASE(a_refused_token_is_replaced_once) {
    std::atomic<int> asked = 0;
    scripted_upstream server([&](upstream_peer& peer) {
        while (!peer.read_request().empty())
            peer.write(token_answer(fmt::format("t{}", ++asked)));
    });
    auto const tokens = source(with_tokens_of(server.url()));
    wait(*tokens);
    BOOST_TEST(all_told());
    auto const first = tokens->number();
    tokens->refuse(first);
    BOOST_TEST(tokens->line().empty());
    wait(*tokens);
    BOOST_TEST(all_told());
    BOOST_TEST(tokens->line() == "Authorization: Bearer t2\r\n");
    tokens->refuse(first); // by another attempt that was sent with it
    BOOST_TEST(tokens->line() == "Authorization: Bearer t2\r\n");
    BOOST_TEST(asked == 2);
}

BOOST_AUTO_TEST_CASE(a_failure_is_told_to_all_and_kept_for_a_while) {
    std::atomic<int> asked = 0;
    scripted_upstream server([&](upstream_peer& peer) {
        while (!peer.read_request().empty()) {
            ++asked;
            peer.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 26\r\n\r\n"
                       R"({"error":"invalid_client"})");
        }
    });
    auto const tokens = source(with_tokens_of(server.url()));
    wait(*tokens);
    wait(*tokens);
    BOOST_TEST(all_told());
    BOOST_TEST(wait(*tokens).failures == 1); // at once
    for (auto const& each : attempts) {
        BOOST_TEST((each.last_cause == cause::connect));
        BOOST_TEST(each.detail == "token endpoint: answered 400 invalid_client");
    }
    BOOST_TEST(asked == 1);
}

BOOST_AUTO_TEST_CASE(too_many_who_wait_are_sent_away) {
    std::promise<void> release;
    auto const released = release.get_future().share();
    scripted_upstream server([released](upstream_peer& peer) {
        peer.read_request();
        released.wait();
        peer.write(token_answer("t"));
        peer.drain();
    });
    auto const tokens = source(with_tokens_of(server.url()), 3);
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(!wait(*tokens).was_told());
    auto const& fourth = wait(*tokens);
    BOOST_TEST(fourth.detail == "token endpoint: too many attempts wait for it");
    release.set_value();
    BOOST_TEST(all_told());
    BOOST_TEST(attempts.front().tokens == 1);
}

BOOST_AUTO_TEST_CASE(the_address_policy_and_the_time_hold_for_the_token_endpoint) {
    scripted_upstream silent([](upstream_peer& peer) { peer.drain(); });
    auto connection = with_tokens_of(silent.url());
    connection.timeout = 100ms;
    auto const slow = source(connection);
    auto const& timed_out = wait(*slow);
    BOOST_TEST(all_told());
    BOOST_TEST((timed_out.last_cause == cause::timeout_before_send)); // nothing was sent
    BOOST_TEST(timed_out.detail == "token endpoint: no answer in time");
    connection.allow_networks.clear();
    auto const refused = source(connection);
    auto const& not_allowed = wait(*refused);
    BOOST_TEST(all_told());
    BOOST_TEST(not_allowed.detail == "token endpoint: address not allowed: 127.0.0.1");
    BOOST_TEST(silent.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(stopping_ends_the_wait) {
    scripted_upstream silent([](upstream_peer& peer) { peer.drain(); });
    auto const tokens = source(with_tokens_of(silent.url()));
    auto const& attempt = wait(*tokens);
    client.client->stop();
    BOOST_TEST(all_told());
    BOOST_TEST((attempt.last_cause == cause::stopped));
}

BOOST_AUTO_TEST_CASE(who_waits_may_let_go_of_it) {
    scripted_upstream server(always(token_answer("t")));
    struct last_user final : client::token_user {
        void on_token() override { tokens.reset(); }
        void on_no_token(client::failure const&) override {}
        std::shared_ptr<client::token_source> tokens;
    } user;
    user.tokens = source(with_tokens_of(server.url()));
    user.tokens->wait(user);
    BOOST_TEST(client.run_until([&] { return !user.tokens; }));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::tests::token_source_test
