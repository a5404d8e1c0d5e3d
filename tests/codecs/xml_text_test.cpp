#include "codecs/xml.hpp"
#include "codecs/xml_text.hpp"
#include "tests/codecs/random.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::codecs::xml_text_test {

using namespace std::string_view_literals;

BOOST_AUTO_TEST_SUITE(xml_text)

BOOST_AUTO_TEST_CASE(text_and_attributes_are_escaped) {
    std::string text;
    append_xml_text(text, "a<b>&\"'\r\n\té");
    BOOST_TEST(text == "a&lt;b&gt;&amp;\"'&#13;\n\té");
    std::string attribute;
    append_xml_attribute(attribute, "a<b>&\"'\r\n\té");
    BOOST_TEST(attribute == "a&lt;b&gt;&amp;&quot;&apos;&#13;&#10;&#9;é");
}

BOOST_AUTO_TEST_CASE(what_xml_does_not_have_is_replaced) {
    std::string text;
    append_xml_text(text, "\0\x01\xFF\xEF\xBF\xBEz"sv);
    BOOST_TEST(text == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz");
    BOOST_TEST(!is_xml_text("\x1F"));
    BOOST_TEST(!is_xml_text("\xEF\xBF\xBE"));
    BOOST_TEST(!is_xml_text("\xC3"));
    BOOST_TEST(is_xml_text("\t\n\r é😀\x7F"));
}

BOOST_AUTO_TEST_CASE(names_are_told_from_what_is_none) {
    for (auto const* const yes : {"a", "_a", "a-b.c1", "é", "名"})
        BOOST_TEST(is_xml_name(yes), yes);
    for (auto const* const no : {"", "1a", "-a", ".a", "a b", "a:b", "a$", "a/", "\xFF", "a×b"}) {
        BOOST_TEST(!is_xml_name(no), no);
    }
    BOOST_TEST(xml_name_length("a:b c") == 3U);
    BOOST_TEST(xml_name_length("1") == 0U);
}

BOOST_AUTO_TEST_CASE(an_element_holds_its_text) {
    std::string out;
    append_xml_element(out, "a", "<&>");
    BOOST_TEST(out == "<a>&lt;&amp;&gt;</a>");
}

BOOST_AUTO_TEST_CASE(any_text_survives_escaping) {
    test::random_source random(7);
    BOOST_TEST_CONTEXT("SLUICE_SEED=" << random.seed()) {
        for (int i = 0; i < 2000; ++i) {
            auto const text = random.hostile_text(12);
            std::string document = "<a b=\"";
            append_xml_attribute(document, text);
            document += "\">";
            append_xml_text(document, text);
            document += "</a>";
            auto const parsed = parse_xml(document);
            BOOST_REQUIRE(parsed.has_value());
            BOOST_REQUIRE(parsed->root().attribute("b").value() == text);
            BOOST_REQUIRE(xml_own_text(parsed->root()) == text);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::xml_text_test
