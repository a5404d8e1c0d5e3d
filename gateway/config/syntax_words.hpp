// What the TOML library says of an error of syntax, in words for whoever wrote the file: what is
// wrong there, and what was expected. Never a piece of a value, which may be a secret. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::gateway::config {

// `said`: the library's words ("Error while parsing SCOPE: REASON"). `line`: the whole line that it
// is about, `column` where in it, in characters from 1.
std::string syntax_words(std::string_view said, std::string_view line, std::size_t column);

} // namespace sluice::gateway::config
