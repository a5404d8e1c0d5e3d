#include "gateway/config/readers.hpp"
#include "gateway/config/text_checks.hpp"
#include "gateway/config/webhook_names.hpp"
#include "gateway/http/text.hpp"

#include <algorithm>
#include <array>

namespace sluice::gateway::config {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t longest_variable = 128;

constexpr std::array<choice<std::string_view>, 6> methods{{
    {"GET", "GET"},
    {"HEAD", "HEAD"},
    {"POST", "POST"},
    {"PUT", "PUT"},
    {"PATCH", "PATCH"},
    {"DELETE", "DELETE"},
}};

void check_template(load_context& context, located_text const& text, template_use use,
                    std::string_view content_type = {}) {
    for (auto const& wrong : context.checker().check_template(text.text, use, content_type))
        context.error_in(text.at, wrong);
}

bool is_word_character(char c) noexcept {
    return http::is_alphanumeric(c) || c == '_';
}

bool is_name_character(char c) noexcept {
    return is_word_character(c) || c == '-' || c == '.';
}

// What an answer may set. The other families are the platform's own.
bool is_settable_variable(std::string_view name) {
    for (std::string_view const family : {"$flow.key.", "$user.key."}) {
        if (!name.starts_with(family)) continue;
        auto const own = name.substr(family.size());
        return !own.empty() && name.size() <= longest_variable && is_word_character(own.front()) &&
               is_word_character(own.back()) && std::ranges::all_of(own, is_name_character);
    }
    return false;
}

// A prefix for XPath: a name without a colon.
bool is_prefix(std::string_view text) {
    return !text.empty() && is_word_character(text.front()) &&
           !(text.front() >= '0' && text.front() <= '9') &&
           std::ranges::all_of(text, is_name_character);
}

void read_widget_url(table_reader& in, widget& to) {
    in.require("url");
    auto const url = in.text_at("url");
    if (!url) return;
    to.url = url->text;
    check_template(in.context(), *url, template_use::url);
    // A variable in the authority would let a caller choose the server.
    auto const authority = url->text.find("//");
    auto const end =
        url->text.find_first_of("/\\?#", authority == std::string::npos ? 0 : authority + 2);
    if (url->text.substr(0, end).find('$') != std::string::npos)
        in.fail("url", "must not have a variable in scheme, host or port");
    else
        to.url = check_url(in.context(), *url, policy_of(to.connection));
}

void read_request(table_reader& in, widget& to) {
    assign(to.method, in.one_of("method", methods));
    for (auto const& [name, value] : in.text_pairs("headers"))
        check_template(in.context(), value, template_use::header);
    if (auto const type = in.text("content_type")) {
        to.content_type = *type;
        if (type->find('/') == std::string::npos || !check_header_value(*type))
            in.fail("content_type", "must be a media type such as \"application/json\"");
    }
    if (auto const body = in.text_at("body")) {
        to.body = body->text;
        check_template(in.context(), *body, template_use::body, to.content_type);
    }
}

// A path, or { path = "…", default = "…" }.
void read_map(table_reader& in, widget& to) {
    for (auto const& variable : in.keys()) {
        mapped_variable one{variable.text, {}};
        std::optional<located_text> path;
        if (in.is_table(variable.text)) {
            auto entry = *in.table(variable.text);
            entry.require("path");
            path = entry.text_at("path");
            one.default_ = entry.text("default");
            entry.finish();
        } else {
            path = in.text_at(variable.text);
        }
        if (!is_settable_variable(variable.text))
            in.context().error(variable.at, "must be a variable such as \"$flow.key.name\"");
        if (!path) continue;
        one.path = path->text;
        auto const wrong =
            in.context().checker().check_mapping(variable.text, path->text, to.namespaces);
        if (wrong) in.context().error_in(path->at, *wrong);
        to.map.push_back(std::move(one));
    }
}

void read_answer(table_reader& in, widget& to) {
    for (auto const& [prefix, name] : in.text_pairs("namespaces")) {
        to.namespaces.emplace_back(prefix.text, name.text);
        if (!is_prefix(prefix.text))
            in.context().error(prefix.at, "must be an XML prefix such as \"w\"");
        if (name.text.empty()) in.context().error(name.at, "must be the URI of a namespace");
    }
    if (auto map = in.table("map")) read_map(*map, to);
    to.wait = in.duration("wait", {0ms, 5min});
}

} // namespace

widget read_widget(table_reader in) {
    widget to;
    to.name = read_name(in, "name", name_kind::widget);
    // The name becomes a segment of a path.
    if (to.name == "." || to.name == "..") in.fail("name", "must not be a dot segment");
    if (std::ranges::find(webhook_names, to.name) != webhook_names.end())
        in.fail("name", "is the name of a built-in webhook");
    in.require("account");
    if (auto const account = in.text_at("account")) {
        to.account = account->text;
        in.context().use(name_kind::account, *account);
    }
    to.connection = read_upstream(in);
    read_widget_url(in, to);
    read_request(in, to);
    if (auto table = in.table("retry")) to.retry = read_retry(*table);
    read_answer(in, to);
    in.finish();
    return to;
}

} // namespace sluice::gateway::config
