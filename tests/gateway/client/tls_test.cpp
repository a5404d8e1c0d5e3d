// TLS to destinations: who is trusted, what happens to everybody else.
#include "gateway/client/http_client.hpp"
#include "tests/gateway/client/certificates.hpp"
#include "tests/gateway/client/running_client.hpp"
#include "tests/gateway/client/scripted_upstream.hpp"
#include "tests/gateway/client/tls_upstream.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>
#include <openssl/ssl.h>

#include <array>
#include <atomic>
#include <memory>
#include <sys/socket.h>

namespace sluice::tests::tls_test {
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
    // One exchange with a server of this kind.
    recorded_end exchange(tls_upstream const& server, config::upstream const& connection,
                          std::string_view host = "crm.example") {
        return client.exchange(client.open(server.url(host), connection));
    }

    certificate_authority authority;
    running_client client{loopback};
};

BOOST_FIXTURE_TEST_SUITE(tls, fixture)

BOOST_AUTO_TEST_CASE(a_trusted_certificate_of_the_right_name_is_spoken_to) {
    tls_upstream server({authority.issue("good")});
    auto const to = client.open(server.url(), trusting());
    for (int i = 0; i < 5; ++i) {
        auto const end = client.exchange(to);
        BOOST_TEST(end.status == 200, end.detail);
        BOOST_TEST(end.body == "secure");
    }
    BOOST_TEST(server.seen.handshakes == 1U); // the connection is kept
    BOOST_TEST(server.seen.server_name == "crm.example");
}

BOOST_AUTO_TEST_CASE(addresses_are_verified_as_addresses) {
    tls_upstream server({authority.issue("address", {.subject_alt_name = "IP:127.0.0.1"})});
    BOOST_TEST(exchange(server, trusting(), "127.0.0.1").status == 200);
    BOOST_TEST(server.seen.server_name.empty()); // RFC 6066 section 3: no SNI for addresses
    auto const end = exchange(server, trusting(), "127.0.0.2");
    BOOST_TEST((end.cause == cause::connect)); // nobody listens there
    tls_upstream named({authority.issue("named", {.subject_alt_name = "DNS:127.0.0.1"})});
    BOOST_TEST((exchange(named, trusting(), "127.0.0.1").cause == cause::tls));
}

BOOST_AUTO_TEST_CASE(untrusted_certificates_are_refused_and_nothing_is_sent) {
    struct row {
        char const* name;
        certificate_request certificate;
        std::string_view detail;
    };
    std::array const rows{
        row{"wrong-name", {.subject_alt_name = "DNS:other.example"}, "hostname mismatch"},
        row{"part-of-name", {.subject_alt_name = "DNS:*m.example"}, "hostname mismatch"},
        row{"self-signed", {.is_self_signed = true}, "self-signed certificate"},
        row{"expired", {.begins_seconds = -7200, .ends_seconds = -60}, "certificate has expired"},
        row{"early", {.begins_seconds = 600}, "certificate is not yet valid"}};
    for (auto const& [name, certificate, detail] : rows) {
        tls_upstream server({authority.issue(name, certificate)});
        auto const end = exchange(server, trusting());
        BOOST_TEST((end.cause == cause::tls), name);
        BOOST_TEST(end.detail.find(detail) != std::string::npos, end.detail);
        BOOST_TEST(server.seen.requests == 0U);
    }
}

BOOST_AUTO_TEST_CASE(an_unknown_authority_is_refused) {
    tls_upstream server({authority.issue("good")});
    auto const end = exchange(server, loopback_upstream()); // the system's store
    BOOST_TEST((end.cause == cause::tls));
    BOOST_TEST(end.detail.find("certificate verify failed") != std::string::npos, end.detail);
}

BOOST_AUTO_TEST_CASE(versions_before_1_2_are_refused) {
    auto const files = authority.issue("good");
    tls_upstream old({.files = files, .max_version = TLS1_1_VERSION});
    auto const end = exchange(old, trusting());
    BOOST_TEST((end.cause == cause::tls));
    BOOST_TEST(!end.detail.empty());
    tls_upstream last({.files = files, .max_version = TLS1_2_VERSION});
    BOOST_TEST(exchange(last, trusting()).status == 200);
}

BOOST_AUTO_TEST_CASE(a_client_certificate_is_shown_where_it_is_configured) {
    tls_upstream server({.files = authority.issue("good"), .client_ca = authority.file()});
    auto connection = trusting();
    auto const without = exchange(server, connection);
    BOOST_TEST(without.status == 0);
    auto const files = authority.issue("client");
    connection.client_cert = files.certificate;
    connection.client_key = files.key;
    BOOST_TEST(exchange(server, connection).status == 200);
    connection.client_key = authority.issue("another").key;
    auto const wrong_key = client::make_endpoint({"test", server.url(), connection, 1}, client.tls);
    BOOST_TEST(wrong_key.has_error());
}

BOOST_AUTO_TEST_CASE(plain_text_on_a_tls_port_is_a_tls_failure_and_never_spoken_to) {
    std::string seen;
    scripted_upstream plain([&](upstream_peer& peer) {
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        seen = peer.read_head();
    });
    auto const url = fmt::format("https://crm.example:{}/", plain.port());
    auto const end = client.exchange(client.open(url, trusting()));
    BOOST_TEST((end.cause == cause::tls));
    BOOST_TEST(end.detail == "wrong version number");
    plain.stop();
    BOOST_TEST(seen.find("POST") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_handshake_that_hangs_ends_with_the_time) {
    scripted_upstream silent([](upstream_peer& peer) { peer.drain(); });
    auto connection = trusting();
    connection.timeout = 150ms;
    auto const url = fmt::format("https://crm.example:{}/", silent.port());
    auto const end = client.exchange(client.open(url, connection));
    BOOST_TEST((end.cause == cause::timeout_before_send));
    BOOST_TEST(end.detail == "the handshake timed out");
}

BOOST_AUTO_TEST_CASE(a_handshake_that_is_broken_off_is_a_tls_failure) {
    scripted_upstream closing([](upstream_peer&) {});
    auto const url = fmt::format("https://crm.example:{}/", closing.port());
    auto const end = client.exchange(client.open(url, trusting()));
    BOOST_TEST((end.cause == cause::tls));
    BOOST_TEST(!end.detail.empty());
}

BOOST_AUTO_TEST_CASE(a_stale_tls_connection_is_replaced) {
    for (bool const says_goodbye : {true, false}) {
        tls_upstream server(
            {.files = authority.issue("good"), .requests = 1, .says_goodbye = says_goodbye});
        auto const to = client.open(server.url(), trusting());
        for (int i = 0; i < 3; ++i)
            BOOST_TEST(client.exchange(to).status == 200);
        BOOST_TEST(server.seen.handshakes == 3U);
    }
}

BOOST_AUTO_TEST_CASE(a_tunnel_through_a_proxy_is_end_to_end) {
    auto const files = authority.issue("good");
    auto const context = make_context({files});
    observation seen;
    std::string asked;
    scripted_upstream proxy([&](upstream_peer& peer) {
        asked = peer.read_head();
        peer.write("HTTP/1.1 200 Connection established\r\n\r\n");
        serve_tls(peer, context.get(), {files}, seen);
    });
    auto connection = trusting();
    connection.proxy = proxy.url();
    BOOST_TEST(client.exchange(client.open("https://crm.example/in", connection)).body == "secure");
    proxy.stop();
    BOOST_TEST(asked.starts_with("CONNECT crm.example:443 HTTP/1.1\r\n"));
    BOOST_TEST(seen.server_name == "crm.example");
}

BOOST_AUTO_TEST_CASE(large_bodies_pass_through_tls) {
    auto const files = authority.issue("good");
    auto const context = make_context({files});
    std::atomic<std::size_t> received = 0;
    std::size_t const size = 2'000'000;
    scripted_upstream upstream([&](upstream_peer& peer) {
        std::unique_ptr<SSL, decltype(&SSL_free)> const ssl(SSL_new(context.get()), &SSL_free);
        SSL_set_fd(ssl.get(), peer.native());
        if (SSL_accept(ssl.get()) != 1) return;
        std::array<char, 16384> bytes;
        while (received < size) {
            auto const got = SSL_read(ssl.get(), bytes.data(), bytes.size());
            if (got <= 0) return;
            received += static_cast<std::size_t>(got);
        }
        auto const answer = ok_answer(std::string(60'000, 'a'));
        SSL_write(ssl.get(), answer.data(), static_cast<int>(answer.size()));
        peer.drain();
    });
    auto const url = fmt::format("https://crm.example:{}/", upstream.port());
    auto const end = client.exchange(client.open(url, trusting()), std::string(size, 's'));
    BOOST_TEST(end.status == 200, end.detail);
    BOOST_TEST(end.body.size() == 60'000U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::tests::tls_test
