#include "gateway/server/tls.hpp"
#include "tests/gateway/server/answers.hpp"
#include "tests/gateway/server/path_handler.hpp"
#include "tests/gateway/server/running_server.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/temporary_directory.hpp"

#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <fstream>

namespace tls_test {

namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using namespace sluice::gateway::server;
using namespace sluice::tests;
using boost::system::error_code;

// Writes a new key and a certificate for `name` signed by itself.
tls_files make_identity(std::string const& directory, std::string const& name) {
    tls_files const files{directory + "/" + name + ".crt", directory + "/" + name + ".key"};
    EVP_PKEY* const key = EVP_EC_gen("P-256");
    X509* const certificate = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* const subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<unsigned char const*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate, subject);
    X509_sign(certificate, key, EVP_sha256());
    FILE* out = std::fopen(files.certificate.c_str(), "w");
    PEM_write_X509(out, certificate);
    std::fclose(out);
    out = std::fopen(files.key.c_str(), "w");
    PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(out);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return files;
}

struct fixture {
    temporary_directory directory;
    tls_identity identity;
    path_handler handler;

    tls_files make(std::string const& name) {
        return make_identity(std::string(directory.path()), name);
    }
};

// A client that trusts anybody, and says whom it met.
class tls_client {
  public:
    explicit tls_client(std::uint16_t port, int newest = TLS1_3_VERSION)
        : context_(ssl::context::tls_client)
        , stream_(io_, context_) {
        SSL_set_min_proto_version(stream_.native_handle(), 0);
        SSL_set_max_proto_version(stream_.native_handle(), newest);
        SSL_set_security_level(stream_.native_handle(), 0);
        SSL_set_alpn_protos(stream_.native_handle(),
                            reinterpret_cast<unsigned char const*>("\x02h2\x08http/1.1"), 12);
        stream_.next_layer().connect({asio::ip::address_v4::loopback(), port});
        stream_.handshake(ssl::stream_base::client, handshake_error);
    }

    std::string exchange(std::string const& request) {
        error_code ec;
        asio::write(stream_, asio::buffer(request), ec);
        std::string received;
        asio::read(stream_, asio::dynamic_buffer(received), ec);
        ended_cleanly = ec == asio::error::eof;
        return received;
    }

    std::string peer_name() {
        char name[64] = "";
        X509* const certificate = SSL_get1_peer_certificate(stream_.native_handle());
        X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name,
                                  sizeof(name));
        X509_free(certificate);
        return name;
    }

    std::string protocol() {
        unsigned char const* chosen = nullptr;
        unsigned size = 0;
        SSL_get0_alpn_selected(stream_.native_handle(), &chosen, &size);
        return std::string(reinterpret_cast<char const*>(chosen), size);
    }

    error_code handshake_error;
    bool ended_cleanly = false;

  private:
    asio::io_context io_;
    ssl::context context_;
    ssl::stream<asio::ip::tcp::socket> stream_;
};

constexpr char closing_request[] = "GET /close HTTP/1.1\r\nHost: a\r\n\r\n";

} // namespace

BOOST_FIXTURE_TEST_SUITE(tls, fixture)

BOOST_AUTO_TEST_CASE(serves_over_tls_and_says_good_bye) {
    BOOST_REQUIRE(!identity.load(make("first")));
    running_server server(handler, small_limits(), &identity);
    tls_client client(server.port());
    BOOST_REQUIRE_MESSAGE(!client.handshake_error, client.handshake_error.message());
    BOOST_TEST(client.protocol() == "http/1.1");
    auto const pipelined = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n" + std::string(closing_request);
    BOOST_TEST(statuses(client.exchange(pipelined)) == "200 200");
    BOOST_TEST(client.ended_cleanly);
}

BOOST_AUTO_TEST_CASE(large_answers_pass) {
    BOOST_REQUIRE(!identity.load(make("first")));
    running_server server(handler, small_limits(), &identity);
    tls_client client(server.port());
    auto const request = "GET /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    BOOST_TEST(take_answers(client.exchange(request)).at(0).body.size() == 4u * 1024 * 1024);
}

BOOST_AUTO_TEST_CASE(tls_1_2_is_the_oldest_version) {
    BOOST_REQUIRE(!identity.load(make("first")));
    running_server server(handler, small_limits(), &identity);
    BOOST_TEST(!tls_client(server.port(), TLS1_2_VERSION).handshake_error);
    BOOST_TEST(!!tls_client(server.port(), TLS1_1_VERSION).handshake_error);
    BOOST_TEST(server.wait_for(
        [](auto& inbound) { return inbound.counters().handshakes_failed.get() == 1; }));
}

BOOST_AUTO_TEST_CASE(a_reload_is_for_new_connections) {
    BOOST_REQUIRE(!identity.load(make("first")));
    running_server server(handler, small_limits(), &identity);
    tls_client old_client(server.port());
    BOOST_REQUIRE(!identity.load(make("second")));
    tls_client new_client(server.port());
    BOOST_TEST(old_client.peer_name() == "first");
    BOOST_TEST(new_client.peer_name() == "second");
    BOOST_TEST(statuses(old_client.exchange(closing_request)) == "200");
}

BOOST_AUTO_TEST_CASE(a_failed_load_changes_nothing) {
    auto const first = make("first");
    auto const second = make("second");
    BOOST_TEST(!!identity.load({first.certificate, "/nowhere"}));
    BOOST_TEST((identity.current() == nullptr));
    BOOST_REQUIRE(!identity.load(first));
    auto const before = identity.current();
    BOOST_TEST(!!identity.load({first.certificate, second.key}));
    BOOST_TEST(!!identity.load({"/nowhere", second.key}));
    BOOST_TEST((identity.current() == before));
}

BOOST_AUTO_TEST_CASE(a_handshake_that_hangs_is_cut_off) {
    BOOST_REQUIRE(!identity.load(make("first")));
    auto options = small_limits();
    options.header_timeout = std::chrono::milliseconds(20);
    running_server server(handler, options, &identity);
    raw_client client(server.port());
    BOOST_TEST(client.receive_all() == "");
    BOOST_TEST(server.counters().handshakes_failed.get() == 1);
}

BOOST_AUTO_TEST_CASE(plain_http_is_not_understood) {
    BOOST_REQUIRE(!identity.load(make("first")));
    running_server server(handler, small_limits(), &identity);
    raw_client client(server.port());
    client.send(closing_request);
    BOOST_TEST(client.receive_all().find("HTTP/1.1") == std::string::npos);
    BOOST_TEST(handler.seen.empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace tls_test
