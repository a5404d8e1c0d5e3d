#include "codecs/answer.hpp"

#include "codecs/json.hpp"
#include "codecs/media_type.hpp"
#include "codecs/text.hpp"

namespace sluice::codecs {

namespace {

// What the body is by its type or, where that says nothing, by how it begins.
media_kind kind_of(std::string_view content_type, std::string_view body) {
    if (auto const declared = body_kind(content_type)) {
        if (*declared == media_kind::json || *declared == media_kind::xml) return *declared;
    }
    auto const first = body.find_first_not_of(" \t\r\n");
    if (first == body.npos) return media_kind::other;
    if (body[first] == '{' || body[first] == '[') return media_kind::json;
    return body[first] == '<' ? media_kind::xml : media_kind::other;
}

} // namespace

void answer::read() const {
    if (form_ != form::unread) return;
    form_ = form::neither;
    // Senders exist that put a byte order mark in front of JSON; in an answer it does no harm.
    if (body_.starts_with(byte_order_mark)) body_.remove_prefix(byte_order_mark.size());
    auto const kind = kind_of(content_type_, body_);
    if (kind == media_kind::json) {
        auto const checked = check_json(body_);
        if (checked) {
            form_ = form::json;
        } else {
            error_ = checked.error();
        }
    } else if (kind == media_kind::xml) {
        auto parsed = parse_xml(body_);
        if (parsed) {
            form_ = form::xml;
            xml_.emplace(*std::move(parsed));
        } else {
            error_ = parsed.error();
        }
    }
}

std::optional<std::string_view> answer::json() const {
    read();
    return form_ == form::json ? std::optional(body_) : std::nullopt;
}

xml_document const* answer::xml() const {
    read();
    return xml_ ? &*xml_ : nullptr;
}

std::optional<decode_error> const& answer::error() const {
    read();
    return error_;
}

} // namespace sluice::codecs
