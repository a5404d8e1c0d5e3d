// Random input for property tests: the same for the same seed, which is printed when a check fails
// and taken from SLUICE_SEED when it is set. One test each.
#pragma once

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::codecs::test {

class random_source {
  public:
    explicit random_source(std::uint64_t default_seed)
        : seed_(default_seed) {
        if (auto const* const given = std::getenv("SLUICE_SEED")) {
            seed_ = std::strtoull(given, nullptr, 10);
        }
        engine_.seed(seed_);
    }

    [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }

    // From 0 to `limit` - 1.
    std::size_t below(std::size_t limit) { return static_cast<std::size_t>(engine_() % limit); }

    template <class Choices>
    auto const& pick(Choices const& choices) {
        return choices[below(std::size(choices))];
    }

    // Up to `max_parts` pieces that are likely to break out of something.
    std::string hostile_text(std::size_t max_parts) {
        static std::vector<std::string> const parts{
            "a",      "Z",  "0",      "7",     " ",    "\"",   "'",    "\\",   "/",
            "<",      ">",  "&",      "&amp;", "]]>",  "-->",  "<!--", "%",    "%2e",
            "..",     ".",  "?",      "#",     "=",    "+",    ";",    ",",    "{",
            "}",      "[",  "]",      ":",     "$",    "\t",   "\n",   "\r\n", "é",
            "\u20ac", "😀", "\u2028", "null",  "true", "1e99", "-5",   "</x>", "\u007f"};
        std::string text;
        for (auto count = below(max_parts + 1); count > 0; --count)
            text += pick(parts);
        return text;
    }

  private:
    std::uint64_t seed_;
    std::mt19937_64 engine_;
};

} // namespace sluice::codecs::test
