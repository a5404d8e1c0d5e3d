#include "gateway/config/key_pair.hpp"
#include "tests/gateway/config/support.hpp"

#include <boost/test/unit_test.hpp>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

namespace sluice::gateway::config::test::key_pair_test {
namespace {

std::string with_passphrase(std::string const& key_pem) {
    BIO* const in = BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size()));
    EVP_PKEY* const key = PEM_read_bio_PrivateKey(in, nullptr, nullptr, nullptr);
    BIO* const out = BIO_new(BIO_s_mem());
    PEM_write_bio_PKCS8PrivateKey(out, key, EVP_aes_128_cbc(), "locked", 6, nullptr, nullptr);
    char* text = nullptr;
    auto const size = BIO_get_mem_data(out, &text);
    std::string locked(text, static_cast<std::size_t>(size));
    BIO_free(out);
    EVP_PKEY_free(key);
    BIO_free(in);
    return locked;
}

} // namespace

BOOST_AUTO_TEST_SUITE(key_pair)

BOOST_AUTO_TEST_CASE(a_certificate_and_its_key_are_fine_in_one_file_too) {
    BOOST_TEST(!check_key_pair(pem().certificate, pem().key).has_value());
    auto const both = pem().key + pem().certificate;
    BOOST_TEST(!check_key_pair(both, both).has_value());
    BOOST_TEST(has_certificate(both));
}

BOOST_AUTO_TEST_CASE(each_mistake_has_its_name) {
    using problem = key_pair_problem;
    BOOST_TEST((check_key_pair(pem().certificate, pem().other_key) == problem::mismatch));
    BOOST_TEST((check_key_pair(pem().key, pem().key) == problem::certificate));
    BOOST_TEST((check_key_pair("", pem().key) == problem::certificate));
    BOOST_TEST((check_key_pair(pem().certificate, "") == problem::key));
    BOOST_TEST((check_key_pair(pem().certificate, pem().certificate) == problem::key));
    BOOST_TEST(!has_certificate(pem().key));
}

BOOST_AUTO_TEST_CASE(a_key_with_a_passphrase_is_no_key_and_nobody_is_asked) {
    auto const locked = with_passphrase(pem().key);
    BOOST_TEST(locked.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
    BOOST_TEST((check_key_pair(pem().certificate, locked) == key_pair_problem::key));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::key_pair_test
