// The pieces of RFC 9110's grammar that Content-Type and Accept are made of: tokens, media types
// and parameters. Private to media_type.cpp; refers to the field's text. Any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::codecs {

class media_type_parser {
  public:
    explicit media_type_parser(std::string_view text)
        : text_(text) {
        skip_white_space();
    }

    [[nodiscard]] std::size_t offset() const noexcept { return at_; }
    [[nodiscard]] bool is_at_end() const noexcept { return at_ == text_.size(); }
    [[nodiscard]] bool is_at(char c) const noexcept { return !is_at_end() && text_[at_] == c; }

    // Takes the character and white space behind it; false when another stands here.
    bool take(char c);
    // `type "/" subtype` and white space behind it. `*` is a token, so ranges pass as well.
    bool take_type(std::string_view& type, std::string_view& subtype);
    // `token "=" ( token / quoted-string )` and white space behind it (section 5.6.6).
    bool take_parameter(std::string_view& name, std::string& value);

  private:
    void skip_white_space();
    std::string_view take_token();
    bool take_quoted(std::string& value);

    std::string_view text_;
    std::size_t at_ = 0;
};

} // namespace sluice::codecs
