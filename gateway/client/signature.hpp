// Standard Webhooks 1.0.0: the signature of a message over "id.timestamp.body", made with a shared
// secret (v1, HMAC-SHA256, "whsec_…") or with a private key (v1a, Ed25519, "whsk_…"; its public
// half is "whpk_…"). Keys are immutable values that any thread may use; their bytes are wiped.
#pragma once

#include <boost/system/result.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::client {

class webhook_key {
  public:
    enum class kind { shared_secret, private_key, public_key };

    // "whsec_" and the base64 of 24 to 64 bytes, "whsk_" and of 32 or 64 (a seed, alone or with
    // its public key), "whpk_" and of 32. A text without a prefix is a shared secret.
    // Error: errc::signing_key.
    static boost::system::result<webhook_key> parse(std::string_view text);

    webhook_key(webhook_key&&) noexcept = default;
    webhook_key& operator=(webhook_key&& other) noexcept;
    webhook_key(webhook_key const&) = default;
    webhook_key& operator=(webhook_key const& other);
    ~webhook_key();

    webhook_key::kind kind() const { return kind_; }
    std::span<unsigned char const> bytes() const { return bytes_; }

  private:
    webhook_key(enum kind kind, std::vector<unsigned char> bytes)
        : kind_(kind)
        , bytes_(std::move(bytes)) {}
    void wipe() noexcept;

    enum kind kind_;
    std::vector<unsigned char> bytes_;
};

// What is signed.
struct signed_message {
    std::string_view id; // the task's id; has no full stop
    std::chrono::sys_seconds timestamp;
    std::string_view body;
};

// "v1,<base64>" or "v1a,<base64>" for each key that can sign, separated by a space: while a secret
// is rotated both the new and the old one are here. Empty without such a key.
std::string sign(std::span<webhook_key const> keys, signed_message const& message);

// Appends the lines "webhook-id", "webhook-timestamp" and "webhook-signature", each with CRLF.
void append_signature_lines(std::string& to, std::span<webhook_key const> keys,
                            signed_message const& message);

// The three header values of a received message.
struct signature_headers {
    std::string_view id;
    std::string_view timestamp; // Unix seconds
    std::string_view signature; // one or more, separated by spaces
};

inline constexpr std::chrono::seconds default_signature_tolerance = std::chrono::minutes(5);

// Whether any of the signatures was made over `body` by any of `keys`, compared in constant time.
// Errors: errc::signature_missing, signature_too_old (also for one from the future),
// signature_mismatch.
boost::system::result<void> verify(std::span<webhook_key const> keys,
                                   signature_headers const& headers, std::string_view body,
                                   std::chrono::sys_seconds now,
                                   std::chrono::seconds tolerance = default_signature_tolerance);

} // namespace sluice::gateway::client
