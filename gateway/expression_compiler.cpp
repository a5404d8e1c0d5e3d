#include "gateway/expression_compiler.hpp"

#include "codecs/mapping.hpp"
#include "codecs/rule.hpp"
#include "gateway/template_format.hpp"

namespace sluice::gateway {

namespace {

using problem = config::expression_problem;

template <class T>
std::optional<problem> problem_of(codecs::result<T> const& compiled) {
    if (compiled) return std::nullopt;
    auto const& error = compiled.error();
    return problem{error.detail, error.where.offset};
}

} // namespace

std::optional<problem> expression_compiler::check_rule(std::string_view rule) const {
    return problem_of(codecs::rule::compile(rule));
}

std::optional<problem> expression_compiler::check_template(std::string_view text,
                                                           std::string_view content_type) const {
    auto const format =
        content_type.empty() ? codecs::template_format::plain : template_format_of(content_type);
    return problem_of(codecs::text_template::compile(text, format));
}

std::optional<problem> expression_compiler::check_mapping(
    std::string_view, std::string_view path,
    std::span<std::pair<std::string, std::string> const> namespaces) const {
    codecs::namespace_table table;
    for (auto const& [prefix, uri] : namespaces) table.emplace(prefix, uri);
    return problem_of(codecs::answer_path::compile(path, table));
}

} // namespace sluice::gateway
