// All errors of syntax in a TOML text. The library stops at the first one; here the statement that
// has it is taken out, and the rest is read again. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::config {

struct syntax_error {
    std::size_t line = 0;
    std::size_t column = 0;
    std::string message; // one line
};

inline constexpr std::size_t most_syntax_errors = 20;

// In the order of the text; empty where it can be parsed.
std::vector<syntax_error> find_syntax_errors(std::string_view text);

} // namespace sluice::gateway::config
