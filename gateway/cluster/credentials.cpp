#include "gateway/cluster/credentials.hpp"

#include "gateway/client/error.hpp"
#include "gateway/client/tls_context.hpp"

#include <boost/asio/ssl/context.hpp>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/kdf.h>
#include <openssl/ssl.h>

#include <array>
#include <cstring>
#include <vector>

namespace sluice::gateway::cluster {

namespace {

using client::errc;

using derived_key = std::array<unsigned char, 32>; // as long as the hash of the cipher below

// The one cipher; its hash is that of the key's derivation.
constexpr char cipher_name[] = "TLS_AES_128_GCM_SHA256";
constexpr unsigned char cipher_number[] = {0x13, 0x01};

// Under which name the key is offered. Another derivation needs another name.
constexpr std::string_view key_identity = "sluice cluster 1";
constexpr std::string_view key_label = "sluice cluster key";
constexpr std::string_view store_label = "sluice cluster secret of the store";

unsigned char const* identity_bytes() {
    return reinterpret_cast<unsigned char const*>(key_identity.data());
}

// HKDF with SHA-256 (RFC 5869), without a salt. Nothing where OpenSSL refuses.
bool derive(std::string_view from, std::string_view label, derived_key& to) {
    auto* const kind = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
    auto* const kdf = kind ? EVP_KDF_CTX_new(kind) : nullptr;
    char digest[] = "SHA256";
    std::string key(from);
    std::string info(label);
    std::array<OSSL_PARAM, 4> const how{
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key.data(), key.size()),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()),
        OSSL_PARAM_construct_end()};
    bool const is_done = kdf && EVP_KDF_derive(kdf, to.data(), to.size(), how.data()) == 1;
    EVP_KDF_CTX_free(kdf);
    EVP_KDF_free(kind);
    return is_done;
}

// --- the key of a context ------------------------------------------------------------------------

void free_key(void*, void* key, CRYPTO_EX_DATA*, int, long, void*) {
    delete static_cast<derived_key*>(key);
}

// Where an SSL_CTX keeps its key.
int key_place() {
    static int const place =
        CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_SSL_CTX, 0, nullptr, nullptr, nullptr, free_key);
    return place;
}

// A session as OpenSSL takes a pre-shared key; null where it cannot be made.
SSL_SESSION* make_key_session(SSL* ssl) {
    auto const* const key =
        static_cast<derived_key const*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), key_place()));
    auto const* const cipher = SSL_CIPHER_find(ssl, cipher_number);
    auto* const session = SSL_SESSION_new();
    bool const is_made =
        key && cipher && session &&
        SSL_SESSION_set1_master_key(session, key->data(), key->size()) == 1 &&
        SSL_SESSION_set_cipher(session, cipher) == 1 &&
        SSL_SESSION_set_protocol_version(session, TLS1_3_VERSION) == 1 &&
        SSL_SESSION_set1_id_context(session, identity_bytes(), key_identity.size()) == 1;
    if (is_made) return session;
    SSL_SESSION_free(session);
    return nullptr;
}

int offer_key(SSL* ssl, EVP_MD const*, unsigned char const** identity, std::size_t* size,
              SSL_SESSION** session) {
    *identity = identity_bytes();
    *size = key_identity.size();
    *session = make_key_session(ssl);
    return *session ? 1 : 0;
}

// Without a session the handshake goes on by certificate, of which there is none: it fails.
int find_key(SSL* ssl, unsigned char const* identity, std::size_t size, SSL_SESSION** session) {
    *session = nullptr;
    bool const is_ours =
        size == key_identity.size() && std::memcmp(identity, key_identity.data(), size) == 0;
    if (is_ours) *session = make_key_session(ssl);
    return 1;
}

// --- contexts ------------------------------------------------------------------------------------

// Peers are verified in both directions; without a trust store no certificate passes. Sessions are
// not resumed: each connection proves anew that its peer belongs here. OpenSSL takes a pre-shared
// key for a session, and wants a context of sessions where peers are verified.
bool settle(SSL_CTX* context) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    SSL_CTX_set_options(context,
                        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0);
    return SSL_CTX_set_session_id_context(context, identity_bytes(), key_identity.size()) == 1 &&
           SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
           SSL_CTX_set_ciphersuites(context, cipher_name) == 1;
}

struct contexts {
    std::shared_ptr<boost::asio::ssl::context> inbound;
    std::shared_ptr<client::tls_context> outbound;

    std::array<SSL_CTX*, 2> both() const { return {inbound->native_handle(), outbound->native()}; }
    credentials take() && { return {std::move(inbound), std::move(outbound)}; }
};

boost::system::result<contexts> make_contexts() {
    ERR_clear_error();
    contexts made;
    made.inbound =
        std::make_shared<boost::asio::ssl::context>(boost::asio::ssl::context::tls_server);
    made.outbound = std::make_shared<client::tls_context>(SSL_CTX_new(TLS_client_method()),
                                                          client::peer_names::any);
    if (!made.outbound->native()) return errc::tls_setup;
    for (auto* const one : made.both()) {
        if (!settle(one)) return errc::tls_setup;
    }
    return made;
}

} // namespace

boost::system::result<credentials> credentials_of_secret(std::string_view secret) {
    auto made = make_contexts();
    if (!made) return made.error();
    for (auto* const one : made->both()) {
        auto key = std::make_unique<derived_key>();
        if (!derive(secret, key_label, *key)) return errc::tls_setup;
        if (SSL_CTX_set_ex_data(one, key_place(), key.get()) != 1) return errc::tls_setup;
        key.release();
    }
    SSL_CTX_set_psk_use_session_callback(made->outbound->native(), offer_key);
    SSL_CTX_set_psk_find_session_callback(made->inbound->native_handle(), find_key);
    return std::move(*made).take();
}

std::string secret_of_store(std::string_view url) {
    derived_key key{};
    if (!derive(url, store_label, key)) return {};
    return {reinterpret_cast<char const*>(key.data()), key.size()};
}

boost::system::result<credentials> credentials_of_files(certificate_files const& files) {
    auto made = make_contexts();
    if (!made) return made.error();
    for (auto* const one : made->both()) {
        if (SSL_CTX_load_verify_file(one, files.ca.c_str()) != 1) return errc::tls_trust_store;
        if (SSL_CTX_use_certificate_chain_file(one, files.certificate.c_str()) != 1)
            return errc::tls_certificate;
        bool const is_usable =
            SSL_CTX_use_PrivateKey_file(one, files.key.c_str(), SSL_FILETYPE_PEM) == 1 &&
            SSL_CTX_check_private_key(one) == 1;
        if (!is_usable) return errc::tls_key;
    }
    return std::move(*made).take();
}

boost::system::result<credentials> credentials_of(config::cluster const& from,
                                                  std::string_view store_url) {
    if (from.identity) {
        return credentials_of_files(
            {from.identity->certificate, from.identity->key, from.authorities});
    }
    if (from.shared_secret) return credentials_of_secret(from.shared_secret->reveal());
    return credentials_of_secret(secret_of_store(store_url));
}

} // namespace sluice::gateway::cluster
