#include "codecs/named_values.hpp"

#include <algorithm>
#include <cctype>

namespace sluice::codecs {

namespace {

constexpr std::string_view white_space = " \t\r\n";

bool is_name_part(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.' ||
           c == '$';
}

struct value_place {
    std::size_t begin = 0;
    std::size_t length = 0;
    bool is_there = false;
};

value_place between(std::size_t begin, std::size_t end) {
    return {begin, end - begin, true};
}

value_place value_in_quotes(std::string_view text, std::size_t begin) {
    auto end = begin;
    while (end < text.size() && text[end] != '"')
        end += text[end] == '\\' ? 2 : 1;
    return between(begin, std::min(end, text.size()));
}

// Behind `<name`.
value_place value_of_element(std::string_view text) {
    auto const open = text.find('>');
    if (open == text.npos || (open > 0 && text[open - 1] == '/')) return {};
    return between(open + 1, std::min(text.find('<', open), text.size()));
}

// What `name="…"` in the tag says, behind `<name`.
std::string_view label_in_tag(std::string_view text) {
    constexpr std::string_view attribute = " name=\"";
    auto const tag = text.substr(0, text.find('>'));
    auto const at = tag.find(attribute);
    if (at == tag.npos) return {};
    auto const value = tag.substr(at + attribute.size());
    return value.substr(0, value.find('"'));
}

// Behind `"name"` of JSON or `name` of a form.
value_place value_of_member(std::string_view text) {
    auto at = std::min(text.find_first_not_of("\" \t\r\n"), text.size());
    if (at == text.size() || (text[at] != ':' && text[at] != '=')) return {};
    at = std::min(text.find_first_not_of(white_space, at + 1), text.size());
    if (at == text.size() || text[at] == '{') return {};
    if (text[at] == '"') return value_in_quotes(text, at + 1);
    if (text[at] == '[') return between(at, std::min(text.find(']', at), text.size()));
    return between(at, std::min(text.find_first_of(",&}] \t\r\n<", at), text.size()));
}

} // namespace

bool named_value_walk::next(named_value& to) {
    while (at_ < text_.size()) {
        if (!is_name_part(text_[at_])) {
            ++at_;
            continue;
        }
        bool const is_element = at_ > 0 && text_[at_ - 1] == '<';
        auto const begin = at_;
        while (at_ < text_.size() && is_name_part(text_[at_]))
            ++at_;
        auto const rest = text_.substr(at_);
        auto const found = is_element ? value_of_element(rest) : value_of_member(rest);
        if (!found.is_there) continue;
        to.name = text_.substr(begin, at_ - begin);
        to.value = rest.substr(found.begin, found.length);
        to.label = is_element ? label_in_tag(rest) : std::string_view();
        if (!is_element && to.name == "value") to.label = last_name_value_;
        last_name_value_ = !is_element && to.name == "name" ? to.value : std::string_view();
        behind_ = at_ + found.begin + found.length;
        return true;
    }
    return false;
}

} // namespace sluice::codecs
