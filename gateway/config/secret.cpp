#include "gateway/config/secret.hpp"

#include <openssl/crypto.h>

#include <utility>

namespace sluice::gateway::config {

secret::secret(std::string_view text)
    : text_(text) {}

secret::secret(secret&& other) noexcept
    : text_(std::move(other.text_)) {
    other.wipe(); // a short string is copied by its move constructor
}

secret& secret::operator=(secret const& other) {
    if (this == &other) return *this;
    secret copy(other);
    return *this = std::move(copy);
}

secret& secret::operator=(secret&& other) noexcept {
    if (this == &other) return *this;
    wipe();
    text_ = std::move(other.text_);
    other.wipe();
    return *this;
}

secret::~secret() {
    wipe();
}

void secret::wipe() noexcept {
    // The bytes behind the size may still hold a longer, older text.
    OPENSSL_cleanse(text_.data(), text_.capacity());
    text_.clear();
}

bool operator==(secret const& left, secret const& right) noexcept {
    return left.text_.size() == right.text_.size() &&
           CRYPTO_memcmp(left.text_.data(), right.text_.data(), left.text_.size()) == 0;
}

} // namespace sluice::gateway::config
