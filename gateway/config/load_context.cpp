#include "gateway/config/load_context.hpp"

#include "codecs/text.hpp"
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

// TOML counts columns in characters of UTF-8; texts are cut in bytes.
std::size_t bytes_of_character(std::string_view text) {
    std::size_t size = 1;
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80)
        ++size;
    return size;
}

std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

} // namespace

load_context::load_context(std::string_view text, std::string file,
                           expression_checker const& checker, file_reader const& read)
    : lines_(split_lines(text))
    , file_(std::move(file))
    , checker_(checker)
    , read_(read) {}

void load_context::add(file_place const& at, std::string message, severity level) {
    if (said_.contains({at.line, at.column})) return;
    problems_.push_back({file_, at.line, at.column, at.key, std::move(message), level});
}

void load_context::error(file_place const& at, std::string message) {
    add(at, std::move(message), severity::error);
}

void load_context::error_alone(file_place const& at, std::string message) {
    error(at, std::move(message));
    said_.insert({at.line, at.column});
}

void load_context::warn(file_place const& at, std::string message) {
    add(at, std::move(message), severity::warning);
}

std::string_view load_context::text_at(file_place const& at) const {
    if (at.line == 0 || at.line > lines_.size() || at.column == 0) return {};
    auto rest = lines_[at.line - 1];
    for (std::size_t column = 1; column < at.column && !rest.empty(); ++column)
        rest.remove_prefix(bytes_of_character(rest));
    return rest;
}

std::optional<file_place> load_context::place_in_string(file_place const& at,
                                                        std::size_t offset) const {
    auto const rest = text_at(at);
    bool const is_literal = rest.starts_with('\'');
    bool const is_string = is_literal || rest.starts_with('"');
    if (!is_string || rest.substr(0, 3) == std::string(3, rest.front())) return {};
    // An escape makes characters of the file and of the string differ.
    bool const is_exact =
        is_literal || rest.substr(0, rest.find('"', 1)).find('\\') == std::string_view::npos;
    if (!is_exact) return {};
    return file_place{at.line, at.column + 1 + count_characters(rest.substr(1, offset)), at.key};
}

std::optional<file_place> load_context::place_in_lines(file_place const& at,
                                                       std::size_t offset) const {
    auto rest = text_at(at);
    bool const is_literal = rest.starts_with("'''");
    if (!is_literal && !rest.starts_with("\"\"\"")) return {};
    auto line = at.line - 1;
    auto column = at.column + 3;
    rest.remove_prefix(3);
    auto const is_exact = [&] {
        return !rest.ends_with('\r') && (is_literal || rest.find('\\') == std::string_view::npos);
    };
    // A line end right behind the quotes does not belong to the string (TOML 1.0, "String").
    bool is_outside = rest.empty();
    while (is_outside || offset > rest.size()) {
        if (!is_exact()) return {};
        if (!is_outside) offset -= rest.size() + 1;
        is_outside = false;
        if (++line >= lines_.size()) return {};
        rest = lines_[line];
        column = 1;
    }
    if (!is_exact()) return {};
    return file_place{line + 1, column + count_characters(rest.substr(0, offset)), at.key};
}

void load_context::error_in(file_place const& at, expression_problem const& found) {
    auto place = place_in_string(at, found.column);
    if (!place) place = place_in_lines(at, found.column);
    error(place.value_or(at), found.message);
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
    if (content) files_[named.text] = std::hash<std::string>{}(*content);
    // Editors exist that put a byte order mark in front; it belongs to no secret.
    if (content) return std::string(codecs::without_mark(*content));
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
