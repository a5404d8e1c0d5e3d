// Which seeds a simulation tries: SLUICE_SEED repeats one, SLUICE_SEEDS sets how many are tried,
// from SLUICE_SEED on where both are set.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <utility>

namespace sluice::tests {

inline std::uint64_t number_from(char const* variable, std::uint64_t otherwise) {
    auto const* const text = std::getenv(variable);
    return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

// The first one, and how many.
inline std::pair<std::uint64_t, std::uint64_t> seeds_wanted(std::uint64_t otherwise) {
    return {number_from("SLUICE_SEED", 1),
            number_from("SLUICE_SEEDS", std::getenv("SLUICE_SEED") ? 1 : otherwise)};
}

} // namespace sluice::tests
