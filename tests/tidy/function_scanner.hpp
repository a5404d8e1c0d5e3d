// Finds function bodies in C++ text without understanding it: good enough to measure their length.
// Sees functions at namespace and class scope; lambdas count as part of the function around them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::tests::tidy {

struct function_span {
    std::string head;           // What stands before the body, for messages.
    std::size_t first_line = 0; // From 1: where the head begins.
    std::size_t last_line = 0;  // Where the closing brace stands.
};

// `code` is text whose comments and literals are blanked.
std::vector<function_span> find_functions(std::string_view code);

} // namespace sluice::tests::tidy
