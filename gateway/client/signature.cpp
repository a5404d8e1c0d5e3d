#include "gateway/client/signature.hpp"

#include "codecs/base64.hpp"
#include "gateway/client/error.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <charconv>
#include <memory>

namespace sluice::gateway::client {
namespace {

constexpr std::size_t ed25519_key_bytes = 32;
constexpr std::size_t max_signatures = 16;

using digest = std::array<unsigned char, 32>;
using pkey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using digest_context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

std::string signed_content(std::string_view id, std::string_view timestamp, std::string_view body) {
    std::string content;
    content.reserve(id.size() + timestamp.size() + body.size() + 2);
    content.append(id).append(".").append(timestamp).append(".").append(body);
    return content;
}

unsigned char const* bytes_of(std::string_view text) {
    return reinterpret_cast<unsigned char const*>(text.data());
}

digest hmac_sha256(std::span<unsigned char const> secret, std::string_view content) {
    digest mac{};
    unsigned size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(content),
         content.size(), mac.data(), &size);
    return mac;
}

std::array<unsigned char, 64> ed25519_sign(std::span<unsigned char const> seed,
                                           std::string_view content) {
    std::array<unsigned char, 64> made{};
    std::size_t size = made.size();
    pkey const key(
        EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), ed25519_key_bytes),
        &EVP_PKEY_free);
    digest_context const context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get());
    EVP_DigestSign(context.get(), made.data(), &size, bytes_of(content), content.size());
    return made;
}

pkey public_half(webhook_key const& key) {
    auto const bytes = key.bytes();
    auto const from = key.kind() == webhook_key::kind::public_key ? EVP_PKEY_new_raw_public_key
                                                                  : EVP_PKEY_new_raw_private_key;
    return {from(EVP_PKEY_ED25519, nullptr, bytes.data(), ed25519_key_bytes), &EVP_PKEY_free};
}

bool ed25519_verify(webhook_key const& key, std::span<unsigned char const> signature,
                    std::string_view content) {
    auto const half = public_half(key);
    digest_context const context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    return half &&
           EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, half.get()) == 1 &&
           EVP_DigestVerify(context.get(), signature.data(), signature.size(), bytes_of(content),
                            content.size()) == 1;
}

bool matches(webhook_key const& key, std::string_view one, std::string_view content) {
    bool const is_shared = key.kind() == webhook_key::kind::shared_secret;
    std::string_view const prefix = is_shared ? "v1," : "v1a,";
    if (!one.starts_with(prefix)) return false;
    auto const given = codecs::decode_base64(one.substr(prefix.size()));
    if (!given) return false;
    if (!is_shared) return ed25519_verify(key, *given, content);
    auto const wanted = hmac_sha256(key.bytes(), content);
    return given->size() == wanted.size() &&
           CRYPTO_memcmp(given->data(), wanted.data(), wanted.size()) == 0;
}

bool any_matches(std::span<webhook_key const> keys, std::string_view one,
                 std::string_view content) {
    // Every key is tried, so that the time does not tell which one it was.
    bool found = false;
    for (auto const& key : keys)
        found |= matches(key, one, content);
    return found;
}

bool is_valid_size(enum webhook_key::kind kind, std::size_t size) {
    switch (kind) {
    case webhook_key::kind::shared_secret:
        return size >= 24 && size <= 64;
    case webhook_key::kind::private_key:
        return size == ed25519_key_bytes || size == 2 * ed25519_key_bytes;
    case webhook_key::kind::public_key:
        return size == ed25519_key_bytes;
    }
    return false;
}

} // namespace

boost::system::result<webhook_key> webhook_key::parse(std::string_view text) {
    auto kind = kind::shared_secret;
    if (text.starts_with("whsk_")) kind = kind::private_key;
    if (text.starts_with("whpk_")) kind = kind::public_key;
    auto const has_prefix = kind != kind::shared_secret || text.starts_with("whsec_");
    if (has_prefix) text.remove_prefix(text.find('_') + 1);
    auto bytes = codecs::decode_base64(text);
    if (!bytes || !is_valid_size(kind, bytes->size())) return errc::signing_key;
    return webhook_key(kind, std::move(*bytes));
}

webhook_key& webhook_key::operator=(webhook_key&& other) noexcept {
    if (this == &other) return *this;
    wipe();
    kind_ = other.kind_;
    bytes_ = std::move(other.bytes_);
    return *this;
}

webhook_key& webhook_key::operator=(webhook_key const& other) {
    return *this = webhook_key(other);
}

webhook_key::~webhook_key() {
    wipe();
}

void webhook_key::wipe() noexcept {
    if (!bytes_.empty()) OPENSSL_cleanse(bytes_.data(), bytes_.size());
}

std::string sign(std::span<webhook_key const> keys, signed_message const& message) {
    auto const timestamp = fmt::format_int(message.timestamp.time_since_epoch().count());
    auto const content =
        signed_content(message.id, {timestamp.data(), timestamp.size()}, message.body);
    std::string signatures;
    for (auto const& key : keys) {
        if (key.kind() == webhook_key::kind::public_key) continue;
        if (!signatures.empty()) signatures += ' ';
        if (key.kind() == webhook_key::kind::shared_secret) {
            signatures += "v1,";
            codecs::append_base64(signatures, hmac_sha256(key.bytes(), content));
        } else {
            signatures += "v1a,";
            codecs::append_base64(signatures, ed25519_sign(key.bytes(), content));
        }
    }
    return signatures;
}

void append_signature_lines(std::string& to, std::span<webhook_key const> keys,
                            signed_message const& message) {
    fmt::format_to(std::back_inserter(to),
                   "webhook-id: {}\r\nwebhook-timestamp: {}\r\nwebhook-signature: {}\r\n",
                   message.id, message.timestamp.time_since_epoch().count(), sign(keys, message));
}

boost::system::result<void> verify(std::span<webhook_key const> keys,
                                   signature_headers const& headers, std::string_view body,
                                   std::chrono::sys_seconds now, std::chrono::seconds tolerance) {
    std::int64_t seconds = 0;
    auto const text = headers.timestamp;
    auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    bool const is_number = ec == std::errc() && end == text.data() + text.size() && seconds >= 0;
    if (headers.id.empty() || !is_number || headers.signature.empty())
        return errc::signature_missing;
    auto const present = now.time_since_epoch().count();
    bool const is_near =
        seconds <= present + tolerance.count() && seconds >= present - tolerance.count();
    if (!is_near) return errc::signature_too_old;
    auto const content = signed_content(headers.id, headers.timestamp, body);
    auto rest = headers.signature;
    for (std::size_t i = 0; i < max_signatures && !rest.empty(); ++i) {
        auto const space = std::min(rest.find(' '), rest.size());
        if (any_matches(keys, rest.substr(0, space), content)) return {};
        rest.remove_prefix(std::min(space + 1, rest.size()));
    }
    return errc::signature_mismatch;
}

} // namespace sluice::gateway::client
