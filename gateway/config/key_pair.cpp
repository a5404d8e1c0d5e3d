#include "gateway/config/key_pair.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

namespace sluice::gateway::config {
namespace {

template <class T, void (*Free)(T*)>
struct freed {
    void operator()(T* owned) const { Free(owned); }
};

using bio_pointer = std::unique_ptr<BIO, freed<BIO, &BIO_free_all>>;
using certificate_pointer = std::unique_ptr<X509, freed<X509, &X509_free>>;
using key_pointer = std::unique_ptr<EVP_PKEY, freed<EVP_PKEY, &EVP_PKEY_free>>;

bio_pointer open(std::string_view text) {
    return bio_pointer(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// Instead of OpenSSL's own, which asks at the terminal.
int no_passphrase(char*, int, int, void*) {
    return 0;
}

certificate_pointer read_certificate(std::string_view pem) {
    auto const in = open(pem);
    certificate_pointer found(PEM_read_bio_X509(in.get(), nullptr, &no_passphrase, nullptr));
    ERR_clear_error();
    return found;
}

key_pointer read_key(std::string_view pem) {
    auto const in = open(pem);
    key_pointer found(PEM_read_bio_PrivateKey(in.get(), nullptr, &no_passphrase, nullptr));
    ERR_clear_error();
    return found;
}

} // namespace

bool has_certificate(std::string_view pem) {
    return read_certificate(pem) != nullptr;
}

std::optional<key_pair_problem> check_key_pair(std::string_view certificate_pem,
                                               std::string_view key_pem) {
    auto const certificate = read_certificate(certificate_pem);
    if (!certificate) return key_pair_problem::certificate;
    auto const key = read_key(key_pem);
    if (!key) return key_pair_problem::key;
    bool const belong = X509_check_private_key(certificate.get(), key.get()) == 1;
    ERR_clear_error();
    if (!belong) return key_pair_problem::mismatch;
    return std::nullopt;
}

} // namespace sluice::gateway::config
