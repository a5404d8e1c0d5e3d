#include "gateway/config/error.hpp"
#include "gateway/config/readers.hpp"
#include "gateway/config/text_checks.hpp"
#include "gateway/http/text.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace sluice::gateway::config {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t longest_path = 256;

constexpr std::array<choice<route_credential>, 3> credentials{{
    {"none", route_credential::none},
    {"bearer", route_credential::bearer},
    {"signature", route_credential::signature},
}};

bool is_path_character(char c) noexcept {
    return http::is_alphanumeric(c) ||
           std::string_view("-._~!$&'()*+,;=:@/").find(c) != std::string_view::npos;
}

// Why a path is none for a route, or nothing.
std::string path_problem(std::string_view path) {
    constexpr std::string_view prefix = "/in/";
    if (!path.starts_with(prefix) || path.size() == prefix.size())
        return "must begin with /in/ and a name";
    if (path.ends_with('/')) return "must not end with a slash: it takes what is below it anyway";
    if (path.size() > longest_path) return "must have 256 characters at most";
    if (!std::ranges::all_of(path, is_path_character))
        return "must have the characters of a URL path, without escapes and query";
    if (path.find("//") != std::string_view::npos || path.find("/./") != std::string_view::npos ||
        path.find("/../") != std::string_view::npos || path.ends_with("/.") ||
        path.ends_with("/.."))
        return "must not have empty, \".\" or \"..\" segments";
    return {};
}

bool is_json_pointer(std::string_view text) {
    for (auto tilde = text.find('~'); tilde != std::string_view::npos;
         tilde = text.find('~', tilde + 1)) {
        if (tilde + 1 == text.size()) return false;
        if (text[tilde + 1] != '0' && text[tilde + 1] != '1') return false;
    }
    return text.starts_with('/');
}

std::optional<dedup_rule> read_dedup(table_reader& in) {
    auto const text = in.text("dedup");
    if (!text) return {};
    if (*text == "body") return dedup_rule{};
    if (is_json_pointer(*text)) return dedup_rule{dedup_source::json_pointer, *text};
    auto const checked = check_header_name(*text);
    // A webhook-id is what one would look at: reserved are only headers that are sent.
    if (checked || checked.error() == error::header_reserved)
        return dedup_rule{dedup_source::header, *text};
    in.fail("dedup", "must be \"body\", a JSON Pointer or the name of a header");
    return {};
}

void read_credential(table_reader& in, route& to) {
    assign(to.require, in.one_of("require", credentials));
    to.signing_secrets = read_signing_secrets(in, key_use::verify);
    bool const has_secret = in.has("secret") || in.has("secret_file");
    bool const needs_secret = to.require == route_credential::signature;
    if (needs_secret && !has_secret) in.fail("require", "\"signature\" needs \"secret\" as well");
    if (!needs_secret && has_secret)
        in.warn("secret", "has no effect without require = \"signature\"");
}

void read_destinations(table_reader& in, route& to) {
    in.require("destinations");
    std::set<std::string> seen;
    auto const names = in.texts("destinations");
    for (auto const& name : names) {
        if (!seen.insert(name.text).second)
            in.context().error(name.at, "this destination is already in the list");
        in.context().use(name_kind::destination, name);
        to.destinations.push_back(name.text);
    }
    auto const* given = in.array("destinations");
    if (given && given->empty()) in.fail("destinations", "must name one destination at least");
}

} // namespace

route read_route(table_reader in) {
    route to;
    in.require("path");
    if (auto const path = in.text_at("path")) {
        to.path = path->text;
        if (auto const problem = path_problem(to.path); !problem.empty()) in.fail("path", problem);
        in.context().define(name_kind::route, *path);
    }
    in.require("account");
    if (auto const account = in.text_at("account")) {
        to.account = account->text;
        in.context().use(name_kind::account, *account);
    }
    read_destinations(in, to);
    read_credential(in, to);
    to.dedup = read_dedup(in);
    assign(to.dedup_window, in.duration("dedup_window", {1s, 24h * 31}));
    if (!to.dedup && in.has("dedup_window"))
        in.warn("dedup_window", "has no effect without \"dedup\"");
    in.finish();
    return to;
}

} // namespace sluice::gateway::config
