#include "codecs/media_type_parser.hpp"

#include "codecs/text.hpp"

#include <algorithm>

namespace sluice::codecs {

namespace {

// RFC 9110 section 5.6.2.
bool is_token_character(char c) noexcept {
    static constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return is_alphanumeric(c) || marks.find(c) != std::string_view::npos;
}

} // namespace

void media_type_parser::skip_white_space() {
    at_ = std::min(text_.find_first_not_of(" \t", at_), text_.size());
}

bool media_type_parser::take(char c) {
    if (!is_at(c)) return false;
    ++at_;
    skip_white_space();
    return true;
}

std::string_view media_type_parser::take_token() {
    auto const start = at_;
    while (!is_at_end() && is_token_character(text_[at_]))
        ++at_;
    return text_.substr(start, at_ - start);
}

bool media_type_parser::take_type(std::string_view& type, std::string_view& subtype) {
    type = take_token();
    if (type.empty() || !is_at('/')) return false;
    ++at_;
    subtype = take_token();
    if (subtype.empty()) return false;
    skip_white_space();
    return true;
}

bool media_type_parser::take_parameter(std::string_view& name, std::string& value) {
    name = take_token();
    if (name.empty() || !is_at('=')) return false;
    ++at_;
    if (is_at('"')) {
        if (!take_quoted(value)) return false;
    } else {
        value = take_token();
        if (value.empty()) return false;
    }
    skip_white_space();
    return true;
}

bool media_type_parser::take_quoted(std::string& value) {
    value.clear();
    for (++at_; !is_at_end(); ++at_) {
        if (text_[at_] == '"') {
            ++at_;
            return true;
        }
        if (text_[at_] == '\\' && ++at_ == text_.size()) return false;
        value.push_back(text_[at_]);
    }
    return false;
}

} // namespace sluice::codecs
