#include "codecs/mapping.hpp"

#include "codecs/json_scan.hpp"

namespace sluice::codecs {

namespace {

// What no sensible JSON Pointer has, so that it must be meant as an XPath.
bool looks_like_xpath(std::string_view path) noexcept {
    return path.find_first_of("[(@*") != path.npos || path.find("//") != path.npos;
}

// `/a/b` but not `//a`: what can be tried again from the root element.
bool is_absolute(std::string_view path) noexcept {
    return path.size() > 1 && path[0] == '/' && path[1] != '/';
}

} // namespace

result<answer_path> answer_path::compile(std::string_view text, namespace_table const& namespaces) {
    bool const is_xpath_only = looks_like_xpath(text);
    if (!text.starts_with('/') && text.find('(') == text.npos) {
        return error_at(errc::invalid_path, text, 0, "expected a path that begins with /");
    }
    answer_path path;
    path.text_ = text;
    auto const pointer = json_pointer::compile(text);
    if (pointer) path.pointer_ = *pointer;
    auto const absolute = xpath::compile(text, namespaces);
    if (!absolute && (is_xpath_only || !pointer)) return absolute.error();
    if (absolute) {
        path.absolute_ = *absolute;
        if (is_absolute(text)) {
            auto const below_root = xpath::compile(text.substr(1), namespaces);
            if (below_root) path.below_root_ = *below_root;
        }
    }
    return path;
}

std::optional<std::string> answer_path::find(answer const& from) const {
    if (auto const json = from.json()) {
        if (!pointer_) return std::nullopt;
        auto const raw = json_find(*json, *pointer_);
        return raw ? std::optional(json_text(*raw)) : std::nullopt;
    }
    auto const* const xml = from.xml();
    if (xml == nullptr || !absolute_) return std::nullopt;
    auto found = absolute_->find(xml->document());
    if (!found && below_root_) found = below_root_->find(xml->root());
    return found;
}

result<answer_mapping> answer_mapping::compile(std::vector<mapped_variable> const& table,
                                               namespace_table const& namespaces) {
    answer_mapping mapping;
    for (auto const& [variable, path, otherwise] : table) {
        auto compiled = answer_path::compile(path, namespaces);
        if (!compiled) {
            auto error = compiled.error();
            error.pointer = variable;
            return error;
        }
        mapping.entries_.push_back({variable, *std::move(compiled), otherwise});
    }
    return mapping;
}

mapped_answer answer_mapping::apply(answer const& from) const {
    mapped_answer mapped;
    for (auto const& [variable, path, otherwise] : entries_) {
        if (auto value = path.find(from)) {
            mapped.values.emplace_back(variable, *std::move(value));
        } else if (otherwise) {
            mapped.values.emplace_back(variable, *otherwise);
        } else {
            mapped.missing.push_back(variable);
        }
    }
    return mapped;
}

} // namespace sluice::codecs
