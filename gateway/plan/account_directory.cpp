#include "gateway/plan/account_directory.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace sluice::gateway::plan {
namespace {

// Longer texts are no secret of anybody: the bound keeps a hostile one from costing time.
constexpr std::size_t longest_secret = 4096;

template <std::size_t N>
std::uint64_t bucket_of(std::array<std::uint8_t, N> const& digest) noexcept {
    std::uint64_t bucket;
    std::memcpy(&bucket, digest.data(), sizeof(bucket));
    return bucket;
}

} // namespace

account_directory::account_directory(std::span<config::account const> accounts)
    : accounts_(accounts) {
    if (RAND_bytes(key_.data(), static_cast<int>(key_.size())) != 1)
        throw std::runtime_error("account_directory: the system has no randomness");
    for (auto const& one : accounts_) {
        by_id_.emplace(one.id, &one);
        for (auto const& value : one.secrets)
            add(by_secret_, value, one);
        for (auto const& value : one.cust_tokens)
            add(by_cust_token_, value, one);
    }
}

config::account const* account_directory::by_id(std::string_view id) const {
    auto const found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second;
}

config::account const* account_directory::by_secret(std::string_view presented) const {
    return find(by_secret_, presented);
}

config::account const* account_directory::by_cust_token(std::string_view presented) const {
    return find(by_cust_token_, presented);
}

account_directory::matches account_directory::by_address(config::ip_address const& address) const {
    matches found;
    for (auto const& one : accounts_)
        if (!one.require_secret && contains(one.allow_from, address)) found.push_back(&one);
    return found;
}

account_directory::digest account_directory::hash(std::string_view text) const {
    digest result;
    unsigned size = 0;
    auto const* bytes = reinterpret_cast<unsigned char const*>(text.data());
    if (!HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()), bytes, text.size(),
              result.data(), &size) ||
        size != result.size())
        throw std::runtime_error("account_directory: HMAC-SHA256 is not available");
    return result;
}

void account_directory::add(index& to, config::secret const& value,
                            config::account const& owner) const {
    auto const hashed = hash(value.reveal());
    to.emplace(bucket_of(hashed), entry{hashed, &owner});
}

config::account const* account_directory::find(index const& in, std::string_view presented) const {
    if (presented.empty() || presented.size() > longest_secret) return nullptr;
    auto const hashed = hash(presented);
    // Which bucket is looked at depends on the random key, so its timing tells nothing.
    auto const [first, last] = in.equal_range(bucket_of(hashed));
    config::account const* found = nullptr;
    for (auto one = first; one != last; ++one)
        if (CRYPTO_memcmp(one->second.hash.data(), hashed.data(), hashed.size()) == 0)
            found = one->second.owner;
    return found;
}

} // namespace sluice::gateway::plan
