#include "gateway/config/syntax_errors.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <optional>

namespace sluice::gateway::config {
namespace {

bool is_key_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == '"' || c == '\'' || c == ' ' || c == '\t';
}

// "[table]": brackets with nothing of a value between them, and no comma behind.
bool is_header(std::string_view line) {
    auto const begin = line.find_first_not_of(" \t");
    if (begin == line.npos || line[begin] != '[') return false;
    return line.find_first_of(",=") >= line.find('#');
}

// Whether a statement begins here: a header, or a key and "=".
bool begins_statement(std::string_view line) {
    if (is_header(line)) return true;
    auto const equals = line.find('=');
    if (equals == line.npos || line.find_first_not_of(" \t") == equals) return false;
    for (auto const c : line.substr(0, equals)) {
        if (!is_key_character(c)) return false;
    }
    return true;
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        auto const end = text.find('\n');
        lines.emplace_back(text.substr(0, end));
        text = end == text.npos ? std::string_view() : text.substr(end + 1);
    }
    return lines;
}

std::optional<syntax_error> first_error(std::string const& text) {
    try {
        static_cast<void>(toml::parse(text));
        return std::nullopt;
    } catch (toml::parse_error const& wrong) {
        auto const& begin = wrong.source().begin;
        return syntax_error{begin.line, begin.column, std::string(wrong.description())};
    }
}

// Takes the statement out that line `at` is of. What stands below a header that is taken out must
// not become part of the table above it.
void take_out(std::vector<std::string>& lines, std::size_t at) {
    auto begin = at;
    while (begin > 0 && !begins_statement(lines[begin]))
        --begin;
    auto end = at + 1;
    while (end < lines.size() && !begins_statement(lines[end]))
        ++end;
    bool const was_header = is_header(lines[begin]);
    for (auto i = begin; i < end; ++i)
        lines[i].clear();
    if (was_header) lines[begin] = fmt::format("[__taken_out_{}]", begin);
}

} // namespace

std::vector<syntax_error> find_syntax_errors(std::string_view text) {
    std::vector<syntax_error> found;
    auto error = first_error(std::string(text));
    auto lines = lines_of(text);
    while (error && found.size() < most_syntax_errors) {
        // The same place again, or one before: what was taken out was not the reason.
        if (!found.empty() && error->line <= found.back().line) break;
        found.push_back(*error);
        if (error->line == 0 || error->line > lines.size()) break;
        take_out(lines, error->line - 1);
        error = first_error(fmt::format("{}", fmt::join(lines, "\n")));
    }
    return found;
}

} // namespace sluice::gateway::config
