#include "gateway/tables/link.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace sluice::gateway::tables {

namespace {

constexpr std::string_view alphabet =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
static_assert(alphabet.size() == 62);

constexpr std::uint64_t code_count() {
    std::uint64_t count = 1;
    for (std::size_t i = 0; i < link_code_length; ++i)
        count *= alphabet.size();
    return count;
}

} // namespace

std::optional<link_code> link_code::parse(std::string_view text) {
    if (text.size() != link_code_length) return std::nullopt;
    link_code code;
    for (std::size_t i = 0; i < link_code_length; ++i) {
        if (alphabet.find(text[i]) == alphabet.npos) return std::nullopt;
        code.characters_[i] = text[i];
    }
    return code;
}

link_code link_code::nth(std::uint64_t n) {
    link_code code;
    for (auto at = code.characters_.rbegin(); at != code.characters_.rend(); ++at) {
        *at = alphabet[n % alphabet.size()];
        n /= alphabet.size();
    }
    return code;
}

link_code random_link_code() {
    constexpr std::uint64_t limit = UINT64_MAX - UINT64_MAX % code_count();
    for (;;) {
        std::array<unsigned char, 8> bytes{};
        if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
            throw std::runtime_error("the system has no randomness");
        }
        std::uint64_t n = 0;
        std::memcpy(&n, bytes.data(), sizeof(n));
        // What is above the last whole multiple would make some codes likelier than others.
        if (n < limit) return link_code::nth(n);
    }
}

link_key make_link_key(std::string_view account, std::string_view cust_token,
                       std::string_view long_url) {
    std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> md(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    if (!md || EVP_DigestInit_ex(md.get(), EVP_sha256(), nullptr) != 1) throw std::bad_alloc();
    for (auto const piece : {account, cust_token, long_url}) {
        std::uint64_t const size = piece.size();
        EVP_DigestUpdate(md.get(), &size, sizeof(size));
        EVP_DigestUpdate(md.get(), piece.data(), piece.size());
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    EVP_DigestFinal_ex(md.get(), digest.data(), nullptr);
    link_key key;
    std::copy_n(digest.begin(), key.size(), key.begin());
    return key;
}

std::optional<wall_time> expiry_of(new_link const& asked) {
    if (!asked.expiry) return std::nullopt;
    return asked.now + *asked.expiry;
}

std::shared_ptr<link const> renewed_link(link const& known, new_link const& asked) {
    auto renewed = std::make_shared<link>(known);
    renewed->expires = expiry_of(asked);
    return renewed;
}

std::shared_ptr<link const> made_link(new_link const& asked, link_code code) {
    return std::make_shared<link const>(
        link{code, asked.key, asked.account, asked.long_url, asked.now, expiry_of(asked)});
}

bool is_fresh(link const& known, new_link const& asked) {
    auto const wanted = expiry_of(asked);
    if (!wanted) return !known.expires;
    if (!known.expires || known.is_expired(asked.now)) return false;
    auto const difference = *wanted - *known.expires;
    return std::chrono::abs(difference) <= *asked.expiry / 100;
}

} // namespace sluice::gateway::tables
