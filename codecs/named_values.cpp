#include "codecs/named_values.hpp"

#include "codecs/text.hpp"

#include <algorithm>

namespace sluice::codecs {

namespace {

constexpr std::size_t longest_tag = 256;        // bytes in which a label is looked for
constexpr std::size_t longest_part_head = 1024; // bytes of the header of a part
constexpr std::size_t most_failures = 64;       // searches for the end of an element
constexpr std::string_view cdata_begin = "<![CDATA[";

bool is_name_part(char c) {
    return is_alphanumeric(c) || c == '_' || c == '-' || c == '.' || c == '$';
}

bool is_blank(char c) {
    return white_space.find(c) != white_space.npos;
}

} // namespace

std::size_t named_value_walk::find(mark& of, std::size_t from) {
    if (of.is_known && of.from <= from && from <= of.at) return of.at;
    auto const next = of.is_any_of ? text_.find_first_of(of.what, from) : text_.find(of.what, from);
    auto const found = std::min(next, text_.size());
    looked_ += found - from;
    of.from = from;
    of.at = found;
    of.is_known = true;
    return found;
}

// The quote that ends the string whose text begins there; the end of the text without one.
std::size_t named_value_walk::end_of_string(std::size_t at) {
    auto const begin = at;
    while (at < text_.size() && text_[at] != '"')
        at += text_[at] == '\\' ? 2 : 1;
    at = std::min(at, text_.size());
    looked_ += at - begin;
    return at;
}

// Behind the bracket that closes the one at `at`.
std::size_t named_value_walk::end_of_brackets(std::size_t at) {
    std::size_t depth = 0;
    for (auto i = at; i < text_.size(); ++i) {
        auto const c = text_[i];
        if (c == '"') i = end_of_string(i + 1);
        if (c == '[' || c == '{') ++depth;
        if ((c == ']' || c == '}') && --depth == 0) {
            looked_ += i + 1 - at;
            return i + 1;
        }
    }
    looked_ += text_.size() - at;
    return text_.size();
}

// Where "</name" begins that ends the element which came last; the next tag's begin without one.
std::size_t named_value_walk::end_of_element() {
    auto const from = last_.begin;
    for (auto at = from; failures_ < most_failures; at += 2) {
        auto const found = std::min(text_.find("</", at), text_.size());
        looked_ += found - at;
        if (found == text_.size()) break;
        auto const behind = text_.substr(found + 2);
        bool const is_its_own =
            behind.starts_with(last_name_) &&
            (behind.size() == last_name_.size() || !is_name_part(behind[last_name_.size()]));
        if (is_its_own) return found;
        at = found;
    }
    ++failures_;
    return std::max(last_.end, find(tag_begin_, std::min(from, text_.size())));
}

// `at`: behind `<name`.
named_value_walk::place named_value_walk::in_element(std::size_t at) {
    auto const open = find(tag_end_, at);
    if (open == text_.size() || (open > at && text_[open - 1] == '/')) return {};
    auto const begin = open + 1;
    if (text_.substr(begin).starts_with(cdata_begin)) {
        auto const inner = begin + cdata_begin.size();
        return {inner, find(cdata_end_, inner), form::element};
    }
    return {begin, find(tag_begin_, begin), form::element};
}

// What `name="…"` in the tag says, `at`: behind `<name`.
std::string_view named_value_walk::label_in_tag(std::size_t at) {
    constexpr std::string_view attribute = "name=";
    auto const tag = text_.substr(at, std::min(find(tag_end_, at) - at, longest_tag));
    looked_ += tag.size();
    for (auto found = tag.find(attribute); found != tag.npos; found = tag.find(attribute, found)) {
        bool const is_whole = found > 0 && is_blank(tag[found - 1]);
        found += attribute.size();
        if (!is_whole || found == tag.size() || (tag[found] != '"' && tag[found] != '\'')) continue;
        auto const value = tag.substr(found + 1);
        return value.substr(0, value.find(tag[found]));
    }
    return {};
}

// `at`: behind the name of a part of a multipart body, in its Content-Disposition.
named_value_walk::place named_value_walk::in_part(std::size_t at) {
    auto const head = text_.substr(at, longest_part_head);
    auto const end = std::min(head.find("\n\n"), head.find("\n\r\n"));
    looked_ += std::min(end, head.size());
    if (end == head.npos) return {};
    auto const begin = at + end + (head[end + 1] == '\r' ? 3 : 2);
    auto last = find(part_begin_, begin);
    if (last > begin && last < text_.size() && text_[last - 1] == '\r') --last;
    return {begin, last, form::word};
}

// `at`: behind `"name"` of JSON, or `name` of anything else.
named_value_walk::place named_value_walk::behind_name(std::size_t at, bool is_quoted) {
    auto const blanks = is_quoted ? white_space : std::string_view("\"' \t\r\n");
    auto const skip = [&](std::string_view what) {
        auto const begin = at;
        at = std::min(text_.find_first_not_of(what, at), text_.size());
        looked_ += at - begin;
    };
    skip(blanks);
    if (at == text_.size() || (text_[at] != ':' && text_[at] != '=')) return {};
    bool const is_field = text_[at] == '=';
    ++at;
    skip(is_field ? std::string_view(" \t") : white_space);
    if (at == text_.size()) return {};
    switch (text_[at]) {
    case '{':
        return {at, at, form::object};
    case '[':
        return {at, find(list_end_, at), form::list};
    case '"':
        return {at + 1, end_of_string(at + 1), form::text};
    case '\'':
        return {at + 1, find(quote_, at + 1), form::text};
    default:
        return {at, find(is_field ? field_end_ : plain_end_, at),
                is_quoted || is_field ? form::word : form::line};
    }
}

bool named_value_walk::give(named_value& to, std::string_view name, place const& found) {
    last_ = found;
    last_name_ = name;
    behind_ = found.end;
    to.name = name;
    to.value = text_.substr(found.begin, found.end - found.begin);
    to.group = group_;
    if (name == "value" && to.label.empty()) to.label = name_value_;
    if (name == "name" || name == "key") name_value_ = to.value;
    return true;
}

// A string at `at_` that is the name of a member; else the walk goes into it.
bool named_value_walk::take_quoted(named_value& to) {
    auto const begin = ++at_;
    auto const end = end_of_string(begin);
    if (end == text_.size()) return false;
    auto const found = behind_name(end + 1, true);
    if (found.is == form::none) {
        closing_ = end;
        return false;
    }
    at_ = end + 1;
    to.label = {};
    to.is_quoted = true;
    return give(to, text_.substr(begin, end - begin), found);
}

bool named_value_walk::take_word(named_value& to) {
    to.is_quoted = false;
    bool const is_element = at_ > 0 && text_[at_ - 1] == '<';
    auto const begin = at_;
    while (at_ < text_.size() && (is_name_part(text_[at_]) || (is_element && text_[at_] == ':')))
        ++at_;
    auto const name = text_.substr(begin, at_ - begin);
    if (is_element) {
        bool const is_of_a_pair = name == "name" || name == "value";
        if (!is_of_a_pair) {
            ++group_;
            name_value_ = {};
        }
        auto const found = in_element(at_);
        if (found.is == form::none) return false;
        to.label = label_in_tag(at_);
        return give(to, name, found);
    }
    auto const found = behind_name(at_, false);
    if (found.is == form::none) return false;
    bool const is_of_a_part = name == "name" && text_.substr(0, begin).ends_with("form-data; ");
    if (is_of_a_part) {
        auto const label = text_.substr(found.begin, found.end - found.begin);
        if (auto const part = in_part(found.end); part.is != form::none) {
            at_ = found.end;
            to.label = {};
            return give(to, label, part);
        }
    }
    to.label = {};
    return give(to, name, found);
}

// What ends may have been a pair of a name and a value.
void named_value_walk::leave_element() {
    at_ += 2;
    auto const begin = at_;
    while (at_ < text_.size() && (is_name_part(text_[at_]) || text_[at_] == ':'))
        ++at_;
    auto const name = text_.substr(begin, at_ - begin);
    if (name == "name" || name == "value") return;
    ++group_;
    name_value_ = {};
}

bool named_value_walk::next(named_value& to) {
    for (; at_ < text_.size(); ++looked_) {
        auto const c = text_[at_];
        if (c == '"' && at_ != closing_) {
            if (take_quoted(to)) return true;
        } else if (is_name_part(c)) {
            if (take_word(to)) return true;
        } else if (text_.substr(at_, 2) == "</") {
            leave_element();
        } else {
            bool const is_in_a_string = at_ < closing_;
            if ((c == '{' || c == '}') && !is_in_a_string) {
                ++group_;
                name_value_ = {};
            }
            // A quote that is escaped begins nothing.
            auto const after = at_ + 1 < text_.size() ? text_[at_ + 1] : ' ';
            at_ += c == '\\' && (after == '"' || after == '\\') ? 2 : 1;
        }
    }
    return false;
}

std::string_view named_value_walk::take_whole() {
    auto begin = last_.begin;
    auto end = last_.end;
    switch (last_.is) {
    case form::object:
    case form::list:
        end = end_of_brackets(last_.begin);
        break;
    case form::element:
        end = end_of_element();
        if (text_.substr(0, begin).ends_with(cdata_begin)) begin -= cdata_begin.size();
        break;
    case form::line:
        end = std::min(text_.find_first_of("\r\n\"<", begin), text_.size());
        looked_ += end - begin;
        break;
    default:
        break;
    }
    at_ = behind_ = end;
    return text_.substr(begin, end - begin);
}

} // namespace sluice::codecs
