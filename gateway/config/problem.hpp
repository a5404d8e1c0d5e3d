// One thing wrong with a configuration, and where. Collected, never thrown: an operator sees all
// of them at once. Messages never contain a secret's value.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace sluice::gateway::config {

enum class severity {
    error,   // The configuration cannot be used.
    warning, // It can, and somebody should look at it.
};

struct problem {
    std::string file;       // As it was given; for flags and environment their name.
    std::size_t line = 0;   // From 1; 0: about the file as a whole.
    std::size_t column = 0; // From 1, in characters; 0: about the line as a whole.
    std::string key;        // "destination[1].retry.jitter"; empty for a syntax error.
    std::string message;
    severity level = severity::error;

    // "file:line:column: message" with ": warning: " where it is one; zeros are left out.
    std::string to_string() const;
};

// Sorted by file position; problems of one position keep their order.
using problem_list = std::vector<problem>;

bool has_errors(problem_list const& problems) noexcept;

} // namespace sluice::gateway::config
