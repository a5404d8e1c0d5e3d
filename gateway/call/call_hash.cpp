#include "gateway/call/call_hash.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>

namespace sluice::gateway::call {

call_hash hash_of(std::initializer_list<std::string_view> pieces) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> md(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    if (!md || EVP_DigestInit_ex(md.get(), EVP_sha256(), nullptr) != 1) throw std::bad_alloc();
    for (auto const piece : pieces) {
        std::uint64_t const size = piece.size();
        EVP_DigestUpdate(md.get(), &size, sizeof(size));
        EVP_DigestUpdate(md.get(), piece.data(), piece.size());
    }
    EVP_DigestFinal_ex(md.get(), digest.data(), nullptr);
    call_hash out;
    std::memcpy(out.data(), digest.data(), out.size());
    return out;
}

std::uint64_t number_of(call_hash const& hash) {
    std::uint64_t number = 0;
    std::memcpy(&number, hash.data(), sizeof(number));
    return std::max<std::uint64_t>(number, 1);
}

} // namespace sluice::gateway::call
