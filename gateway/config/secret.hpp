// A password, token or key of the configuration. It never prints itself: there is no stream
// operator and no formatter, and the bytes are overwritten when the value dies or is moved from.
// Comparison takes the same time wherever two secrets of one length differ.
#pragma once

#include <string>
#include <string_view>

namespace sluice::gateway::config {

class secret {
  public:
    secret() = default;
    explicit secret(std::string_view text);
    secret(secret const& other) = default;
    secret(secret&& other) noexcept;
    secret& operator=(secret const& other);
    secret& operator=(secret&& other) noexcept;
    ~secret();

    // The bytes, valid as long as this object is neither assigned to nor destroyed.
    // Every use of this name is a place where a secret leaves: keep them few.
    std::string_view reveal() const noexcept { return text_; }

    bool empty() const noexcept { return text_.empty(); }

    friend bool operator==(secret const& left, secret const& right) noexcept;

  private:
    void wipe() noexcept;

    std::string text_;
};

} // namespace sluice::gateway::config
