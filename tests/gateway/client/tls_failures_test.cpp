// TLS that goes wrong after the certificate was trusted, or before it could be: each is a failed
// attempt with its reason, and never a request in plain text.
#include "gateway/client/http_client.hpp"
#include "tests/gateway/client/running_client.hpp"
#include "tests/gateway/client/tls_upstream.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <array>

namespace sluice::tests::tls_failures_test {
namespace {

using namespace std::chrono_literals;
using namespace gateway;
using queue::cause;

client::name_answer loopback(std::string const&) {
    client::name_answer answer;
    answer.addresses.push_back(config::ip_address::loopback_v4());
    return answer;
}

struct fixture {
    config::upstream trusting() const {
        auto connection = loopback_upstream();
        connection.ca = authority.file();
        return connection;
    }
    recorded_end exchange(std::string const& url, config::upstream const& connection) {
        return client.exchange(client.open(url, connection));
    }

    certificate_authority authority;
    running_client client{loopback};
};

BOOST_FIXTURE_TEST_SUITE(tls_failures, fixture)

BOOST_AUTO_TEST_CASE(a_stream_that_ends_in_the_middle_of_an_answer_is_cut) {
    // Without close_notify somebody on the way may have cut it: neither is taken for the whole.
    for (bool const says_goodbye : {true, false}) {
        tls_upstream half({.files = authority.issue("half"),
                           .requests = 1,
                           .says_goodbye = says_goodbye,
                           .answer = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"});
        auto const end = exchange(half.url(), trusting());
        BOOST_TEST((end.cause == cause::cut), end.detail);
        BOOST_TEST(end.status == 0);
    }
}

BOOST_AUTO_TEST_CASE(an_answer_up_to_the_end_of_the_stream_needs_a_goodbye) {
    std::string const endless = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it";
    tls_upstream polite({.files = authority.issue("polite"), .requests = 1, .answer = endless});
    BOOST_TEST(exchange(polite.url(), trusting()).body == "all of it");
    tls_upstream truncated({.files = authority.issue("truncated"),
                            .requests = 1,
                            .says_goodbye = false,
                            .answer = endless});
    auto const end = exchange(truncated.url(), trusting());
    BOOST_TEST((end.cause == cause::cut), end.detail);
}

BOOST_AUTO_TEST_CASE(a_stream_that_ends_before_the_answer_is_cut) {
    tls_upstream silent({.files = authority.issue("silent"), .requests = 1, .answer = ""});
    auto const end = exchange(silent.url(), trusting());
    BOOST_TEST((end.cause == cause::cut), end.detail);
    BOOST_TEST(end.detail.starts_with("the connection was closed"), end.detail);
}

BOOST_AUTO_TEST_CASE(plain_text_in_the_middle_of_the_stream_is_cut) {
    auto const files = authority.issue("switching");
    auto const context = make_context({files});
    scripted_upstream upstream([&](upstream_peer& peer) {
        std::unique_ptr<SSL, decltype(&SSL_free)> const ssl(SSL_new(context.get()), &SSL_free);
        SSL_set_fd(ssl.get(), peer.native());
        if (SSL_accept(ssl.get()) != 1) return;
        std::array<char, 4096> bytes;
        if (SSL_read(ssl.get(), bytes.data(), bytes.size()) <= 0) return;
        peer.write(ok_answer("in plain text"));
        peer.drain();
    });
    auto const end = exchange(fmt::format("https://crm.example:{}/", upstream.port()), trusting());
    BOOST_TEST((end.cause == cause::cut), end.detail);
    BOOST_TEST(end.status == 0);
}

BOOST_AUTO_TEST_CASE(a_reset_in_the_handshake_is_a_tls_failure) {
    scripted_upstream upstream([](upstream_peer& peer) { peer.reset(); });
    auto const end = exchange(fmt::format("https://crm.example:{}/", upstream.port()), trusting());
    // The reset may come before connect() has returned.
    BOOST_TEST((end.cause == cause::tls || end.cause == cause::connect), end.detail);
}

BOOST_AUTO_TEST_CASE(a_handshake_that_drips_ends_with_the_time) {
    scripted_upstream dripping([](upstream_peer& peer) {
        peer.write("\x16\x03\x03"); // a record that never goes on
        peer.drain();
    });
    auto connection = trusting();
    connection.timeout = 150ms;
    auto const end = exchange(fmt::format("https://crm.example:{}/", dripping.port()), connection);
    BOOST_TEST((end.cause == cause::timeout_before_send));
    BOOST_TEST(end.detail == "the handshake timed out");
}

BOOST_AUTO_TEST_CASE(a_missing_client_certificate_has_a_reason) {
    // In TLS 1.3 the server refuses after the client's side of the handshake is done.
    for (int const version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        tls_upstream strict({.files = authority.issue("strict"),
                             .max_version = version,
                             .client_ca = authority.file()});
        auto const end = exchange(strict.url(), trusting());
        BOOST_TEST(end.status == 0);
        bool const is_1_2 = version == TLS1_2_VERSION; // which has no alert for it
        auto const reason = is_1_2 ? "alert handshake failure" : "certificate required";
        BOOST_TEST(end.detail.find(reason) != std::string::npos, end.detail);
        BOOST_TEST(strict.seen.requests == 0U);
    }
}

BOOST_AUTO_TEST_CASE(an_anchor_of_one_destination_is_not_trusted_by_another) {
    certificate_authority other;
    tls_upstream server({.files = other.issue("other")});
    auto connection = trusting();
    BOOST_TEST((exchange(server.url(), connection).cause == cause::tls));
    connection.ca = other.file();
    BOOST_TEST(exchange(server.url(), connection).status == 200);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::tests::tls_failures_test
