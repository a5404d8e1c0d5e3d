// UTF-8 (RFC 3629): validity, and one code point at a time. Pure functions; any thread; no
// allocation but that of the output.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::codecs {

// The length in bytes of the well-formed sequence that `text` begins with, 0 if it begins with
// none. Overlong forms, surrogates and what lies above U+10FFFF are not well-formed.
[[nodiscard]] std::size_t utf8_sequence_length(std::string_view text) noexcept;

// The offset of the first byte that is not well-formed UTF-8; nothing when all of it is.
[[nodiscard]] std::optional<std::size_t> find_invalid_utf8(std::string_view text) noexcept;

// How many characters valid UTF-8 has.
[[nodiscard]] std::size_t utf8_length(std::string_view text) noexcept;

// The beginning of `text`, of at most `most` bytes: not cut within a well-formed sequence.
[[nodiscard]] std::string_view utf8_beginning(std::string_view text, std::size_t most) noexcept;

// The code point of the well-formed sequence that `text` begins with.
[[nodiscard]] char32_t utf8_code_point(std::string_view text) noexcept;

// Appends a code point; a surrogate, or one above U+10FFFF, becomes U+FFFD.
void append_utf8(std::string& out, char32_t code_point);

// `text` with each byte that is not well-formed replaced by U+FFFD. For bytes of unknown origin,
// such as a destination's answer.
[[nodiscard]] std::string to_valid_utf8(std::string_view text);

inline constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

} // namespace sluice::codecs
