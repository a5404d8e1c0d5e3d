#include "codecs/error.hpp"

#include "codecs/unicode.hpp"
#include "codecs/utf8.hpp"

#include <boost/system/system_error.hpp>
#include <boost/throw_exception.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace sluice::codecs {

namespace {

constexpr std::size_t excerpt_size = 64;

std::string_view sentence(errc code) noexcept {
    switch (code) {
    case errc::syntax:
        return "The text does not follow the grammar of its format.";
    case errc::incomplete:
        return "The body ends before the document does.";
    case errc::too_deep:
        return "Values are nested too deeply.";
    case errc::too_large:
        return "The body, a name or a value is too long.";
    case errc::too_many:
        return "There are too many values, fields or attributes.";
    case errc::invalid_encoding:
        return "The text is not valid in its encoding.";
    case errc::unsupported_charset:
        return "The character set is not supported.";
    case errc::unsupported_media_type:
        return "The media type is not supported.";
    case errc::not_acceptable:
        return "None of the accepted media types can be produced.";
    case errc::duplicate_name:
        return "A name stands twice in one object.";
    case errc::duplicate_variable:
        return "A variable is given more than once.";
    case errc::number_out_of_range:
        return "A number is too large to be finite.";
    case errc::doctype:
        return "Document type declarations are refused.";
    case errc::forbidden_character:
        return "A character cannot stand where it was put.";
    case errc::unexpected_shape:
        return "The document does not have the expected shape.";
    case errc::invalid_name:
        return "A name is empty, too long or has characters that names do not have.";
    case errc::forbidden_place:
        return "A variable stands where no value can be escaped.";
    case errc::invalid_path:
        return "A path is neither a JSON Pointer nor an XPath.";
    case errc::invalid_rule:
        return "A rule cannot be understood.";
    }
    return "An unknown error of the codecs.";
}

class category final : public boost::system::error_category {
  public:
    char const* name() const noexcept override { return "sluice.codecs"; }

    std::string message(int code) const override {
        return std::string(sentence(static_cast<errc>(code)));
    }
};

} // namespace

boost::system::error_category const& codecs_category() noexcept {
    static category const instance;
    return instance;
}

boost::system::error_code make_error_code(errc code) noexcept {
    return {static_cast<int>(code), codecs_category()};
}

text_position position_of(std::string_view text, std::size_t offset) noexcept {
    offset = std::min(offset, text.size());
    auto const before = text.substr(0, offset);
    auto const lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    auto const line_end = before.rfind('\n');
    auto const line_start = line_end == std::string_view::npos ? 0 : line_end + 1;
    return {offset, lines + 1, offset - line_start + 1};
}

std::string decode_error::message() const {
    if (where.line == 0) return detail;
    return fmt::format("line {}, column {}: {}", where.line, where.column, detail);
}

decode_error error_at(errc code, std::string_view text, std::size_t offset, std::string detail) {
    return {code, std::move(detail), position_of(text, offset), {}};
}

std::string quoted_excerpt(std::string_view text) {
    bool const is_cut = text.size() > excerpt_size;
    if (is_cut) {
        auto end = excerpt_size;
        // Never cut inside a character.
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
            --end;
        text = text.substr(0, end);
    }
    auto const valid = to_valid_utf8(text);
    std::string excerpt;
    for (std::string_view rest = valid; !rest.empty();) {
        auto const length = utf8_sequence_length(rest);
        auto const c = utf8_code_point(rest);
        bool const is_control = c < 0x20 || (c >= 0x7F && c < 0xA0);
        if (is_control || is_invisible(c) || (is_unicode_blank(c) && c != ' ')) {
            excerpt += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
            excerpt += rest.substr(0, length);
        }
        rest.remove_prefix(length);
    }
    return fmt::format("\"{}{}\"", excerpt, is_cut ? "…" : "");
}

void throw_exception_from_error(decode_error const& error, boost::source_location const& location) {
    boost::throw_exception(
        boost::system::system_error(make_error_code(error.code), error.message()), location);
}

} // namespace sluice::codecs
