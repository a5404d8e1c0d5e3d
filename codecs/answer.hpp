// What a destination answered, as far as rules and mappings look at it. The body is parsed at the
// first look, once, as JSON or XML by its first character; its Content-Type decides where that says
// nothing. It is read tolerantly: strictness would only have a call repeated that was taken. Refers
// to what it is made from, which must outlive it; belongs to one thread.
#pragma once

#include "codecs/json_pointer.hpp"
#include "codecs/xml.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::codecs {

class answer {
  public:
    // `content_type` may be empty; `header_lines` are "Name: value\r\n" each. A body that is
    // neither JSON nor XML has no values. Names may stand twice (the last counts), levels go down
    // to 256, bytes that are not UTF-8 become U+FFFD; see `xml_reading` for XML.
    answer(int status, std::string_view content_type, std::string_view body,
           std::string_view header_lines = {})
        : status_(status)
        , content_type_(content_type)
        , body_(body)
        , header_lines_(header_lines) {}

    // The body cannot be decoded: it has no values and no text, and `why` says so in one line.
    void cannot_be_decoded(std::string why) { undecodable_ = std::move(why); }

    [[nodiscard]] int status() const noexcept { return status_; }
    [[nodiscard]] std::string_view body() const noexcept { return body_; }

    // The body if it is JSON.
    [[nodiscard]] std::optional<std::string_view> json() const;
    // The body if it is an XML document, else nullptr.
    [[nodiscard]] xml_document const* xml() const;
    // The body as text, without a byte order mark; nothing where it could not be decoded.
    [[nodiscard]] std::optional<std::string_view> text() const;
    // The values of the field of this name in any case, joined by ", "; nothing without one.
    [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
    // Why the body could not be read, if somebody looked for a value in it and it could not: "line
    // 1, column 12: …". Empty for an empty body, in which there is nothing to read.
    [[nodiscard]] std::string unreadable() const;

  private:
    enum class form { unread, json, xml, neither };

    void read() const;
    void read_json(std::string_view body) const;
    void read_xml(std::string_view body) const;

    int status_;
    std::string_view content_type_;
    std::string_view body_;
    std::string_view header_lines_;
    std::optional<std::string> undecodable_;
    mutable form form_ = form::unread;
    mutable bool text_is_missed_ = false;
    // The JSON as it is to be read, where it had to be mended.
    mutable std::optional<std::string> mended_;
    mutable std::optional<xml_document> xml_;
    mutable std::optional<decode_error> error_;
};

} // namespace sluice::codecs
