// JSON Pointer (RFC 6901), compiled once. Immutable; any thread.
#pragma once

#include "codecs/error.hpp"

#include <boost/json/value.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::codecs {

class json_pointer {
  public:
    // Errors: `invalid_path`, when it is not empty and does not begin with `/`, or has a `~` that
    // is followed by neither 0 nor 1.
    [[nodiscard]] static result<json_pointer> compile(std::string_view text);

    // The reference tokens, unescaped; none for the whole document.
    [[nodiscard]] std::vector<std::string> const& tokens() const noexcept { return tokens_; }

    // What the pointer leads to in `root`, or nullptr. Lives as long as `root`.
    [[nodiscard]] boost::json::value const* find(boost::json::value const& root) const noexcept;

  private:
    std::vector<std::string> tokens_;
};

// A token as an array index: digits without leading zeros (RFC 6901 section 4). `-` is none.
[[nodiscard]] std::optional<std::size_t> pointer_index(std::string_view token) noexcept;

// Appends `/` and the token with `~` and `/` escaped.
void append_pointer_token(std::string& pointer, std::string_view token);
void append_pointer_token(std::string& pointer, std::size_t index);

} // namespace sluice::codecs
