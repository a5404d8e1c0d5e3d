// What can be wrong with bytes that came in, as an error code with a sentence, and `decode_error`,
// which adds where it was found and what was expected, so that a 400 can say so. Plain values; any
// thread.
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

namespace sluice::codecs {

enum class errc {
    // The text does not follow the grammar of its format.
    syntax = 1,
    // The body ends before the document does.
    incomplete,
    // Values are nested deeper than the limit.
    too_deep,
    // The body, a name or a value is longer than the limit.
    too_large,
    // There are more values, fields or attributes than the limit.
    too_many,
    // The text is not valid UTF-8, or not valid in the encoding that it declares.
    invalid_encoding,
    // The character set is not one that is read here (UTF-8; for XML also UTF-16).
    unsupported_charset,
    // The media type is not one that can be decoded here.
    unsupported_media_type,
    // None of the media types that the client accepts can be produced.
    not_acceptable,
    // A name stands twice in one object.
    duplicate_name,
    // One variable is given twice, in two of the request forms.
    duplicate_variable,
    // A number is too large to be finite.
    number_out_of_range,
    // The document has a DOCTYPE, and document types are refused.
    doctype,
    // A character cannot stand where it was put.
    forbidden_character,
    // The document has the right grammar and the wrong shape.
    unexpected_shape,
    // A name is empty, too long or has characters that names do not have.
    invalid_name,
    // A variable stands where no value can be escaped.
    forbidden_place,
    // A path is neither a JSON Pointer nor an XPath.
    invalid_path,
    // A rule cannot be understood.
    invalid_rule,
};

// The category "sluice.codecs"; its messages are whole sentences.
[[nodiscard]] boost::system::error_category const& codecs_category() noexcept;
[[nodiscard]] boost::system::error_code make_error_code(errc code) noexcept;

// A place in a text. Lines and columns count from 1, columns in bytes; 0 means "not known".
struct text_position {
    std::size_t offset = 0;
    std::size_t line = 0;
    std::size_t column = 0;
};

// The place of byte `offset` of `text`; an offset past the end is the end.
[[nodiscard]] text_position position_of(std::string_view text, std::size_t offset) noexcept;

// What was wrong, where, and what was expected.
struct decode_error {
    errc code = errc::syntax;
    // One sentence for the caller; holds no more than 64 bytes of his own data.
    std::string detail{};
    text_position where{};
    // JSON Pointer, path of XML elements or name of the form field; empty when the whole text is
    // meant.
    std::string pointer{};

    // "line 3, column 7: <detail>", or the detail alone when the place is not known.
    [[nodiscard]] std::string message() const;
};

template <class T>
using result = boost::system::result<T, decode_error>;

// An error at byte `offset` of `text`.
[[nodiscard]] decode_error error_at(errc code, std::string_view text, std::size_t offset,
                                    std::string detail);

// Up to 64 bytes of `text` for a message, in quotes. Controls are shown as `?`, characters that
// nobody sees as `\u202d`.
[[nodiscard]] std::string quoted_excerpt(std::string_view text);

// Lets `result::value()` throw a `boost::system::system_error` (a bug: results are to be checked).
[[noreturn]] void throw_exception_from_error(decode_error const& error,
                                             boost::source_location const& location);

} // namespace sluice::codecs

template <>
struct boost::system::is_error_code_enum<sluice::codecs::errc> : std::true_type {};
