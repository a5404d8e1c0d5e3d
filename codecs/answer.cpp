#include "codecs/answer.hpp"

#include "codecs/json.hpp"
#include "codecs/json_scan.hpp"
#include "codecs/media_type.hpp"
#include "codecs/text.hpp"
#include "codecs/utf8.hpp"

#include <algorithm>

namespace sluice::codecs {

namespace {

constexpr json_limits answer_limits{.depth = 256};

// What the body is by how it begins or, where that says nothing, by its type: many label JSON as
// text, and some XML as JSON.
media_kind kind_of(std::string_view content_type, std::string_view body) {
    auto const first = body.find_first_not_of(white_space);
    if (first == body.npos) return media_kind::other;
    if (body[first] == '{' || body[first] == '[') return media_kind::json;
    // UTF-16 begins with a byte that no other text begins with, or with a zero beside its "<".
    bool const is_xml = body[first] == '<' || body.starts_with("\xFF\xFE") ||
                        body.starts_with("\xFE\xFF") || body[first] == '\0';
    if (is_xml) return media_kind::xml;
    auto const declared = parse_media_type(content_type);
    return declared ? declared->kind : media_kind::other;
}

} // namespace

void answer::read() const {
    if (form_ != form::unread) return;
    form_ = form::neither;
    if (undecodable_) {
        error_ = decode_error{errc::unsupported_media_type, *undecodable_};
        return;
    }
    auto const body = without_mark(body_);
    switch (kind_of(content_type_, body)) {
    case media_kind::json:
        return read_json(body);
    case media_kind::xml:
        // The mark says how the bytes are to be read.
        return read_xml(body_);
    default:
        if (trim(body).empty()) return;
        error_ = error_at(errc::syntax, body, 0, "this is neither JSON nor XML");
    }
}

void answer::read_json(std::string_view body) const {
    if (find_invalid_utf8(body)) body = mended_.emplace(to_valid_utf8(body));
    auto const checked = check_json_tolerantly(body, answer_limits);
    if (!checked) {
        error_ = checked.error();
        return;
    }
    form_ = form::json;
    if (*checked) mended_ = json_without_repeats(body);
}

void answer::read_xml(std::string_view body) const {
    auto const type = parse_media_type(content_type_);
    auto const charset = type ? type->charset() : std::string();
    auto parsed = parse_xml(body, {charset, true});
    if (parsed) {
        form_ = form::xml;
        xml_.emplace(*std::move(parsed));
    } else {
        error_ = parsed.error();
    }
}

std::optional<std::string_view> answer::json() const {
    read();
    if (form_ != form::json) return std::nullopt;
    return mended_ ? std::string_view(*mended_) : without_mark(body_);
}

xml_document const* answer::xml() const {
    read();
    return xml_ ? &*xml_ : nullptr;
}

std::optional<std::string_view> answer::text() const {
    text_is_missed_ = undecodable_.has_value();
    if (undecodable_) return std::nullopt;
    return without_mark(body_);
}

std::optional<std::string> answer::header(std::string_view name) const {
    std::optional<std::string> joined;
    auto rest = header_lines_;
    while (!rest.empty()) {
        auto const end = std::min(rest.find('\n'), rest.size());
        auto const line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        auto const colon = line.find(':');
        if (colon == line.npos || !equal_ignoring_case(line.substr(0, colon), name)) continue;
        if (joined) joined->append(", ");
        if (!joined) joined.emplace();
        joined->append(trim(line.substr(colon + 1)));
    }
    return joined;
}

std::string answer::unreadable() const {
    if (error_) return error_->message();
    return text_is_missed_ ? *undecodable_ : std::string();
}

} // namespace sluice::codecs
