#include "gateway/config/syntax_errors.hpp"

#include "gateway/config/syntax_words.hpp"
#include "gateway/http/text.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <optional>

namespace sluice::gateway::config {
namespace {

// What a multi-line string stands between.
constexpr std::string_view basic_mark = "\"\"\"";
constexpr std::string_view literal_mark = "'''";

bool is_key_character(char c) {
    return http::is_alphanumeric(c) || c == '_' || c == '-' || c == '.' || c == '"' || c == '\'' ||
           c == ' ' || c == '\t';
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

// Where a piece of a line that is quoted by `mark` ends, from `at` on, behind the mark; npos where
// it does not. Of a basic string a backslash takes the next character with it.
std::size_t end_of_quoted(std::string_view line, std::size_t at, std::string_view mark) {
    for (; at < line.size(); ++at) {
        if (line.substr(at).starts_with(mark)) return at + mark.size();
        if (mark.front() == '"' && line[at] == '\\') ++at;
    }
    return line.npos;
}

// The mark of the multi-line string that is open at the end of a line at whose beginning `open`
// was; empty: none.
std::string_view open_after(std::string_view line, std::string_view open) {
    std::size_t at = 0;
    if (!open.empty()) {
        at = end_of_quoted(line, 0, open);
        if (at == line.npos) return open;
        // Two more quotes may stand before the three that end it.
        while (at < line.size() && line[at] == open.front())
            ++at;
    }
    while ((at = line.find_first_of("#\"'", at)) != line.npos && line[at] != '#') {
        auto const rest = line.substr(at);
        std::string_view const mark = rest.starts_with(basic_mark)     ? basic_mark
                                      : rest.starts_with(literal_mark) ? literal_mark
                                                                       : rest.substr(0, 1);
        at = end_of_quoted(line, at + mark.size(), mark);
        if (at == line.npos) return mark.size() == 1 ? std::string_view() : mark;
    }
    return {};
}

// Which lines begin inside a multi-line string: nothing of what stands there is a statement.
std::vector<bool> lines_in_strings(std::vector<std::string> const& lines) {
    std::vector<bool> inside;
    std::string_view open;
    for (auto const& line : lines) {
        inside.push_back(!open.empty());
        open = open_after(line, open);
    }
    return inside;
}

// Of a text of these lines.
std::optional<syntax_error> first_error(std::string_view text,
                                        std::vector<std::string> const& lines) {
    try {
        static_cast<void>(toml::parse(text));
        return std::nullopt;
    } catch (toml::parse_error const& wrong) {
        auto const& at = wrong.source().begin;
        bool const is_known = at.line > 0 && at.line <= lines.size();
        std::string_view const line = is_known ? std::string_view(lines[at.line - 1]) : "";
        return syntax_error{at.line, at.column, syntax_words(wrong.description(), line, at.column)};
    }
}

// Takes the statement out that line `at` is of. What stands below a header that is taken out must
// not become part of the table above it.
void take_out(std::vector<std::string>& lines, std::size_t at) {
    auto const inside = lines_in_strings(lines);
    auto const begins = [&](std::size_t i) { return !inside[i] && begins_statement(lines[i]); };
    auto begin = at;
    while (begin > 0 && !begins(begin))
        --begin;
    auto end = at + 1;
    while (end < lines.size() && !begins(end))
        ++end;
    bool const was_header = is_header(lines[begin]);
    for (auto i = begin; i < end; ++i)
        lines[i].clear();
    if (was_header) lines[begin] = fmt::format("[__taken_out_{}]", begin);
}

} // namespace

std::vector<syntax_error> find_syntax_errors(std::string_view text) {
    std::vector<syntax_error> found;
    auto lines = lines_of(text);
    auto error = first_error(text, lines);
    while (error && found.size() < most_syntax_errors) {
        // The same place again, or one before: what was taken out was not the reason.
        if (!found.empty() && error->line <= found.back().line) break;
        found.push_back(*error);
        if (error->line == 0 || error->line > lines.size()) break;
        take_out(lines, error->line - 1);
        error = first_error(fmt::format("{}\n", fmt::join(lines, "\n")), lines);
    }
    return found;
}

} // namespace sluice::gateway::config
