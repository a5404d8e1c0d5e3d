#include "gateway/telemetry/json_text.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>

namespace json_text_test {

using namespace sluice::gateway::telemetry;

namespace {

std::string json(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

std::string plain(std::string_view text) {
    std::string out;
    append_plain_value(out, text);
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(json_text)

BOOST_AUTO_TEST_CASE(what_could_break_a_line_is_escaped) {
    struct {
        std::string_view text, expected;
    } const cases[] = {
        {"", R"("")"},
        {"plain", R"("plain")"},
        {"a\r\nb\tc", R"("a\r\nb\tc")"},
        {"say \"hi\" \\", R"("say \"hi\" \\")"},
        {"\x1B[31mred", R"("\u001b[31mred")"},
        {std::string_view("\0", 1), R"("\u0000")"},
        {"\x7F", R"("\u007f")"},
        {"\xC2\x9B", R"("\u009b")"},     // C1: one-byte escape sequence
        {"\xE2\x80\xA8", R"("\u2028")"}, // a line end of Unicode
        {"\xE2\x80\xAE", R"("\u202e")"}, // turns the direction of writing
        {"привет", "\"привет\""},
    };
    for (auto const& c : cases)
        BOOST_TEST(json(c.text) == c.expected);
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf8_are_replaced) {
    BOOST_TEST(json("a\xFFz") == "\"a\xEF\xBF\xBDz\"");
    BOOST_TEST(json("\x9B") == "\"\xEF\xBF\xBD\"");
    BOOST_TEST(json("\xE2\x80") == "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

BOOST_AUTO_TEST_CASE(no_byte_leaves_a_control_character) {
    for (int byte = 0; byte < 256; ++byte) {
        auto const out = json(std::string(1, static_cast<char>(byte)));
        bool const is_clean = std::none_of(out.begin(), out.end(),
                                           [](unsigned char c) { return c < 0x20 || c == 0x7F; });
        BOOST_TEST(is_clean, "byte " << byte);
    }
}

BOOST_AUTO_TEST_CASE(plain_values_are_quoted_only_where_they_must) {
    BOOST_TEST(plain("crm") == "crm");
    BOOST_TEST(plain("/in/crm?x") == "/in/crm?x");
    BOOST_TEST(plain("") == "\"\"");
    BOOST_TEST(plain("two words") == "\"two words\"");
    BOOST_TEST(plain("a=b") == "\"a=b\"");
    BOOST_TEST(plain("x\ny") == R"("x\ny")");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace json_text_test
