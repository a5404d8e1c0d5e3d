// A source file as the style rules see it. Text only: nothing here understands C++ beyond where
// comments and literals begin and end.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sluice::tests::tidy {

struct source_file {
    std::string path;               // From the repository's root, with '/'.
    std::string text;               // Every byte of it.
    std::vector<std::string> lines; // `text` split at LF, without the LF.
    // `lines` with comments, string and character literals overwritten by spaces: the same count
    // of lines, and every other character stands where it stood.
    std::vector<std::string> code;

    bool is_header() const { return path.ends_with(".hpp"); }
    bool is_source() const { return path.ends_with(".cpp"); }
    bool is_cpp() const { return is_header() || is_source(); }
};

// One place that breaks a rule.
struct finding {
    std::string path;
    std::size_t line = 0; // From 1; 0 where the whole file is meant.
    std::string message;
};

// "path:line: message", one a line.
std::string to_text(std::vector<finding> const& findings);

source_file make_source_file(std::string path, std::string text);

// Every .cpp, .hpp and CMakeLists.txt under codecs/, queue/, gateway/ and tests/ of `root`, and
// the top-level CMakeLists.txt; sorted by path. Throws where one cannot be read.
std::vector<source_file> read_tree(std::string const& root);

// `text` with comments and literals (raw strings too) overwritten by spaces; line ends stay.
std::string blank_comments_and_literals(std::string_view text);

} // namespace sluice::tests::tidy
