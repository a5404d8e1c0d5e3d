#include "gateway/config/table_reader.hpp"

#include "gateway/config/suggestion.hpp"
#include "gateway/config/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace sluice::gateway::config {
namespace {

std::string_view type_name(toml::node_type type) noexcept {
    switch (type) {
    case toml::node_type::table:
        return "a table";
    case toml::node_type::array:
        return "an array";
    case toml::node_type::string:
        return "a string";
    case toml::node_type::integer:
        return "a whole number";
    case toml::node_type::floating_point:
        return "a number with a point";
    case toml::node_type::boolean:
        return "true or false";
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time:
        return "a date or time";
    case toml::node_type::none:
        break;
    }
    return "nothing";
}

file_place at(toml::source_region const& region, std::string key) {
    return {region.begin.line, region.begin.column, std::move(key)};
}

std::string bounds_of(integer_range range) {
    return fmt::format("{} to {}", range.least, range.most);
}

std::string bounds_of(between<double> range) {
    return fmt::format("{} to {}", range.least, range.most);
}

std::string bounds_of(duration_range range) {
    return fmt::format("{} to {}", format_duration(range.least), format_duration(range.most));
}

std::string bounds_of(size_range range) {
    if (range.most == std::numeric_limits<std::int64_t>::max())
        return fmt::format("{} and more", format_size(range.least));
    return fmt::format("{} to {}", format_size(range.least), format_size(range.most));
}

std::string type_message(std::string_view expected, toml::node const& found) {
    return fmt::format("must be {}, not {}", expected, type_name(found.type()));
}

} // namespace

table_reader::table_reader(load_context& context, toml::table const& table, std::string key)
    : context_(&context)
    , table_(&table)
    , key_(std::move(key)) {}

toml::node const* table_reader::find(std::string_view key, std::string_view type,
                                     std::string bounds) {
    asked_.emplace_back(key);
    context_->note({key_, std::string(key), std::string(type), std::move(bounds)});
    return table_->get(key);
}

std::string table_reader::path_of(std::string_view key) const {
    return key_.empty() ? std::string(key) : fmt::format("{}.{}", key_, key);
}

file_place table_reader::where(std::string_view key) const {
    auto const* node = table_->get(key);
    return at(node ? node->source() : table_->source(), path_of(key));
}

file_place table_reader::where() const {
    return at(table_->source(), key_);
}

void table_reader::fail(std::string_view key, std::string message) {
    context_->error(where(key), std::move(message));
}

void table_reader::warn(std::string_view key, std::string message) {
    context_->warn(where(key), std::move(message));
}

void table_reader::wrong_type(std::string_view key, std::string_view expected) {
    fail(key, type_message(expected, *table_->get(key)));
}

std::optional<std::string> table_reader::word(std::string_view key, std::string choices) {
    auto const* node = find(key, "one of", std::move(choices));
    if (!node) return {};
    if (auto const* value = node->as_string()) return value->get();
    wrong_type(key, "a string");
    return {};
}

bool table_reader::has(std::string_view key) {
    return find(key) != nullptr;
}

bool table_reader::is_table(std::string_view key) {
    auto const* node = find(key);
    return node && node->is_table();
}

std::optional<located_text> table_reader::text_at(std::string_view key) {
    auto const* node = find(key, "text");
    if (!node) return {};
    if (auto const* value = node->as_string()) return located_text{value->get(), where(key)};
    wrong_type(key, "a string");
    return {};
}

std::optional<std::string> table_reader::text(std::string_view key) {
    auto found = text_at(key);
    if (!found) return {};
    return std::move(found->text);
}

std::optional<bool> table_reader::boolean(std::string_view key) {
    auto const* node = find(key, "true or false");
    if (!node) return {};
    if (auto const* value = node->as_boolean()) return value->get();
    wrong_type(key, "true or false");
    return {};
}

std::optional<std::int64_t> table_reader::integer(std::string_view key, integer_range range) {
    auto const* node = find(key, "whole number", bounds_of(range));
    if (!node) return {};
    auto const* value = node->as_integer();
    if (!value)
        wrong_type(key, "a whole number");
    else if (value->get() < range.least || value->get() > range.most)
        fail(key, fmt::format("must be between {} and {}", range.least, range.most));
    else
        return value->get();
    return {};
}

std::optional<double> table_reader::number(std::string_view key, between<double> range) {
    auto const* node = find(key, "number", bounds_of(range));
    if (!node) return {};
    auto const value = node->value<double>();
    if (!node->is_number() || !value) wrong_type(key, "a number");
    // Written so that "nan" fails it.
    else if (!(*value >= range.least && *value <= range.most))
        fail(key, fmt::format("must be between {} and {}", range.least, range.most));
    else
        return value;
    return {};
}

std::optional<std::chrono::milliseconds>
table_reader::to_duration(toml::node const& node, file_place const& place, duration_range range) {
    if (!node.is_string() && !node.is_number()) {
        context_->error(place, type_message("a duration such as \"5s\"", node));
        return {};
    }
    auto const value = node.is_string() ? parse_duration(node.as_string()->get())
                                        : duration_from_seconds(*node.value<double>());
    if (!value)
        context_->error(place, value.error().message());
    else if (*value < range.least || *value > range.most)
        context_->error(place,
                        fmt::format("must be between {} and {}", format_duration(range.least),
                                    format_duration(range.most)));
    else
        return *value;
    return {};
}

std::optional<std::chrono::milliseconds> table_reader::duration(std::string_view key,
                                                                duration_range range) {
    auto const* node = find(key, "duration", bounds_of(range));
    if (!node) return {};
    return to_duration(*node, where(key), range);
}

std::optional<std::uint64_t> table_reader::size(std::string_view key, size_range range) {
    auto const* node = find(key, "size", bounds_of(range));
    if (!node) return {};
    if (!node->is_string() && !node->is_integer()) {
        wrong_type(key, "a size such as \"256KiB\"");
        return {};
    }
    auto const value = parse_size(node->is_string() ? node->as_string()->get()
                                                    : std::to_string(node->as_integer()->get()));
    if (!value)
        fail(key, value.error().message());
    else if (*value < range.least || *value > range.most)
        fail(key, fmt::format("must be between {} and {}", format_size(range.least),
                              format_size(range.most)));
    else
        return *value;
    return {};
}

bool table_reader::take_text(toml::node const& node, std::string const& path,
                             std::vector<located_text>& to) {
    auto const* value = node.as_string();
    if (value) to.push_back({value->get(), at(node.source(), path)});
    return value != nullptr;
}

std::vector<located_text> table_reader::texts(std::string_view key) {
    std::vector<located_text> found;
    auto const* node = find(key, "text or list of texts");
    if (!node) return found;
    auto const path = path_of(key);
    if (take_text(*node, path, found)) return found;
    if (!node->is_array()) {
        wrong_type(key, "a string or an array of strings");
        return found;
    }
    std::size_t index = 0;
    for (auto const& element : *node->as_array()) {
        auto const element_path = fmt::format("{}[{}]", path, index++);
        if (!take_text(element, element_path, found))
            context_->error(at(element.source(), element_path), type_message("a string", element));
    }
    return found;
}

std::vector<std::int64_t> table_reader::integers(std::string_view key, integer_range range) {
    std::vector<std::int64_t> found;
    auto const* node = find(key, "list of whole numbers", bounds_of(range));
    if (!node) return found;
    if (!node->is_array()) {
        wrong_type(key, "an array of whole numbers");
        return found;
    }
    std::size_t index = 0;
    for (auto const& element : *node->as_array()) {
        auto const place = at(element.source(), fmt::format("{}[{}]", path_of(key), index++));
        auto const* value = element.as_integer();
        if (!value)
            context_->error(place, type_message("a whole number", element));
        else if (value->get() < range.least || value->get() > range.most)
            context_->error(place,
                            fmt::format("must be between {} and {}", range.least, range.most));
        else
            found.push_back(value->get());
    }
    return found;
}

std::vector<std::chrono::milliseconds> table_reader::durations(std::string_view key,
                                                               duration_range range) {
    std::vector<std::chrono::milliseconds> found;
    auto const* node = find(key, "list of durations", bounds_of(range));
    if (!node) return found;
    if (!node->is_array()) {
        wrong_type(key, "an array of durations");
        return found;
    }
    std::size_t index = 0;
    for (auto const& element : *node->as_array()) {
        auto const place = at(element.source(), fmt::format("{}[{}]", path_of(key), index++));
        if (auto const value = to_duration(element, place, range)) found.push_back(*value);
    }
    return found;
}

std::vector<std::pair<located_text, located_text>> table_reader::text_pairs(std::string_view key) {
    std::vector<std::pair<located_text, located_text>> found;
    auto const* node = find(key, "table of texts");
    if (!node) return found;
    if (!node->is_table()) {
        wrong_type(key, "a table of strings");
        return found;
    }
    for (auto const& [name, element] : *node->as_table()) {
        auto const path = fmt::format("{}.{}", path_of(key), name.str());
        located_text const left{std::string(name.str()), at(name.source(), path)};
        if (auto const* value = element.as_string())
            found.emplace_back(left, located_text{value->get(), at(element.source(), path)});
        else
            context_->error(at(element.source(), path), type_message("a string", element));
    }
    // The library sorts by name; the order of header lines is the operator's.
    std::ranges::stable_sort(found, {}, [](auto const& pair) {
        return std::pair(pair.first.at.line, pair.first.at.column);
    });
    return found;
}

std::vector<located_text> table_reader::keys() const {
    std::vector<located_text> found;
    for (auto const& [name, element] : *table_) {
        found.push_back({std::string(name.str()), at(name.source(), path_of(name.str()))});
    }
    std::ranges::stable_sort(
        found, {}, [](located_text const& key) { return std::pair(key.at.line, key.at.column); });
    return found;
}

toml::array const* table_reader::array(std::string_view key) {
    auto const* node = find(key);
    return node ? node->as_array() : nullptr;
}

std::optional<table_reader> table_reader::table(std::string_view key) {
    auto const* node = find(key, "table");
    if (!node) return {};
    if (auto const* inner = node->as_table()) return table_reader(*context_, *inner, path_of(key));
    wrong_type(key, "a table");
    return {};
}

std::vector<table_reader> table_reader::tables(std::string_view key) {
    std::vector<table_reader> found;
    auto const* node = find(key, "tables");
    if (!node) return found;
    if (!node->is_array()) {
        fail(key, fmt::format("must be written as [[{}]], once for each", key));
        return found;
    }
    std::size_t index = 0;
    for (auto const& element : *node->as_array()) {
        auto const path = fmt::format("{}[{}]", path_of(key), index++);
        if (auto const* inner = element.as_table())
            found.emplace_back(*context_, *inner, path);
        else
            context_->error(at(element.source(), path), type_message("a table", element));
    }
    return found;
}

void table_reader::require(std::string_view key) {
    if (has(key)) return;
    context_->error(where(), fmt::format("the key \"{}\" is missing", key));
}

void table_reader::finish() {
    for (auto const& [name, node] : *table_) {
        if (std::ranges::find(asked_, name.str()) != asked_.end()) continue;
        auto const near = nearest(name.str(), asked_);
        context_->error(at(name.source(), path_of(name.str())),
                        near.empty() ? std::string("unknown key")
                                     : fmt::format("unknown key; did you mean \"{}\"?", near));
    }
}

} // namespace sluice::gateway::config
