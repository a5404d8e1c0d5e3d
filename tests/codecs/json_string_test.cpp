#include "codecs/json.hpp"
#include "codecs/json_scan.hpp"
#include "codecs/json_string.hpp"
#include "tests/codecs/printing.hpp"
#include "tests/codecs/random.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::codecs::json_string_test {

BOOST_AUTO_TEST_SUITE(json_string)

BOOST_AUTO_TEST_CASE(strings_are_escaped) {
    struct {
        std::string_view text, escaped;
    } const cases[]{
        {"", R"("")"},
        {"plain é", "\"plain é\""},
        {"a\"b\\c", R"("a\"b\\c")"},
        {"a\nb\r\t\x01\x1F\x7F", R"("a\nb\r\t\u0001\u001f\u007f")"},
        {std::string_view("\0", 1), R"("\u0000")"},
        {"a\xFFz\xC3", "\"a\xEF\xBF\xBDz\xEF\xBF\xBD\""},
    };
    for (auto const& [text, escaped] : cases) {
        std::string out = "x";
        append_json_string(out, text);
        BOOST_TEST(out == "x" + std::string(escaped));
    }
}

// Plain text is passed over eight bytes at a time: a byte that is not plain is found in each place
// of such a word, and with each value.
BOOST_AUTO_TEST_CASE(what_is_not_plain_is_found_wherever_it_stands) {
    for (int byte = 0; byte < 0x80; ++byte) {
        std::string alone;
        append_json_string(alone, std::string(1, static_cast<char>(byte)));
        auto const escaped = alone.substr(1, alone.size() - 2);
        for (std::size_t before = 0; before < 18; ++before) {
            auto const text = std::string(before, 'a') + static_cast<char>(byte) + "zz";
            std::string out;
            append_json_string(out, text);
            BOOST_REQUIRE_EQUAL(out, '"' + std::string(before, 'a') + escaped + "zz\"");
        }
    }
}

BOOST_AUTO_TEST_CASE(any_text_survives_escaping) {
    test::random_source random(20240611);
    BOOST_TEST_CONTEXT("SLUICE_SEED=" << random.seed()) {
        for (int i = 0; i < 2000; ++i) {
            auto const text = random.hostile_text(12);
            std::string escaped;
            append_json_string(escaped, text);
            auto const parsed = parse_json(escaped);
            BOOST_REQUIRE(parsed.has_value());
            BOOST_REQUIRE(std::string_view(parsed->as_string()) == text);
            BOOST_REQUIRE(json_text(escaped) == text);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_a_terminal_would_obey_is_escaped_where_a_person_reads) {
    struct {
        std::string_view text, escaped;
    } const cases[]{
        {"\xC2\x9B", R"("\u009b")"},     // C1: an escape sequence of one character
        {"\xE2\x80\xA8", R"("\u2028")"}, // a line end of Unicode
        {"a\xE2\x80\xAE"
         "b",
         R"("a\u202eb")"},
        {"\x1B[31m", R"("\u001b[31m")"},
        {"привет\xFF", "\"привет\xEF\xBF\xBD\""},
    };
    for (auto const& [text, escaped] : cases) {
        std::string out;
        append_printable_json_string(out, text);
        BOOST_TEST(out == escaped);
    }
    std::string plain;
    append_json_string(plain, "a\xE2\x80\xAE");
    BOOST_TEST(plain == "\"a\xE2\x80\xAE\"");
    for (int byte = 0; byte < 256; ++byte) {
        std::string out;
        append_printable_json_string(out, std::string(1, static_cast<char>(byte)));
        bool const is_clean =
            std::ranges::none_of(out, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
        BOOST_TEST(is_clean, "byte " << byte);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::json_string_test
