#include "codecs/xpath.hpp"

#include "codecs/xml.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::codecs {

namespace {

// A literal that XPath 1.0 can write: it has no escapes, only a choice of quotes.
std::string quoted(std::string_view text) {
    char const quote = text.find('\'') == text.npos ? '\'' : '"';
    return fmt::format("{0}{1}{0}", quote, text);
}

// Bytes of the name without a prefix that `text` begins with.
std::size_t plain_name_length(std::string_view text) noexcept {
    auto const length = xml_name_length(text);
    return std::min(text.substr(0, length).find(':'), length);
}

// Bytes of `:name` or `:*`, but not of the `::` behind an axis.
std::size_t suffix_length(std::string_view text) noexcept {
    if (!text.starts_with(':')) return 0;
    if (text.substr(1).starts_with('*')) return 2;
    auto const length = plain_name_length(text.substr(1));
    return length == 0 ? 0 : length + 1;
}

void append_test(std::string& out, std::string_view local_name, std::string_view uri) {
    out.append("*[");
    if (local_name != "*") out.append(fmt::format("local-name()='{}' and ", local_name));
    out.append(fmt::format("namespace-uri()={}]", quoted(uri)));
}

// Calls `other` for each piece that has no prefix, and `prefixed(prefix, ":name")` for the rest.
template <class Other, class Prefixed>
void walk(std::string_view expression, Other&& other, Prefixed&& prefixed) {
    std::size_t i = 0;
    while (i < expression.size()) {
        char const c = expression[i];
        auto const here = expression.substr(i);
        if (c == '"' || c == '\'') {
            auto const close = here.find(c, 1);
            auto const size = close == here.npos ? here.size() : close + 1;
            other(here.substr(0, size));
            i += size;
            continue;
        }
        auto const prefix = here.substr(0, plain_name_length(here));
        if (prefix.empty()) {
            other(here.substr(0, 1));
            ++i;
            continue;
        }
        auto const suffix = here.substr(prefix.size(), suffix_length(here.substr(prefix.size())));
        if (suffix.empty()) {
            other(prefix);
        } else {
            prefixed(prefix, suffix);
        }
        i += prefix.size() + suffix.size();
    }
}

} // namespace

std::string rewrite_prefixes(std::string_view expression, namespace_table const& namespaces) {
    std::string rewritten;
    walk(
        expression, [&](std::string_view text) { rewritten.append(text); },
        [&](std::string_view prefix, std::string_view suffix) {
            auto const known = namespaces.find(prefix);
            if (known == namespaces.end()) {
                rewritten.append(prefix).append(suffix);
            } else {
                append_test(rewritten, suffix.substr(1), known->second);
            }
        });
    return rewritten;
}

std::string unknown_prefix(std::string_view expression, namespace_table const& namespaces) {
    std::string unknown;
    walk(
        expression, [](std::string_view) {},
        [&](std::string_view prefix, std::string_view) {
            if (unknown.empty() && prefix != "xml" && !namespaces.contains(prefix)) {
                unknown = prefix;
            }
        });
    return unknown;
}

result<xpath> xpath::compile(std::string_view expression, namespace_table const& namespaces) {
    auto const rewritten = rewrite_prefixes(expression, namespaces);
    try {
        return xpath(std::make_shared<pugi::xpath_query const>(rewritten.c_str()));
    } catch (pugi::xpath_exception const& failed) {
        auto const offset =
            static_cast<std::size_t>(std::max<std::ptrdiff_t>(failed.result().offset, 0));
        // The place is known only where nothing was rewritten in front of it.
        return error_at(errc::invalid_path, expression, rewritten == expression ? offset : 0,
                        fmt::format("this is not an XPath: {}", failed.what()));
    }
}

std::optional<std::string> xpath::find(pugi::xml_node context) const {
    if (query_->return_type() != pugi::xpath_type_node_set) return query_->evaluate_string(context);
    auto const first = query_->evaluate_node(context);
    if (!first) return std::nullopt;
    if (first.attribute()) return first.attribute().value();
    auto const node = first.node();
    bool const is_leaf = node.type() != pugi::node_element && node.type() != pugi::node_document;
    return is_leaf ? node.value() : xml_string_value(node);
}

} // namespace sluice::codecs
