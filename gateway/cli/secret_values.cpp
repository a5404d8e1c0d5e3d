#include "gateway/cli/secret_values.hpp"

#include "codecs/text.hpp"
#include "gateway/config/load.hpp"
#include "gateway/config/reference.hpp"
#include "gateway/telemetry/redact.hpp"
#include "queue/postgres/without_password.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>

namespace sluice::gateway::cli {

namespace {

using text_value = toml::value<std::string>;

enum class holds { anything, fields, field, body, database, secret };
using taker = std::function<void(text_value&, holds)>;

// "destination.auth.bearer": as configuration_reference() names tables, and a key.
std::set<std::string, std::less<>> declared_secrets() {
    std::set<std::string, std::less<>> paths;
    for (auto const& row : config::configuration_reference()) {
        if (row.is_secret) paths.insert(row.table.empty() ? row.key : row.table + '.' + row.key);
    }
    return paths;
}

class secret_walk {
  public:
    explicit secret_walk(taker const& take)
        : take_(take) {}

    // What stands in a list, or in a table of a list, has the path of the list.
    void over(toml::node& of, std::string const& path, holds what) const {
        if (auto* text = of.as_string()) return take_(*text, what);
        if (auto* list = of.as_array()) {
            for (auto& each : *list)
                over(each, path, what);
        }
        auto* table = of.as_table();
        if (!table) return;
        for (auto&& [key, value] : *table) {
            auto const name = std::string(key.str());
            auto const inner = path.empty() ? name : path + '.' + name;
            over(value, inner, below(what, name, inner));
        }
    }

  private:
    holds below(holds what, std::string const& name, std::string const& path) const {
        if (what == holds::secret) return what;
        if (what == holds::fields)
            return telemetry::tells_secret(name) ? holds::secret : holds::field;
        if (path == "store.url" || path == "store.urls") return holds::database;
        if (secrets_.contains(path)) return holds::secret;
        if (name == "headers") return holds::fields;
        return name == "body" ? holds::body : holds::anything;
    }

    taker const& take_;
    std::set<std::string, std::less<>> secrets_ = declared_secrets();
};

bool begins_with_scheme_of_secret(std::string_view text) {
    constexpr std::array<std::string_view, 3> schemes{"bearer ", "basic ", "whsec_"};
    return std::ranges::any_of(schemes, [text](std::string_view scheme) {
        return codecs::equal_ignoring_case(text.substr(0, scheme.size()), scheme);
    });
}

bool is_of_scheme(char c) {
    return codecs::is_alphanumeric(c) || c == '+' || c == '-' || c == '.';
}

// Of every URL in the text.
std::string without_url_secrets(std::string_view text) {
    std::string out;
    std::size_t copied = 0;
    for (auto at = text.find("://"); at != text.npos; at = text.find("://", copied)) {
        auto begin = at;
        while (begin > copied && is_of_scheme(text[begin - 1]))
            --begin;
        auto const end = std::min(text.find_first_of(" \t\r\n\"'<>`", at), text.size());
        out += text.substr(copied, begin - copied);
        out += telemetry::hide_url_secrets(text.substr(begin, end - begin), config::redacted_mark);
        copied = end;
    }
    return out.append(text.substr(copied));
}

std::string without_secrets(std::string const& text, holds what) {
    auto const mark = config::redacted_mark;
    switch (what) {
    case holds::secret:
        return std::string(mark);
    case holds::database:
        return queue::postgres::without_password(text, mark);
    case holds::body:
        return without_url_secrets(telemetry::hide_secrets(text, mark));
    case holds::fields:
    case holds::field:
        if (begins_with_scheme_of_secret(text)) return std::string(mark);
        break;
    case holds::anything:
        break;
    }
    return without_url_secrets(text);
}

} // namespace

void for_each_secret(toml::table& in, std::function<void(text_value&)> const& take) {
    taker const of_secrets = [&take](text_value& text, holds what) {
        if (what == holds::secret) take(text);
    };
    secret_walk(of_secrets).over(in, {}, holds::anything);
}

void redact(toml::table& all) {
    taker const hide = [](text_value& text, holds what) {
        text = without_secrets(text.get(), what);
    };
    secret_walk(hide).over(all, {}, holds::anything);
}

} // namespace sluice::gateway::cli
