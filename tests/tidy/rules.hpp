// The style rules: pure functions from the tree's files to the places that break them.
// What a rule lets through on purpose is listed in allowances.hpp, file by file.
#pragma once

#include "tests/tidy/source_file.hpp"

#include <vector>

namespace sluice::tests::tidy {

using source_tree = std::vector<source_file>;
using rule = std::vector<finding> (*)(source_tree const&);

inline constexpr std::size_t max_file_lines = 400;
inline constexpr std::size_t max_function_lines = 70;
inline constexpr std::size_t max_line_columns = 100;

// Every file of codecs, queue and gateway stands in a room of rooms.cpp and includes what that
// room may.
std::vector<finding> check_include_arrows(source_tree const& tree);

// No file above 400 lines.
std::vector<finding> check_file_length(source_tree const& tree);

// No function above 70 lines, its head and last brace included.
std::vector<finding> check_function_length(source_tree const& tree);

// No line above 100 columns; a column is a UTF-8 character.
std::vector<finding> check_line_length(source_tree const& tree);

// The clock, waiting, output and the like only where allowances.hpp says so.
std::vector<finding> check_banned_tokens(source_tree const& tree);

// No unfinished business in code or comments.
std::vector<finding> check_unfinished_marks(source_tree const& tree);

// `#pragma once` in every header.
std::vector<finding> check_pragma_once(source_tree const& tree);

// Every header begins with a comment that says what it is.
std::vector<finding> check_header_comment(source_tree const& tree);

// Every .cpp stands in the CMakeLists.txt of its folder or of one above.
std::vector<finding> check_sources_are_built(source_tree const& tree);

// LF line ends, no tab, no space before a line's end, exactly one LF at the file's end.
std::vector<finding> check_white_space(source_tree const& tree);

} // namespace sluice::tests::tidy
