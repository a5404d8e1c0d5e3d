// Gateways of a cluster know each other, and nobody else.
#include "gateway/client/error.hpp"
#include "gateway/client/tls_context.hpp"
#include "gateway/cluster/credentials.hpp"
#include "tests/gateway/client/certificates.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/test/unit_test.hpp>
#include <openssl/ssl.h>

namespace credentials_test {

using namespace sluice;
using namespace sluice::gateway;
using namespace sluice::gateway::cluster;

namespace {

using ssl_pointer = std::unique_ptr<SSL, decltype(&SSL_free)>;

struct handshake {
    bool client_is_done = false;
    bool server_is_done = false;
    bool is_done() const { return client_is_done && server_is_done; }
    std::string version;
};

// The two sides over a pair of buffers. The client reads a byte at the end: in TLS 1.3 it hears of
// a refusal only then.
handshake shake_hands(SSL_CTX* server_context, SSL_CTX* client_context) {
    ssl_pointer server(SSL_new(server_context), SSL_free);
    ssl_pointer client(SSL_new(client_context), SSL_free);
    BIO* one = nullptr;
    BIO* other = nullptr;
    BOOST_REQUIRE(BIO_new_bio_pair(&one, 0, &other, 0) == 1);
    SSL_set_bio(server.get(), one, one);
    SSL_set_bio(client.get(), other, other);
    SSL_set_accept_state(server.get());
    SSL_set_connect_state(client.get());
    handshake result;
    for (int turn = 0; turn < 20; ++turn) {
        if (!result.client_is_done) result.client_is_done = SSL_do_handshake(client.get()) == 1;
        if (!result.server_is_done) result.server_is_done = SSL_do_handshake(server.get()) == 1;
    }
    result.version = SSL_get_version(client.get());
    return result;
}

handshake shake_hands(credentials const& server, credentials const& client) {
    return shake_hands(server.inbound->native_handle(), client.outbound->native());
}

credentials of_authority(tests::certificate_authority& by, std::string const& name,
                         std::string const& ca) {
    auto const files = by.issue(name, {.subject_alt_name = "DNS:" + name});
    return credentials_of_files({files.certificate, files.key, ca}).value();
}

} // namespace

BOOST_AUTO_TEST_SUITE(cluster_credentials)

BOOST_AUTO_TEST_CASE(one_secret_is_enough) {
    auto const here = credentials_of_secret("s3cret").value();
    auto const there = credentials_of_secret("s3cret").value();
    auto const done = shake_hands(here, there);
    BOOST_TEST(done.is_done());
    BOOST_TEST(done.version == "TLSv1.3");
}

BOOST_AUTO_TEST_CASE(another_secret_is_refused_by_both_sides) {
    auto const here = credentials_of_secret("s3cret").value();
    auto const there = credentials_of_secret("S3cret").value();
    auto const done = shake_hands(here, there);
    BOOST_TEST(!done.client_is_done);
    BOOST_TEST(!done.server_is_done);
}

BOOST_AUTO_TEST_CASE(who_has_no_secret_is_refused) {
    auto const here = credentials_of_secret("s3cret").value();
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> anybody(SSL_CTX_new(TLS_client_method()),
                                                              SSL_CTX_free);
    auto const done = shake_hands(here.inbound->native_handle(), anybody.get());
    BOOST_TEST(!done.client_is_done);
    BOOST_TEST(!done.server_is_done);
}

BOOST_AUTO_TEST_CASE(a_server_with_a_certificate_is_no_gateway_of_the_cluster) {
    tests::certificate_authority authority;
    auto const files = authority.issue("anybody");
    auto const here = credentials_of_secret("s3cret").value();
    boost::asio::ssl::context server(boost::asio::ssl::context::tls_server);
    server.use_certificate_chain_file(files.certificate);
    server.use_private_key_file(files.key, boost::asio::ssl::context::pem);
    auto const done = shake_hands(server.native_handle(), here.outbound->native());
    BOOST_TEST(!done.client_is_done);
}

BOOST_AUTO_TEST_CASE(tls_before_1_3_is_refused) {
    auto const here = credentials_of_secret("s3cret").value();
    auto const there = credentials_of_secret("s3cret").value();
    SSL_CTX_set_max_proto_version(there.outbound->native(), TLS1_2_VERSION);
    BOOST_TEST(!shake_hands(here, there).is_done());
}

BOOST_AUTO_TEST_CASE(certificates_of_the_cluster_s_authority_are_known_whatever_their_name) {
    tests::certificate_authority authority;
    auto const here = of_authority(authority, "gw-1", authority.file());
    auto const there = of_authority(authority, "gw-2", authority.file());
    BOOST_TEST(shake_hands(here, there).is_done());
}

BOOST_AUTO_TEST_CASE(certificates_of_another_authority_are_refused_by_both_sides) {
    tests::certificate_authority ours;
    tests::certificate_authority theirs;
    auto const here = of_authority(ours, "gw-1", ours.file());
    // It trusts us, and we do not trust it.
    auto const there = of_authority(theirs, "gw-2", ours.file());
    BOOST_TEST(!shake_hands(here, there).server_is_done);
    BOOST_TEST(!shake_hands(there, here).client_is_done);
    auto const without = credentials_of_secret("s3cret").value();
    BOOST_TEST(!shake_hands(here, without).is_done());
    BOOST_TEST(!shake_hands(without, here).is_done());
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_used_are_told_apart) {
    tests::certificate_authority authority;
    auto const one = authority.issue("gw-1");
    auto const other = authority.issue("gw-2");
    auto const error_of = [](certificate_files const& files) {
        return credentials_of_files(files).error();
    };
    BOOST_TEST((error_of({one.certificate, one.key, "none"}) == client::errc::tls_trust_store));
    BOOST_TEST((error_of({"none", one.key, authority.file()}) == client::errc::tls_certificate));
    BOOST_TEST((error_of({one.certificate, other.key, authority.file()}) == client::errc::tls_key));
}

BOOST_AUTO_TEST_CASE(the_secret_of_a_store_follows_from_its_url) {
    BOOST_TEST(secret_of_store("postgresql://db/sluice").size() == 32u);
    BOOST_TEST((secret_of_store("postgresql://db/a") == secret_of_store("postgresql://db/a")));
    BOOST_TEST((secret_of_store("postgresql://db/a") != secret_of_store("postgresql://db/b")));
}

BOOST_AUTO_TEST_CASE(the_configuration_says_by_what_they_know_each_other) {
    config::cluster settings;
    auto const of_store = credentials_of(settings, "postgresql://db/sluice").value();
    BOOST_TEST(shake_hands(of_store, credentials_of(settings, "postgresql://db/sluice").value())
                   .is_done());
    BOOST_TEST(!shake_hands(of_store, credentials_of(settings, "postgresql://db/other").value())
                    .is_done());
    settings.shared_secret = config::secret("s3cret");
    BOOST_TEST(
        shake_hands(credentials_of(settings, "a").value(), credentials_of_secret("s3cret").value())
            .is_done());
    tests::certificate_authority authority;
    auto const files = authority.issue("gw-1");
    settings.identity = config::tls{files.certificate, files.key};
    settings.authorities = authority.file();
    BOOST_TEST(shake_hands(credentials_of(settings, "a").value(),
                           of_authority(authority, "gw-2", authority.file()))
                   .is_done());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace credentials_test
