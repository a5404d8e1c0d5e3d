#include "gateway/cli/secret_values.hpp"

#include "gateway/config/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <regex>

namespace sluice::gateway::cli {

namespace {

constexpr std::array<std::string_view, 8> secret_keys{"admin_token",   "secret",  "secrets",
                                                      "cust_tokens",   "basic",   "bearer",
                                                      "client_secret", "password"};

bool is_secret(std::string_view key) {
    return std::ranges::find(secret_keys, key) != secret_keys.end();
}

// Header fields by names that say so, beside those that always carry one.
bool is_secret_header(std::string const& name) {
    static std::regex const pattern("authorization|cookie|token|secret|password|api-?key|signature",
                                    std::regex::icase);
    return std::regex_search(name, pattern);
}

void take_all(toml::node& of, std::function<void(toml::value<std::string>&)> const& take) {
    if (auto* text = of.as_string()) return take(*text);
    if (auto* list = of.as_array()) {
        for (auto& each : *list)
            take_all(each, take);
    }
}

// Below a key "headers" the names are those of header fields.
void walk(toml::node& of, bool is_headers,
          std::function<void(toml::value<std::string>&)> const& take) {
    if (auto* list = of.as_array()) {
        for (auto& each : *list)
            walk(each, is_headers, take);
    }
    auto* table = of.as_table();
    if (!table) return;
    for (auto&& [key, value] : *table) {
        auto const name = std::string(key.str());
        if (is_secret(name) || (is_headers && is_secret_header(name)))
            take_all(value, take);
        else
            walk(value, name == "headers", take);
    }
}

void redact_texts(toml::node& of) {
    if (auto* text = of.as_string()) *text = without_secrets(text->get());
    if (auto* list = of.as_array()) {
        for (auto& each : *list)
            redact_texts(each);
    }
    if (auto* table = of.as_table()) {
        for (auto&& [key, value] : *table)
            redact_texts(value);
    }
}

} // namespace

void for_each_secret(toml::table& in, std::function<void(toml::value<std::string>&)> const& take) {
    walk(in, false, take);
}

std::string without_secrets(std::string_view text) {
    static std::regex const password("(://[^/?#@\\s:]*):[^/?#@\\s]*@");
    static std::regex const parameter(
        "([?&][^=&#\\s]*(key|token|secret|password|signature)[^=&#\\s]*=)[^&#\\s]+",
        std::regex::icase);
    static std::regex const setting("(\\bpassword\\s*=\\s*)[^\\s&]+"); // as libpq writes it
    auto const mark = std::string(config::redacted_mark);
    if (text.find("://") == text.npos)
        return std::regex_replace(std::string(text), setting, "$1" + mark);
    auto const first = std::regex_replace(std::string(text), password, "$1:" + mark + "@");
    return std::regex_replace(first, parameter, "$1" + mark);
}

void redact(toml::table& all) {
    for_each_secret(all, [](auto& value) { value = std::string(config::redacted_mark); });
    redact_texts(all);
}

} // namespace sluice::gateway::cli
