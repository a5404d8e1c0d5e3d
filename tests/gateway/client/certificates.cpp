#include "tests/gateway/client/certificates.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace sluice::tests {
namespace {

using pkey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using file = std::unique_ptr<std::FILE, decltype(&std::fclose)>;

void check(bool is_done) {
    if (!is_done) throw std::runtime_error("OpenSSL could not make the test's certificate");
}

void add_extension(X509* to, X509* issuer, int id, std::string const& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
    auto* const extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
    check(extension && X509_add_ext(to, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

certificate make(std::string const& name, EVP_PKEY* key, long begins, long ends) {
    static long serial = 0;
    certificate made(X509_new(), &X509_free);
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), begins);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), ends);
    X509_set_pubkey(made.get(), key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_ASC,
                               reinterpret_cast<unsigned char const*>(name.c_str()), -1, -1, 0);
    return made;
}

void sign(X509* what, X509* issuer, EVP_PKEY* issuer_key) {
    X509_set_issuer_name(what, X509_get_subject_name(issuer));
    check(X509_sign(what, issuer_key, EVP_sha256()) != 0);
}

void write(std::filesystem::path const& path, X509* what) {
    file const to(std::fopen(path.c_str(), "w"), &std::fclose);
    check(to && PEM_write_X509(to.get(), what) == 1);
}

void write(std::filesystem::path const& path, EVP_PKEY* key) {
    file const to(std::fopen(path.c_str(), "w"), &std::fclose);
    check(to && PEM_write_PrivateKey(to.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
}

} // namespace

struct certificate_authority::keys {
    pkey key{EVP_EC_gen("P-256"), &EVP_PKEY_free};
    certificate self{make("Test authority", key.get(), -3600, 3600)};
};

certificate_authority::certificate_authority()
    : own_(std::make_unique<keys>()) {
    auto* const self = own_->self.get();
    add_extension(self, self, NID_basic_constraints, "critical,CA:TRUE");
    sign(self, self, own_->key.get());
    write(file(), self);
}

certificate_authority::~certificate_authority() = default;

certificate_files certificate_authority::issue(std::string const& name,
                                               certificate_request const& wanted) {
    pkey const key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    auto const made = make(name, key.get(), wanted.begins_seconds, wanted.ends_seconds);
    auto* const issuer = wanted.is_self_signed ? made.get() : own_->self.get();
    add_extension(made.get(), issuer, NID_subject_alt_name, wanted.subject_alt_name);
    sign(made.get(), issuer, wanted.is_self_signed ? key.get() : own_->key.get());
    certificate_files const files{(directory_ / (name + ".pem")).string(),
                                  (directory_ / (name + ".key")).string()};
    write(files.certificate, made.get());
    write(files.key, key.get());
    return files;
}

} // namespace sluice::tests
