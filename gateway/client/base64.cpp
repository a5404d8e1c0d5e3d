#include "gateway/client/base64.hpp"

#include <openssl/evp.h>

namespace sluice::gateway::client {

void append_base64(std::string& to, std::span<unsigned char const> bytes) {
    auto const before = to.size();
    auto const encoded = (bytes.size() + 2) / 3 * 4;
    to.resize(before + encoded + 1); // EVP_EncodeBlock writes a NUL behind the text
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(to.data() + before), bytes.data(),
                    static_cast<int>(bytes.size()));
    to.resize(before + encoded);
}

std::optional<std::vector<unsigned char>> decode_base64(std::string_view text) {
    // EVP_DecodeBlock trims white space and takes padding for zero bits: both are settled here.
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    auto const padding_at = text.find_last_not_of('=') + 1;
    auto const padding = text.size() - padding_at;
    bool const is_plain = text.substr(0, padding_at).find_first_not_of(alphabet) == text.npos;
    if (text.size() % 4 != 0 || padding > 2 || !is_plain) return {};
    std::vector<unsigned char> bytes(text.size() / 4 * 3);
    if (bytes.empty()) return bytes;
    auto const size =
        EVP_DecodeBlock(bytes.data(), reinterpret_cast<unsigned char const*>(text.data()),
                        static_cast<int>(text.size()));
    if (size < 0) return {};
    bytes.resize(static_cast<std::size_t>(size) - padding);
    return bytes;
}

} // namespace sluice::gateway::client
