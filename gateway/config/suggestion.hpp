// "Did you mean": the nearest known name to one that is unknown. Pure.
// Bounded: words above 64 characters get no suggestion.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace sluice::gateway::config {

// The candidate with the fewest edits (insert, delete, replace, swap of neighbours), or an empty
// view where none is within a third of the word's length.
std::string_view nearest(std::string_view word, std::span<std::string const> candidates);

} // namespace sluice::gateway::config
