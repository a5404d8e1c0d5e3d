#include "codecs/xml_encoding.hpp"
#include "tests/codecs/printing.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::codecs::xml_encoding_test {

using namespace std::string_view_literals;

BOOST_AUTO_TEST_SUITE(xml_encoding)

namespace {

std::string utf16(std::u16string_view text, bool is_big) {
    std::string bytes;
    for (char16_t const unit : text) {
        auto const high = static_cast<char>(unit >> 8);
        auto const low = static_cast<char>(unit & 0xFF);
        bytes.push_back(is_big ? high : low);
        bytes.push_back(is_big ? low : high);
    }
    return bytes;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_encoding_is_that_of_the_mark_the_first_bytes_or_the_declaration) {
    std::string const expected = "<a>é😀</a>";
    std::u16string_view const text = u"<a>é😀</a>";
    BOOST_TEST(*xml_to_utf8(expected) == expected);
    BOOST_TEST(*xml_to_utf8("\xEF\xBB\xBF" + expected) == expected);
    BOOST_TEST(*xml_to_utf8("\xFF\xFE" + utf16(text, false)) == expected);
    BOOST_TEST(*xml_to_utf8("\xFE\xFF" + utf16(text, true)) == expected);
    BOOST_TEST(*xml_to_utf8(utf16(text, false)) == expected);
    BOOST_TEST(*xml_to_utf8(utf16(text, true)) == expected);
    std::string const declared = "<?xml version='1.0' encoding='US-ASCII'?><a/>";
    BOOST_TEST(*xml_to_utf8(declared) == declared);
}

BOOST_AUTO_TEST_CASE(encodings_of_one_byte_a_character_are_read_where_they_are_declared) {
    for (std::string const name : {"ISO-8859-1", "latin1"}) {
        auto const begin = "<?xml version='1.0' encoding='" + name + "'?><a>";
        BOOST_TEST(*xml_to_utf8(begin + "\xE9\xFF\x85</a>") == begin + "é\u00ff\u0085</a>");
    }
    std::string const begin = "<?xml version='1.0' encoding='Windows-1252'?><a>";
    BOOST_TEST(*xml_to_utf8(begin + "\xE9\x80\x9F</a>") == begin + "é€Ÿ</a>");
}

BOOST_AUTO_TEST_CASE(the_type_of_the_content_comes_between_the_mark_and_the_declaration) {
    BOOST_TEST(*xml_to_utf8("<a>caf\xE9</a>", {"ISO-8859-1"}) == "<a>café</a>");
    std::string const says_latin = "<?xml version='1.0' encoding='ISO-8859-1'?><a>café</a>";
    BOOST_TEST(*xml_to_utf8(says_latin, {"utf-8"}) == says_latin);
    BOOST_TEST(*xml_to_utf8("\xEF\xBB\xBF" + says_latin) == says_latin);
    BOOST_TEST(*xml_to_utf8("\xEF\xBB\xBF" + says_latin, {"ISO-8859-1"}) == says_latin);
    std::string const says_other = "<?xml version='1.0' encoding='Shift_JIS'?><a>é</a>";
    BOOST_TEST(*xml_to_utf8(says_other, {"UTF-8"}) == says_other);
    BOOST_TEST(*xml_to_utf8(utf16(u"<a/>", true), {"utf-16"}) == "<a/>");
    BOOST_TEST(*xml_to_utf8(utf16(u"<a/>", false), {"utf-16"}) == "<a/>");
    BOOST_TEST(*xml_to_utf8(utf16(u"\n<a/>", false), {"utf-16le"}) == "\n<a/>");
    BOOST_TEST((xml_to_utf8("<a/>", {"shift_jis"}).error().code == errc::unsupported_charset));
    BOOST_TEST(*xml_to_utf8("<a/>", {"shift_jis", true}) == "<a/>");
}

BOOST_AUTO_TEST_CASE(other_encodings_are_refused) {
    struct {
        std::string_view bytes;
        errc code;
    } const cases[]{
        {"<?xml version='1.0' encoding='ISO-8859-15'?><a>\xE9</a>", errc::unsupported_charset},
        {"<?xml version='1.0' encoding='windows-1252'?><a>\x81</a>", errc::invalid_encoding},
        {"<?xml version='1.0' encoding=\"utf-7\"?><a/>", errc::unsupported_charset},
        {"<?xml version='1.0' encoding='UTF-16'?><a/>", errc::invalid_encoding},
        {"\xFF\xFE\0\0<\0\0\0"sv, errc::unsupported_charset},
        {"\0\0\xFE\xFF"sv, errc::unsupported_charset},
        {"\0\0\0<"sv, errc::unsupported_charset},
        {"<a>\xE9</a>", errc::invalid_encoding},
        {"\xFF\xFE<\0a"sv, errc::invalid_encoding},         // half a unit
        {"\xFE\xFF\0<\xD8\0\0a"sv, errc::invalid_encoding}, // a lone surrogate
        {"\xFE\xFF\0<\xDC\0"sv, errc::invalid_encoding},
        {"\xFE\xFF\0<\xD8\0"sv, errc::invalid_encoding},
    };
    for (auto const& [bytes, code] : cases) {
        auto const decoded = xml_to_utf8(bytes);
        BOOST_REQUIRE(decoded.has_error());
        BOOST_TEST(decoded.error().code == code, bytes);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::xml_encoding_test
