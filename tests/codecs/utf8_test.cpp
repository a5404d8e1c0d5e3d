#include "codecs/utf8.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::codecs::utf8_test {

BOOST_AUTO_TEST_SUITE(utf8)

BOOST_AUTO_TEST_CASE(only_shortest_forms_of_scalar_values_are_valid) {
    struct {
        std::string_view text;
        std::size_t length;
    } const cases[]{
        {"", 0},
        {"a", 1},
        {"\xC2\x80", 2},
        {"\xE0\xA0\x80", 3},
        {"\xED\x9F\xBF", 3},
        {"\xEE\x80\x80", 3},
        {"\xF0\x90\x80\x80", 4},
        {"\xF4\x8F\xBF\xBF", 4},
        {"\x80", 0},             // a continuation alone
        {"\xC0\xAF", 0},         // overlong /
        {"\xC1\xBF", 0},         //
        {"\xE0\x9F\xBF", 0},     // overlong
        {"\xED\xA0\x80", 0},     // high surrogate
        {"\xED\xBF\xBF", 0},     // low surrogate
        {"\xF0\x8F\xBF\xBF", 0}, // overlong
        {"\xF4\x90\x80\x80", 0}, // above U+10FFFF
        {"\xF5\x80\x80\x80", 0},
        {"\xFF", 0},
        {"\xC3", 0},
        {"\xE2\x82", 0},
        {"\xC3(", 0},
        {"\xE2\x82(", 0},
    };
    for (auto const& [text, length] : cases)
        BOOST_TEST(utf8_sequence_length(text) == length);
}

BOOST_AUTO_TEST_CASE(every_scalar_value_survives_encoding) {
    for (char32_t c = 0; c <= 0x10FFFF; c += c < 0x3000 ? 1 : 37) {
        if (c >= 0xD800 && c <= 0xDFFF) continue;
        std::string text;
        append_utf8(text, c);
        BOOST_REQUIRE(utf8_sequence_length(text) == text.size());
        BOOST_REQUIRE(utf8_code_point(text) == c);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_scalar_value_becomes_the_replacement_character) {
    for (char32_t const c : {0xD800U, 0xDFFFU, 0x110000U, 0xFFFFFFFFU}) {
        std::string text;
        append_utf8(text, c);
        BOOST_TEST(text == replacement_character);
    }
}

BOOST_AUTO_TEST_CASE(the_first_bad_byte_is_found) {
    BOOST_TEST(!find_invalid_utf8("plain é €").has_value());
    BOOST_TEST(find_invalid_utf8("ab\xE2\x82").value() == 2U);
    BOOST_TEST(find_invalid_utf8("\xC3\xA9\xFF").value() == 2U);
    // At every distance from a block of eight bytes.
    for (std::size_t before = 0; before < 20; ++before) {
        auto const text = std::string(before, 'a') + "\xFF" + std::string(20 - before, 'b');
        BOOST_TEST(find_invalid_utf8(text).value() == before);
    }
}

BOOST_AUTO_TEST_CASE(bad_bytes_are_replaced_one_by_one) {
    BOOST_TEST(to_valid_utf8("a\xFF\xFE"
                             "b") == "a\xEF\xBF\xBD\xEF\xBF\xBD"
                                     "b");
    BOOST_TEST(to_valid_utf8("né") == "né");
    BOOST_TEST(to_valid_utf8("") == "");
}

BOOST_AUTO_TEST_CASE(a_beginning_ends_with_a_whole_letter) {
    BOOST_TEST(utf8_beginning("abc", 5) == "abc");
    BOOST_TEST(utf8_beginning("abc", 2) == "ab");
    BOOST_TEST(utf8_beginning("a\xC3\xA9z", 2) == "a");
    BOOST_TEST(utf8_beginning("a\xC3\xA9z", 3) == "a\xC3\xA9");
    BOOST_TEST(utf8_beginning("\xF0\x9F\x98\x80z", 3) == "");
    BOOST_TEST(utf8_beginning("\xF0\x9F\x98\x80z", 4) == "\xF0\x9F\x98\x80");
    BOOST_TEST(utf8_beginning("\xE2\x82\xAC", 1) == "");
    BOOST_TEST(utf8_beginning("\x80\x81\x82\x83\x84", 3) == "\x80\x81\x82"); // no UTF-8 at all
    BOOST_TEST(utf8_beginning("abc", 0) == "");
}

BOOST_AUTO_TEST_CASE(characters_are_counted_and_not_bytes) {
    BOOST_TEST(utf8_length("") == 0U);
    BOOST_TEST(utf8_length("flow0001") == 8U);
    BOOST_TEST(utf8_length("fl\xC3\xB6w0001") == 8U);
    BOOST_TEST(utf8_length("\xE2\x82\xAC\xF0\x9F\x98\x80") == 2U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::utf8_test
