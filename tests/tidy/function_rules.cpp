#include "tests/tidy/function_scanner.hpp"
#include "tests/tidy/rules.hpp"

#include <string>

namespace sluice::tests::tidy {

std::vector<finding> check_function_length(source_tree const& tree) {
    std::vector<finding> findings;
    for (auto const& file : tree) {
        if (!file.is_cpp()) {
            continue;
        }
        for (auto const& function : find_functions(blank_comments_and_literals(file.text))) {
            auto const lines = function.last_line - function.first_line + 1;
            if (lines > max_function_lines) {
                findings.push_back({file.path, function.first_line,
                                    std::to_string(lines) + " lines: " + function.head});
            }
        }
    }
    return findings;
}

} // namespace sluice::tests::tidy
