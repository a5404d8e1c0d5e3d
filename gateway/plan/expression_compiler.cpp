#include "gateway/plan/expression_compiler.hpp"

#include "codecs/mapping.hpp"
#include "codecs/rule.hpp"
#include "gateway/plan/template_format.hpp"

#include <fmt/format.h>

namespace sluice::gateway::plan {

namespace {

using problem = config::expression_problem;

template <class T>
std::optional<problem> problem_of(codecs::result<T> const& compiled) {
    if (compiled) return std::nullopt;
    auto const& error = compiled.error();
    return problem{error.detail, error.where.offset};
}

codecs::template_format format_of(config::template_use use, std::string_view content_type) {
    switch (use) {
    case config::template_use::url:
        return codecs::template_format::url;
    case config::template_use::header:
        return codecs::template_format::header;
    case config::template_use::body:
        break;
    }
    return template_format_of(content_type);
}

} // namespace

std::optional<problem> expression_compiler::check_rule(std::string_view rule) const {
    return problem_of(codecs::rule::compile(rule));
}

std::vector<problem> expression_compiler::check_template(std::string_view text,
                                                         config::template_use use,
                                                         std::string_view content_type) const {
    std::vector<problem> found;
    if (auto wrong = problem_of(codecs::text_template::compile(text, format_of(use, content_type))))
        found.push_back(std::move(*wrong));
    for (auto& each : codecs::find_doubtful_names(text))
        found.push_back({std::move(each.detail), each.offset});
    return found;
}

std::optional<problem> expression_compiler::check_mapping(
    std::string_view, std::string_view path,
    std::span<std::pair<std::string, std::string> const> namespaces) const {
    codecs::namespace_table table;
    for (auto const& [prefix, uri] : namespaces)
        table.emplace(prefix, uri);
    if (auto wrong = problem_of(codecs::answer_path::compile(path, table))) return wrong;
    // Without a table prefixes match as the answer spells them; with one, another is a mistake.
    // A JSON Pointer may have any colon.
    if (table.empty()) return std::nullopt;
    auto const unknown = codecs::unknown_prefix(path, table);
    if (unknown.empty()) return std::nullopt;
    return problem{
        fmt::format("the prefix {} is not in namespaces", codecs::quoted_excerpt(unknown)),
        path.find(unknown + ':')};
}

} // namespace sluice::gateway::plan
