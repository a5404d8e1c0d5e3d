#include "codecs/xml.hpp"
#include "codecs/xml_scan.hpp"
#include "tests/codecs/printing.hpp"

#include <boost/test/unit_test.hpp>

#include <span>

namespace sluice::codecs::xml_scan_test {

using namespace std::string_view_literals;

BOOST_AUTO_TEST_SUITE(xml_scan)

namespace {

std::string nested(std::size_t depth) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i)
        text += "<a>";
    for (std::size_t i = 0; i < depth; ++i)
        text += "</a>";
    return text;
}

} // namespace

BOOST_AUTO_TEST_CASE(well_formed_documents_are_taken) {
    std::string_view const cases[]{
        "<a/>",
        "<a></a >",
        "<a b='1' c=\"2\"/>",
        "<a b = '&lt;&#10;&#x41;'\n/>",
        "<?xml version='1.0'?><a/>",
        "<?xml version=\"1.1\" encoding=\"utf-8\" standalone='no' ?>\n<a/>\n",
        "<!-- c --><?pi x?><a><!-- - --><?p?></a><!----><?q r?> \n",
        "<a>text &amp; &lt; &gt; &quot; &apos; &#xe9; ]] > </a>",
        "<a><![CDATA[<b>&x;]] ]>]]></a>",
        "<a><![CDATA[]]></a>",
        "<é:ü-1._x xmlns:é='u'>€</é:ü-1._x>",
        "<a>\t\r\n\x7F</a>",
        "<a b='>'>></a>",
        "<?xml-stylesheet href='x'?><a/>",
        "<a b='1'><c b='1'/></a>",
    };
    for (auto const text : cases) {
        auto const checked = check_xml(text);
        BOOST_TEST(checked.has_value(), text);
        // What passes here, pugixml has to take as well.
        BOOST_TEST(parse_xml(text).has_value(), text);
    }
}

struct refused_document {
    std::string_view text;
    errc code;
    std::size_t line, column;
};

void check_refused(std::span<refused_document const> cases) {
    for (auto const& expected : cases) {
        auto const checked = check_xml(expected.text);
        BOOST_TEST_CONTEXT(expected.text) {
            BOOST_REQUIRE(checked.has_error());
            BOOST_TEST(checked.error().code == expected.code);
            BOOST_TEST(checked.error().where.line == expected.line);
            BOOST_TEST(checked.error().where.column == expected.column);
            BOOST_TEST(!checked.error().detail.empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(elements_that_are_not_well_formed_are_refused_with_their_place) {
    constexpr refused_document cases[]{
        {"", errc::incomplete, 1, 1},
        {" \n", errc::incomplete, 2, 1},
        {"text", errc::syntax, 1, 1},
        {"<a/>text", errc::syntax, 1, 5},
        {"<a/><b/>", errc::syntax, 1, 5},
        {"<a/></a>", errc::syntax, 1, 5},
        {"<a>", errc::incomplete, 1, 4},
        {"<a", errc::incomplete, 1, 3},
        {"<a><b></a></b>", errc::syntax, 1, 7},
        {"<a>\n</A>", errc::syntax, 2, 1},
        {"< a/>", errc::syntax, 1, 2},
        {"<1a/>", errc::syntax, 1, 2},
        {"<a b/>", errc::syntax, 1, 5},
        {"<a b=1/>", errc::syntax, 1, 6},
        {"<a b='1'c='2'/>", errc::syntax, 1, 10},
        {"<a b='<'/>", errc::syntax, 1, 7},
        {"<a b='1' b='2'/>", errc::duplicate_name, 1, 17},
        {"<a b='1/>", errc::incomplete, 1, 10},
        {"<a>&nbsp;</a>", errc::syntax, 1, 4},
        {"<a>& b</a>", errc::syntax, 1, 4},
        {"<a>&amp</a>", errc::syntax, 1, 4},
        {"<a>&#0;</a>", errc::syntax, 1, 4},
        {"<a>&#xD800;</a>", errc::syntax, 1, 4},
        {"<a>&#xFFFFFFFFFF;</a>", errc::syntax, 1, 4},
        {"<a>&#X41;</a>", errc::syntax, 1, 4},
        {"<a>&#;</a>", errc::syntax, 1, 4},
        {"<a b='&x;'/>", errc::syntax, 1, 7},
    };
    check_refused(cases);
}

BOOST_AUTO_TEST_CASE(other_markup_that_is_not_well_formed_is_refused_with_its_place) {
    constexpr refused_document cases[]{
        {"<a>]]></a>", errc::syntax, 1, 4},
        {"<a><!-- -- --></a>", errc::syntax, 1, 9},
        {"<a><!-- --->", errc::syntax, 1, 9},
        {"<a><!--", errc::incomplete, 1, 8},
        {"<a><![CDATA[</a>", errc::incomplete, 1, 17},
        {"<![CDATA[x]]><a/>", errc::syntax, 1, 1},
        {"<a><?xml version='1.0'?></a>", errc::syntax, 1, 4},
        {" <?xml version='1.0'?><a/>", errc::syntax, 1, 2},
        {"<?xml?><a/>", errc::syntax, 1, 6},
        {"<?xml encoding='utf-8'?><a/>", errc::syntax, 1, 15},
        {"<?xml version='2.0'?><a/>", errc::syntax, 1, 20},
        {"<?xml version='1.0' encoding='latin9'?><a/>", errc::unsupported_charset, 1, 38},
        {"<?xml version='1.0' standalone='maybe'?><a/>", errc::syntax, 1, 39},
        {"<?xml version='1.0'encoding='utf-8'?><a/>", errc::syntax, 1, 28},
        {"<? x?><a/>", errc::syntax, 1, 3},
        {"<?x", errc::syntax, 1, 4},
        {"<?x y", errc::incomplete, 1, 6},
        {"<!ELEMENT a ANY><a/>", errc::syntax, 1, 1},
        {"<!DOCTYPE a><a/>", errc::doctype, 1, 1},
        {"<!doctype html><a/>", errc::doctype, 1, 1},
        {"<a><!DOCTYPE a></a>", errc::doctype, 1, 4},
        {"<a>\0</a>"sv, errc::forbidden_character, 1, 4},
        {"<a>\x01</a>", errc::forbidden_character, 1, 4},
        {"<a>\n\xEF\xBF\xBF</a>", errc::forbidden_character, 2, 1},
        {"<a>\xFF</a>", errc::invalid_encoding, 1, 4},
        {"<a></a", errc::incomplete, 1, 7},
        {"<a></a b>", errc::syntax, 1, 8},
    };
    check_refused(cases);
}

BOOST_AUTO_TEST_CASE(depth_is_limited_without_recursion) {
    BOOST_TEST(check_xml(nested(256)).has_value());
    BOOST_TEST(check_xml(nested(257)).error().code == errc::too_deep);
    BOOST_TEST(check_xml(nested(1'000'000)).error().code == errc::too_deep);
    BOOST_TEST(check_xml(nested(200'000), {.depth = 200'000}).has_value());
}

BOOST_AUTO_TEST_CASE(size_elements_and_attributes_are_limited) {
    BOOST_TEST(check_xml("<a/>", {.size = 3}).error().code == errc::too_large);
    BOOST_TEST(check_xml("<a><b/></a>", {.elements = 1}).error().code == errc::too_many);
    BOOST_TEST(check_xml("<a b='1' c='2'/>", {.attributes = 2}).has_value());
    BOOST_TEST(check_xml("<a b='1'><b c='' d=''/></a>", {.attributes = 2}).error().code ==
               errc::too_many);
    std::string many = "<a";
    for (int i = 0; i < 10'001; ++i)
        many += " a" + std::to_string(i) + "=''";
    BOOST_TEST(check_xml(many + "/>").error().code == errc::too_many);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::xml_scan_test
