// From TOML to a configuration, or to the list of everything that is wrong with it.
// Reads the file and the files it names (secrets, certificates); opens nothing else.
#pragma once

#include "gateway/config/configuration.hpp"
#include "gateway/config/expression_checker.hpp"
#include "gateway/config/problem.hpp"

#include <boost/system/result.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace sluice::gateway::config {

// Stands for a secret where a configuration is shown; as a value it is an error.
inline constexpr std::string_view redacted_mark = "<redacted>";

// Gives the content of a named file (at most 1 MiB), or why it cannot be read.
using file_reader = std::function<boost::system::result<std::string>(std::string const& path)>;

// The real one.
boost::system::result<std::string> read_file(std::string const& path);

struct load_result {
    configuration settings; // Meaningful only where ok().
    problem_list problems;  // Errors and warnings, sorted by position.
    std::string text;       // Of load_file: the file, as it was when it was read.

    bool ok() const noexcept { return !has_errors(problems); }
};

// Parses and checks `text`; `file` is only the name in problems.
load_result load(std::string_view text, std::string const& file, expression_checker const& checker,
                 file_reader const& read = read_file);

// Reads and checks the file at `path`; warns where others than its owner can read secrets in it.
load_result load_file(std::string const& path, expression_checker const& checker);

} // namespace sluice::gateway::config
