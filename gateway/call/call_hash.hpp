// Hashes of what a call says, for keys that must not be guessed and must be the same after a
// restart. Pure; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace sluice::gateway::call {

using call_hash = std::array<std::uint8_t, 16>;

// SHA-256 over the pieces, each preceded by its length, cut to 128 bits.
call_hash hash_of(std::initializer_list<std::string_view> pieces);

// The first 64 bits of a hash, never 0.
std::uint64_t number_of(call_hash const& hash);

} // namespace sluice::gateway::call
