#include "gateway/stress/sink/sink_certificate.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace sluice::gateway::stress {

namespace {

template <class T, void (*release)(T*)>
struct releaser {
    void operator()(T* owned) const { release(owned); }
};
template <class T, void (*release)(T*)>
using owner = std::unique_ptr<T, releaser<T, release>>;
using key_owner = owner<EVP_PKEY, EVP_PKEY_free>;
using certificate_owner = owner<X509, X509_free>;

constexpr long day_s = 24 * 3600;

boost::system::error_code last_error() {
    return {static_cast<int>(ERR_get_error()), boost::asio::error::get_ssl_category()};
}

bool add_alternative_name(X509* to, std::string const& name) {
    boost::system::error_code is_name;
    boost::asio::ip::make_address(name, is_name);
    auto const value = (is_name ? "DNS:" : "IP:") + name;
    owner<X509_EXTENSION, X509_EXTENSION_free> const extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, value.c_str()));
    return extension && X509_add_ext(to, extension.get(), -1) == 1;
}

certificate_owner make_certificate(EVP_PKEY* key, std::string const& name) {
    certificate_owner made(X509_new());
    if (!made) return made;
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -day_s);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 365 * day_s);
    auto* const subject = X509_get_subject_name(made.get());
    auto const* const text = reinterpret_cast<unsigned char const*>(name.c_str());
    bool const is_made =
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1 &&
        X509_set_issuer_name(made.get(), subject) == 1 && X509_set_pubkey(made.get(), key) == 1 &&
        add_alternative_name(made.get(), name) && X509_sign(made.get(), key, EVP_sha256()) > 0;
    if (!is_made) made.reset();
    return made;
}

std::string to_pem(X509* certificate) {
    owner<BIO, BIO_vfree> const memory(BIO_new(BIO_s_mem()));
    if (!memory || PEM_write_bio_X509(memory.get(), certificate) != 1) return {};
    char* text = nullptr;
    auto const size = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

} // namespace

boost::system::result<sink_identity> make_sink_identity(std::string const& name) {
    namespace ssl = boost::asio::ssl;
    key_owner const key(EVP_EC_gen("P-256"));
    if (!key) return last_error();
    auto const certificate = make_certificate(key.get(), name);
    if (!certificate) return last_error();
    sink_identity made;
    made.tls = std::make_shared<ssl::context>(ssl::context::tls_server);
    auto* const native = made.tls->native_handle();
    bool const is_set = SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION) == 1 &&
                        SSL_CTX_use_certificate(native, certificate.get()) == 1 &&
                        SSL_CTX_use_PrivateKey(native, key.get()) == 1;
    made.certificate = to_pem(certificate.get());
    if (!is_set || made.certificate.empty()) return last_error();
    return made;
}

} // namespace sluice::gateway::stress
