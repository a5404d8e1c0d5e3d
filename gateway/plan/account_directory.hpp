// Finds accounts by id, secret, short-link token or address. Immutable after construction, so any
// thread may ask. Secrets are looked up by an HMAC under a random key of this object and compared
// as digests in constant time: how long an answer takes says nothing about a secret.
#pragma once

#include "gateway/config/account.hpp"

#include <boost/container/small_vector.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sluice::gateway::plan {

class account_directory {
  public:
    using matches = boost::container::small_vector<config::account const*, 8>;

    // The accounts must outlive this object and stay where they are.
    // Throws std::runtime_error when the system has no randomness.
    explicit account_directory(std::span<config::account const> accounts);

    // nullptr where there is none; so it is for the next two.
    config::account const* by_id(std::string_view id) const;
    config::account const* by_secret(std::string_view presented) const;
    config::account const* by_cust_token(std::string_view presented) const;

    // The accounts whose allow_from lists this address and that take a call on the word of its
    // address alone (no require_secret), in the order of the file.
    matches by_address(config::ip_address const& address) const;

  private:
    using digest = std::array<std::uint8_t, 32>;
    struct entry {
        digest hash;
        config::account const* owner;
    };
    using index = std::unordered_multimap<std::uint64_t, entry>;

    digest hash(std::string_view text) const;
    void add(index& to, config::secret const& value, config::account const& owner) const;
    config::account const* find(index const& in, std::string_view presented) const;

    std::span<config::account const> accounts_;
    std::array<std::uint8_t, 32> key_;
    std::unordered_map<std::string_view, config::account const*> by_id_;
    index by_secret_;
    index by_cust_token_;
};

} // namespace sluice::gateway::plan
