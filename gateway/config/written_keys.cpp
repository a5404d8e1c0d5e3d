#include "gateway/config/written_keys.hpp"

#include "gateway/config/fingerprints.hpp"

#include <fmt/format.h>

#include <set>
#include <sstream>
#include <string_view>

namespace sluice::gateway::config {
namespace {

using keys_of_table = std::map<std::string, std::uint64_t>;

// Of an element of an array of tables: what it is called, or its place.
std::string name_of(toml::table const& element, std::size_t place) {
    for (auto const* key : {"name", "id", "path"}) {
        if (auto const* text = element[key].as_string()) return text->get();
    }
    return std::to_string(place + 1);
}

class walk {
  public:
    explicit walk(file_fingerprints const& files)
        : files_(files) {}

    void over(toml::table const& table, std::string const& prefix, keys_of_table& to) const {
        for (auto const& [key, node] : table)
            take(prefix + std::string(key.str()), node, to);
    }

    void take(std::string const& name, toml::node const& node, keys_of_table& to) const {
        if (auto const* inner = node.as_table()) return over(*inner, name + '.', to);
        to[name] = value_of(node);
    }

  private:
    std::uint64_t value_of(toml::node const& node) const {
        std::ostringstream text;
        node.visit([&text](auto const& value) { text << value; });
        std::uint64_t value = std::hash<std::string>{}(text.str());
        auto const* path = node.as_string();
        auto const found = path ? files_.find(path->get()) : files_.end();
        if (found != files_.end()) value = value * 31 + found->second;
        return value;
    }

    file_fingerprints const& files_;
};

std::string joined(std::set<std::string> const& keys) {
    std::string text;
    for (auto const& key : keys)
        text += (text.empty() ? "" : ", ") + key;
    return text;
}

std::set<std::string> differing(keys_of_table const& before, keys_of_table const& after) {
    std::set<std::string> keys;
    for (auto const& [key, value] : before) {
        auto const found = after.find(key);
        if (found == after.end() || found->second != value) keys.insert(key);
    }
    for (auto const& [key, value] : after) {
        if (!before.contains(key)) keys.insert(key);
    }
    return keys;
}

// What is named stands in the file more than once: it can come and go.
bool is_named(std::string_view table) {
    return table.find(' ') != table.npos;
}

} // namespace

written_keys keys_written(toml::table const& root, file_fingerprints const& files) {
    written_keys all;
    walk const walker(files);
    for (auto const& [key, node] : root) {
        std::string const name(key.str());
        auto const* array = node.as_array();
        if (auto const* table = node.as_table()) {
            walker.over(*table, "", all[name]);
        } else if (array && array->is_array_of_tables()) {
            for (std::size_t i = 0; i < array->size(); ++i) {
                auto const& element = *array->get(i)->as_table();
                walker.over(element, "", all[fmt::format("{} {}", name, name_of(element, i))]);
            }
        } else {
            walker.take(name, node, all[""]);
        }
    }
    return all;
}

std::vector<std::string> changed_keys(written_keys const& before, written_keys const& after) {
    std::vector<std::string> changes;
    std::set<std::string> tables;
    for (auto const* all : {&before, &after}) {
        for (auto const& [table, keys] : *all)
            tables.insert(table);
    }
    for (auto const& table : tables) {
        auto const old = before.find(table);
        auto const now = after.find(table);
        if (is_named(table) && old == before.end()) {
            changes.push_back(table + " is new");
        } else if (is_named(table) && now == after.end()) {
            changes.push_back(table + " is gone");
        } else {
            auto const keys = differing(old == before.end() ? keys_of_table() : old->second,
                                        now == after.end() ? keys_of_table() : now->second);
            if (keys.empty()) continue;
            changes.push_back(table.empty() ? joined(keys) : table + ": " + joined(keys));
        }
    }
    return changes;
}

} // namespace sluice::gateway::config
