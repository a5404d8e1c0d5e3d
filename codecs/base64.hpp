// Base64 with padding (RFC 4648 section 4): keys, signatures, credentials, bodies that are no text.
// Pure functions; any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::codecs {

void append_base64(std::string& to, std::string_view bytes);
void append_base64(std::string& to, std::span<unsigned char const> bytes);

// Nothing for text that is not base64 with its padding, white space included.
[[nodiscard]] std::optional<std::vector<unsigned char>> decode_base64(std::string_view text);

} // namespace sluice::codecs
