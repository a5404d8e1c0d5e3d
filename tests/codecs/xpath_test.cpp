#include "codecs/xml.hpp"
#include "codecs/xpath.hpp"
#include "tests/codecs/printing.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::codecs::xpath_test {

BOOST_AUTO_TEST_SUITE(xpath_)

namespace {

namespace_table const table{{"w", "urn:weather"}, {"q", "it's"}};

std::string found(std::string_view document, std::string_view expression) {
    auto const parsed = parse_xml(document);
    auto const compiled = xpath::compile(expression, table);
    if (!parsed || !compiled) return "error";
    return compiled->find(parsed->document()).value_or("nothing");
}

} // namespace

BOOST_AUTO_TEST_CASE(prefixes_of_the_table_become_tests_of_the_namespace) {
    std::string const name = "*[local-name()='a' and namespace-uri()='urn:weather']";
    struct {
        std::string_view expression;
        std::string rewritten;
    } const cases[]{
        {"/w:a", "/" + name},
        {"//w:a[2]/@w:a", "//" + name + "[2]/@" + name},
        {"child::w:a", "child::" + name},
        {"/w:*", "/*[namespace-uri()='urn:weather']"},
        {"/q:a", "/*[local-name()='a' and namespace-uri()=\"it's\"]"},
        {"/x:a/a", "/x:a/a"},
        {"/a[b='w:a']", "/a[b='w:a']"},
        {"/a[b=\"w:a", "/a[b=\"w:a"},
        {"count(//a) div 2", "count(//a) div 2"},
        {"", ""},
    };
    for (auto const& [expression, rewritten] : cases) {
        BOOST_TEST(rewrite_prefixes(expression, table) == rewritten);
    }
}

BOOST_AUTO_TEST_CASE(names_match_by_namespace_whatever_the_documents_prefix) {
    BOOST_TEST(found("<x:r xmlns:x='urn:weather'><x:t>5</x:t></x:r>", "/w:r/w:t") == "5");
    BOOST_TEST(found("<r xmlns='urn:weather'><t>5</t></r>", "/w:r/w:t/text()") == "5");
    BOOST_TEST(found("<w:r xmlns:w='urn:other'><w:t>5</w:t></w:r>", "/w:r/w:t") == "nothing");
    BOOST_TEST(found("<r xmlns:p='urn:weather' p:u='C'/>", "/r/@w:u") == "C");
    BOOST_TEST(found("<p:r xmlns:p='any'>1</p:r>", "/p:r") == "1");
    BOOST_TEST(found("<r xmlns='urn:weather'>1</r>", "/r") == "1");
}

BOOST_AUTO_TEST_CASE(the_first_hit_in_document_order_is_found) {
    std::string_view const document =
        "<r><a id='1'>x<b>y</b></a><a id='2'><![CDATA[z]]></a><e/><n>3</n><n>4</n></r>";
    struct {
        std::string_view expression, text;
    } const cases[]{
        {"/r/a", "xy"},
        {"/r/a/text()", "x"},
        {"/r/a[2]", "z"},
        {"/r/a[2]/text()", "z"},
        {"/r/a[@id='2']/@id", "2"},
        {"//b", "y"},
        {"/r/e", ""},
        {"/r/none", "nothing"},
        {"/r/a/@none", "nothing"},
        {"count(//a)", "2"},
        {"sum(//n)", "7"},
        {"string(/r/none)", ""},
        {"/r/n = 4", "true"},
        {"/r/a[1]/b/..", "xy"},
        {"//n | //b", "y"},
        {"/", "xyz34"},
    };
    for (auto const& [expression, text] : cases)
        BOOST_TEST(found(document, expression) == text);
}

BOOST_AUTO_TEST_CASE(neighbouring_text_and_cdata_are_one_text) {
    struct {
        std::string_view document, expression, text;
    } const cases[]{
        {"<r><title>Tom <![CDATA[& Jerry]]> show</title></r>", "/r/title/text()",
         "Tom & Jerry show"},
        {"<r><code>\n<![CDATA[OK]]></code></r>", "/r/code/text()", "\nOK"},
        {"<r><code>\n<![CDATA[OK]]></code></r>", "normalize-space(/r/code/text())", "OK"},
        {"<r><![CDATA[a]]><![CDATA[b]]><b/>c<![CDATA[]]>]]&gt;</r>", "/r/text()", "ab"},
        {"<r><![CDATA[a]]><b/>c<![CDATA[]]>]]&gt;</r>", "/r/text()[2]", "c]]>"},
        {"<r><![CDATA[a]]>b</r>", "count(/r/text())", "1"},
        {"<r>a<!-- c -->b<?p?>c</r>", "count(/r/text())", "3"},
        {"<r>a<!-- c -->b</r>", "/r", "ab"},
        {"<r>\n <a/>\n<![CDATA[\n]]> <b/></r>", "count(/r/text())", "0"},
    };
    for (auto const& [document, expression, text] : cases)
        BOOST_TEST(found(document, expression) == text, document);
}

BOOST_AUTO_TEST_CASE(prefixes_that_no_table_has_are_found) {
    namespace_table const table{{"w", "urn:w"}};
    struct {
        std::string_view expression, prefix;
    } const cases[]{
        {"//w:a/@w:b", ""},          {"//v:a", "v"},       {"/a/@x:b", "x"},
        {"child::a/w:*", ""},        {"//u:*", "u"},       {"/a[.='v:a']", ""},
        {"/a[b = \"q:r\"]/w:c", ""}, {"/a/@xml:lang", ""}, {"ancestor-or-self::w:a", ""},
    };
    for (auto const& [expression, prefix] : cases)
        BOOST_TEST(unknown_prefix(expression, table) == prefix, expression);
}

BOOST_AUTO_TEST_CASE(malformed_expressions_are_refused) {
    for (auto const* const expression :
         {"", "/a[", "/a[1", "/a/", "//", "/a b", "nonsense(", "unknown()", "$x", "/a[@]", "1 +"}) {
        BOOST_TEST(xpath::compile(expression).error().code == errc::invalid_path, expression);
    }
    BOOST_TEST(xpath::compile("/a/b[").error().where.column > 4U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::xpath_test
