// Base64 with padding (RFC 4648 section 4) for keys, signatures and Basic credentials, by OpenSSL.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::client {

void append_base64(std::string& to, std::span<unsigned char const> bytes);

// Nothing for text that is not base64 with its padding, white space included.
std::optional<std::vector<unsigned char>> decode_base64(std::string_view text);

} // namespace sluice::gateway::client
