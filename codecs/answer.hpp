// What a destination answered, as far as rules and mappings look at it. The body is parsed at the
// first look, once, as JSON or XML by its Content-Type (or by its first character where that says
// nothing). Refers to both, which must outlive it; belongs to one thread.
#pragma once

#include "codecs/json_pointer.hpp"
#include "codecs/xml.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace sluice::codecs {

class answer {
  public:
    // `content_type` may be empty. A body that is neither JSON nor XML has no values, which is no
    // error.
    answer(int status, std::string_view content_type, std::string_view body)
        : status_(status)
        , content_type_(content_type)
        , body_(body) {}

    [[nodiscard]] int status() const noexcept { return status_; }
    [[nodiscard]] std::string_view body() const noexcept { return body_; }

    // The body if it is valid JSON.
    [[nodiscard]] std::optional<std::string_view> json() const;
    // The body if it is a well-formed XML document, else nullptr.
    [[nodiscard]] xml_document const* xml() const;
    // Why the body could not be read, if it could not.
    [[nodiscard]] std::optional<decode_error> const& error() const;

  private:
    enum class form { unread, json, xml, neither };

    void read() const;

    int status_;
    std::string_view content_type_;
    // Without its byte order mark once it is read.
    mutable std::string_view body_;
    mutable form form_ = form::unread;
    mutable std::optional<xml_document> xml_;
    mutable std::optional<decode_error> error_;
};

} // namespace sluice::codecs
