#include "gateway/cli/shown_configuration.hpp"

#include "gateway/cli/secret_values.hpp"
#include "gateway/config/load.hpp"
#include "gateway/config/reference.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>

namespace sluice::gateway::cli {

namespace {

constexpr std::array<std::string_view, 3> own_tables{"limits", "retention", "log"};

// A default as a value; nothing where words say what it is.
toml::table value_of(config::reference_row const& row) {
    try {
        return toml::parse(row.key + " = " + row.fallback);
    } catch (toml::parse_error const&) {
        return {};
    }
}

// Whether the key, or the file that has its value instead, is there.
bool is_given(toml::table const& in, std::string const& key) {
    return in.contains(key) || in.contains(key + "_file");
}

// What holds where a key is absent, of the tables that are the process's own.
void write_defaults(toml::table& all) {
    for (auto const& row : config::configuration_reference()) {
        if (std::ranges::find(own_tables, row.table) == own_tables.end()) continue;
        if (!all.contains(row.table)) all.insert(row.table, toml::table());
        auto& in = *all[row.table].as_table();
        if (is_given(in, row.key)) continue;
        auto const value = value_of(row);
        if (auto const* node = value.get(row.key))
            node->visit([&](auto const& held) { in.insert(row.key, held); });
    }
}

template <class Value, std::size_t N>
std::string word_of(std::array<config::choice<Value>, N> const& choices, Value value) {
    auto const found = std::ranges::find(choices, value, &config::choice<Value>::value);
    return std::string(found->word);
}

// What flags and environment may have changed.
void write_process(toml::table& to, config::configuration const& from) {
    toml::array listen;
    for (auto const& each : from.listen)
        listen.push_back(each.to_string());
    to.insert_or_assign("listen", std::move(listen));
    to.insert_or_assign("admin", from.admin.to_string());
    to.insert_or_assign("data", from.data);
    to.insert_or_assign("durability", from.durable.to_string());
    to.insert_or_assign("threads", static_cast<std::int64_t>(from.thread_count()));
    // A file of the token stays named as long as the token is that file's.
    if (from.admin_token && !to.contains("admin_token_file"))
        to.insert_or_assign("admin_token", std::string(config::redacted_mark));
    if (!to.contains("log")) to.insert("log", toml::table());
    auto& log = *to["log"].as_table();
    log.insert_or_assign("level", word_of(config::log_levels, from.logging.level));
    log.insert_or_assign("format", word_of(config::log_formats, from.logging.format));
}

} // namespace

std::string shown_configuration(std::string_view file, config::configuration const& in_force) {
    toml::table all = toml::parse(file);
    redact(all);
    write_process(all, in_force);
    write_defaults(all);
    std::ostringstream out;
    out << toml::toml_formatter(all, toml::format_flags::indentation);
    return out.str() + '\n';
}

} // namespace sluice::gateway::cli
