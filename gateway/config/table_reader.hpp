// Reads one TOML table key by key. A key that is asked for is known; finish() reports the others.
// Every getter returns nothing both where the key is absent (no problem) and where its value is
// wrong (a problem was reported), so that defaults stay and reading goes on. Lives on the stack.
#pragma once

#include "gateway/config/choice.hpp"
#include "gateway/config/load_context.hpp"

#include <boost/system/result.hpp>
#include <toml++/toml.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::gateway::config {

template <class T>
struct between {
    T least;
    T most;
};

using integer_range = between<std::int64_t>;
using duration_range = between<std::chrono::milliseconds>;
using size_range = between<std::uint64_t>;

class table_reader {
  public:
    // `key` is the table's path, empty for the root. Context and table must outlive this.
    table_reader(load_context& context, toml::table const& table, std::string key);

    bool has(std::string_view key);
    // Whether the value is a table, for keys that take one or something else.
    bool is_table(std::string_view key);
    std::optional<std::string> text(std::string_view key);
    std::optional<located_text> text_at(std::string_view key);
    std::optional<bool> boolean(std::string_view key);
    std::optional<std::int64_t> integer(std::string_view key, integer_range range);
    std::optional<double> number(std::string_view key, between<double> range);
    std::optional<std::chrono::milliseconds> duration(std::string_view key, duration_range range);
    std::optional<std::uint64_t> size(std::string_view key, size_range range);

    // The strings of an array; a string alone counts as an array of one. Wrong elements are left
    // out.
    std::vector<located_text> texts(std::string_view key);
    std::vector<std::int64_t> integers(std::string_view key, integer_range range);
    std::vector<std::chrono::milliseconds> durations(std::string_view key, duration_range range);
    // The strings of a table of strings, with their keys, in the order of the file.
    std::vector<std::pair<located_text, located_text>> text_pairs(std::string_view key);

    // The keys of this table in the order of the file, for a table whose keys are the operator's.
    std::vector<located_text> keys() const;

    // The array itself, where only its length matters. Reports nothing.
    toml::array const* array(std::string_view key);
    std::optional<table_reader> table(std::string_view key);
    // The tables of an array of tables.
    std::vector<table_reader> tables(std::string_view key);

    // A string that is one of the words.
    template <class Value, std::size_t N>
    std::optional<Value> one_of(std::string_view key, std::array<choice<Value>, N> const& choices);

    // A string that `parse` must take.
    template <class T>
    std::optional<T> parsed(std::string_view key,
                            boost::system::result<T> (*parse)(std::string_view));
    // The same for an array of strings.
    template <class T>
    std::vector<T> parsed_list(std::string_view key,
                               boost::system::result<T> (*parse)(std::string_view));

    // Reports a must-key that is absent, at the table.
    void require(std::string_view key);
    // Reports every key of the table that was not asked for.
    void finish();

    void fail(std::string_view key, std::string message);
    void warn(std::string_view key, std::string message);

    load_context& context() const noexcept { return *context_; }
    // Of the key's value, or of the table where the key is absent.
    file_place where(std::string_view key) const;
    file_place where() const;

  private:
    toml::node const* find(std::string_view key, std::string_view type = {},
                           std::string bounds = {});
    std::optional<std::string> word(std::string_view key, std::string choices);
    std::string path_of(std::string_view key) const;
    void wrong_type(std::string_view key, std::string_view expected);
    bool take_text(toml::node const& node, std::string const& path, std::vector<located_text>& to);
    std::optional<std::chrono::milliseconds>
    to_duration(toml::node const& node, file_place const& at, duration_range range);

    load_context* context_;
    toml::table const* table_;
    std::string key_;
    std::vector<std::string> asked_;
};

template <class Value, std::size_t N>
std::optional<Value> table_reader::one_of(std::string_view key,
                                          std::array<choice<Value>, N> const& choices) {
    std::span<choice<Value> const> const all(choices);
    auto const given = word(key, choice_message(all));
    if (!given) return {};
    auto const found = find_choice(*given, all);
    if (!found) fail(key, choice_message(all));
    return found;
}

template <class T>
std::optional<T> table_reader::parsed(std::string_view key,
                                      boost::system::result<T> (*parse)(std::string_view)) {
    auto const found = text(key);
    if (!found) return {};
    auto value = parse(*found);
    if (value) return std::move(*value);
    fail(key, value.error().message());
    return {};
}

template <class T>
std::vector<T> table_reader::parsed_list(std::string_view key,
                                         boost::system::result<T> (*parse)(std::string_view)) {
    std::vector<T> values;
    for (auto const& found : texts(key)) {
        auto value = parse(found.text);
        if (value)
            values.push_back(std::move(*value));
        else
            context_->error(found.at, value.error().message());
    }
    return values;
}

// Writes the value where there is one.
template <class To, class From>
void assign(To& to, std::optional<From> from) {
    if (from) to = static_cast<To>(std::move(*from));
}

} // namespace sluice::gateway::config
