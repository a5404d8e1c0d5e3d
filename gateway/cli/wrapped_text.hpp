// Text for a terminal of a certain width. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::gateway::cli {

// Lines that are longer than `width` go on in the next one: below the second column where there are
// two (a flag and what it does), else a little further in. Broken at blanks alone: a word that is
// too long stays whole. 0: as they are.
std::string wrapped_lines(std::string_view text, std::size_t width);

} // namespace sluice::gateway::cli
