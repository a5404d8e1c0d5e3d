// Compares numbers by their text, so that ids and counters of any length are never rounded. Pure
// functions; any thread; no allocation.
#pragma once

#include <compare>
#include <optional>
#include <string_view>

namespace sluice::codecs {

// How two numbers stand to each other: integers exactly at any length, anything else as doubles.
// White space around them and leading zeros do not count. Nothing when one of them is no finite
// number.
[[nodiscard]] std::optional<std::strong_ordering> compare_numbers(std::string_view a,
                                                                  std::string_view b) noexcept;

} // namespace sluice::codecs
