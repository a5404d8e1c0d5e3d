// Runs a fuzz target over seeded mutations of its seeds, so that each build, with its sanitizers,
// meets some thousand odd inputs. A target throws when something that has to hold does not.
#pragma once

#include "tests/codecs/random.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace sluice::fuzz {

inline constexpr int rounds = 2000;

// Changes, removes, doubles or inserts a few pieces.
inline std::string mutate(codecs::test::random_source& random, std::string text) {
    for (auto changes = random.below(4); changes > 0; --changes) {
        auto const at = random.below(text.size() + 1);
        auto const size = random.below(std::min<std::size_t>(text.size() - at, 8) + 1);
        switch (random.below(4)) {
        case 0:
            if (at < text.size()) text[at] = static_cast<char>(random.below(256));
            break;
        case 1:
            text.erase(at, size);
            break;
        case 2:
            text.insert(at, text.substr(at, size));
            break;
        default:
            text.insert(at, random.hostile_text(2));
            break;
        }
    }
    return text;
}

template <class Seeds>
void run(void (*target)(std::string_view), Seeds const& seeds, std::uint64_t seed) {
    codecs::test::random_source random(seed);
    for (auto const input : seeds)
        BOOST_CHECK_NO_THROW(target(input));
    for (int i = 0; i < rounds; ++i) {
        auto const input = mutate(random, std::string(random.pick(seeds)));
        BOOST_TEST_CONTEXT("round " << i << " of SLUICE_SEED=" << random.seed() << ": " << input) {
            BOOST_REQUIRE_NO_THROW(target(input));
        }
    }
}

} // namespace sluice::fuzz
