#include "gateway/config/load_context.hpp"

#include "gateway/config/suggestion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace sluice::gateway::config {
namespace {

std::vector<std::string_view> split_lines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        auto const end = text.find('\n');
        lines.push_back(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    return lines;
}

std::string_view noun(name_kind kind) noexcept {
    switch (kind) {
    case name_kind::account:
        return "account";
    case name_kind::destination:
        return "destination";
    case name_kind::route:
        return "route";
    case name_kind::widget:
        return "widget";
    case name_kind::secret:
        return "secret";
    case name_kind::cust_token:
        return "cust_token";
    }
    return "name";
}

bool is_confidential(name_kind kind) noexcept {
    return kind == name_kind::secret || kind == name_kind::cust_token;
}

} // namespace

load_context::load_context(std::string_view text, std::string file,
                           expression_checker const& checker, file_reader const& read)
    : lines_(split_lines(text))
    , file_(std::move(file))
    , checker_(checker)
    , read_(read) {}

void load_context::add(location const& at, std::string message, severity level) {
    problems_.push_back({file_, at.line, at.column, at.key, std::move(message), level});
}

void load_context::error(location const& at, std::string message) {
    add(at, std::move(message), severity::error);
}

void load_context::warn(location const& at, std::string message) {
    add(at, std::move(message), severity::warning);
}

bool load_context::is_plain_string(location const& at) const {
    if (at.line == 0 || at.line > lines_.size()) return false;
    auto const line = lines_[at.line - 1];
    if (at.column == 0 || at.column > line.size()) return false;
    auto const rest = line.substr(at.column - 1);
    char const quote = rest.front();
    if ((quote != '"' && quote != '\'') || rest.substr(0, 3) == std::string(3, quote)) return false;
    // An escape makes characters of the file and of the string differ.
    return quote == '\'' || rest.substr(0, rest.find('"', 1)).find('\\') == std::string_view::npos;
}

std::optional<location> load_context::place_in_lines(location const& at,
                                                     std::size_t offset) const {
    if (at.line == 0 || at.line > lines_.size() || at.column == 0) return {};
    auto line = at.line - 1;
    auto rest = lines_[line].substr(std::min(at.column - 1, lines_[line].size()));
    bool const is_literal = rest.starts_with("'''");
    if (!is_literal && !rest.starts_with("\"\"\"")) return {};
    auto column = at.column + 2;
    rest.remove_prefix(3);
    // A line end right behind the quotes does not belong to the string (TOML 1.0, "String").
    bool is_first = rest.empty();
    while (is_first || offset > rest.size()) {
        if (!is_first) offset -= rest.size() + 1;
        is_first = false;
        if (++line >= lines_.size()) return {};
        rest = lines_[line];
        column = 0;
        bool const is_exact = !rest.ends_with('\r') &&
                              (is_literal || rest.find('\\') == std::string_view::npos);
        if (!is_exact) return {};
    }
    return location{line + 1, column + offset + 1, at.key};
}

void load_context::error_in(location const& at, expression_problem const& found) {
    location exact = at;
    if (is_plain_string(at)) {
        exact.column += 1 + found.column;
    } else if (auto const place = place_in_lines(at, found.column)) {
        exact = *place;
    }
    error(exact, found.message);
}

void load_context::define(name_kind kind, located_text const& name) {
    auto const [first, is_new] = defined_.try_emplace({kind, name.text}, name.at.line);
    if (is_new) return;
    auto const shown = is_confidential(kind) ? std::string() : fmt::format(" \"{}\"", name.text);
    error(name.at,
          fmt::format("this {}{} is already in line {}", noun(kind), shown, first->second));
}

void load_context::use(name_kind kind, located_text name) {
    uses_.emplace_back(kind, std::move(name));
}

void load_context::check_uses() {
    for (auto const& [kind, name] : uses_) {
        if (defined_.contains({kind, name.text})) continue;
        std::vector<std::string> known;
        for (auto const& [defined, line] : defined_)
            if (defined.first == kind) known.push_back(defined.second);
        auto const near = nearest(name.text, known);
        error(name.at,
              fmt::format("there is no {} \"{}\"{}", noun(kind), name.text,
                          near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near)));
    }
}

std::optional<std::string> load_context::content_of(located_text const& named) {
    auto content = read_(named.text);
    if (content) return std::move(*content);
    error(named.at,
          fmt::format("\"{}\" cannot be read: {}", named.text, content.error().message()));
    return {};
}

problem_list load_context::take_problems() {
    std::ranges::stable_sort(problems_, {},
                             [](problem const& p) { return std::tuple(p.line, p.column); });
    return std::exchange(problems_, {});
}

} // namespace sluice::gateway::config
