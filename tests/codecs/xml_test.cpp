#include "codecs/xml.hpp"
#include "tests/codecs/printing.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::codecs::xml_test {

BOOST_AUTO_TEST_SUITE(xml)

namespace {

std::string utf16_little(std::string_view ascii) {
    std::string bytes = "\xFF\xFE";
    for (char const c : ascii) {
        bytes.push_back(c);
        bytes.push_back('\0');
    }
    return bytes;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_document_keeps_its_text_when_it_moves) {
    std::string source = "<r><a>one &amp; two</a></r>";
    auto parsed = parse_xml(source);
    BOOST_REQUIRE(parsed.has_value());
    source.assign(source.size(), 'x');
    auto const moved = *std::move(parsed);
    BOOST_TEST(moved.root().name() == std::string_view("r"));
    BOOST_TEST(xml_own_text(moved.root().child("a")) == "one & two");
}

BOOST_AUTO_TEST_CASE(text_is_joined_from_all_its_parts) {
    auto const parsed = parse_xml("<r><a>x<!-- c -->y<![CDATA[<&]]><b>no</b>z</a></r>");
    BOOST_REQUIRE(parsed.has_value());
    auto const a = parsed->root().child("a");
    BOOST_TEST(xml_own_text(a) == "xy<&z");
    BOOST_TEST(xml_string_value(a) == "xy<&noz");
    BOOST_TEST(xml_string_value(parsed->root()) == "xy<&noz");
    BOOST_TEST(xml_string_value(a.child("none")) == "");
}

BOOST_AUTO_TEST_CASE(white_space_is_kept_only_where_it_is_all_there_is) {
    auto const parsed = parse_xml("<r>\n  <a>  </a>\n  <b> x </b>\n</r>");
    BOOST_REQUIRE(parsed.has_value());
    BOOST_TEST(xml_own_text(parsed->root()) == "");
    BOOST_TEST(xml_own_text(parsed->root().child("a")) == "  ");
    BOOST_TEST(xml_own_text(parsed->root().child("b")) == " x ");
}

BOOST_AUTO_TEST_CASE(blank_parts_of_a_split_text_are_kept) {
    auto const parsed = parse_xml("<?xml version='1.0'?><r>\n <a><![CDATA[x]]> <![CDATA[y]]>\n"
                                  "<!-- c --> <?p q?> z</a> <!-- d --> <b> </b>\n</r>\n");
    BOOST_REQUIRE(parsed.has_value());
    BOOST_TEST(xml_own_text(parsed->root().child("a")) == "x y\n  z");
    BOOST_TEST(xml_own_text(parsed->root().child("b")) == " ");
    BOOST_TEST(xml_own_text(parsed->root()) == "");
}

BOOST_AUTO_TEST_CASE(a_doctype_is_refused_in_every_encoding) {
    std::string const hostile = "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>";
    BOOST_TEST(parse_xml(hostile).error().code == errc::doctype);
    BOOST_TEST(parse_xml("\xEF\xBB\xBF" + hostile).error().code == errc::doctype);
    BOOST_TEST(parse_xml(utf16_little(hostile)).error().code == errc::doctype);
    BOOST_TEST(parse_xml(utf16_little(hostile).substr(2)).error().code == errc::doctype);
}

BOOST_AUTO_TEST_CASE(a_declaration_of_utf_16_is_true_for_utf_16) {
    auto const parsed = parse_xml(utf16_little("<?xml version='1.0' encoding='UTF-16'?><a>ok</a>"));
    BOOST_REQUIRE(parsed.has_value());
    BOOST_TEST(xml_own_text(parsed->root()) == "ok");
}

BOOST_AUTO_TEST_CASE(the_size_limit_counts_what_came_in) {
    auto const bytes = utf16_little("<a/>");
    BOOST_TEST(parse_xml(bytes, {}, {.size = 10}).has_value());
    BOOST_TEST(parse_xml(bytes, {}, {.size = 9}).error().code == errc::too_large);
}

BOOST_AUTO_TEST_CASE(local_names_have_no_prefix) {
    BOOST_TEST(xml_local_name("a:b") == "b");
    BOOST_TEST(xml_local_name("b") == "b");
}

BOOST_AUTO_TEST_CASE(what_others_answer_is_read_as_far_as_it_can_be) {
    struct {
        std::string_view bytes, path, text;
    } const cases[]{
        {"<!DOCTYPE rss PUBLIC \"-//N//DTD RSS 0.91//EN\" \"http://n.example/rss-0.91.dtd\">\n"
         "<rss version='0.91'><t>x</t></rss>",
         "t", "x"},
        {"<?xml version='1.0'?><!doctype r><r><t>y</t></r>", "t", "y"},
        {"<r><t>Tom & Jerry &nbsp; &#0; &amp; &lt;</t></r>", "t", "Tom & Jerry &nbsp; &#0; & <"},
        {"<r><t><![CDATA[a & b]]> & c</t></r>", "t", "a & b & c"},
        {"<r><t>caf\xE9</t></r>", "t", "caf\xEF\xBF\xBD"},
        {"<?xml version='1.0' encoding='windows-1252'?><r><t>\x81</t></r>", "t", "\xEF\xBF\xBD"},
    };
    for (auto const& [bytes, path, text] : cases) {
        auto const parsed = parse_xml(bytes, {{}, true});
        BOOST_TEST_CONTEXT(bytes) {
            BOOST_REQUIRE(parsed.has_value());
            BOOST_TEST(xml_own_text(parsed->root().child(std::string(path).c_str())) == text);
            BOOST_TEST(parse_xml(bytes).has_error());
        }
    }
    auto const twice = parse_xml("<r a='1' b='2' a='3'/>", {{}, true});
    BOOST_TEST(twice->root().attribute("a").value() == std::string_view("3"));
    BOOST_TEST(twice->root().attribute("b").value() == std::string_view("2"));
}

BOOST_AUTO_TEST_CASE(what_could_be_harmful_is_refused_however_tolerant_the_reading) {
    for (std::string_view const bytes :
         {"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", "<!DOCTYPE a><!DOCTYPE a><a/>",
          "<a><!DOCTYPE a></a>", "<!DOCTYPE a <b>><a/>", "<!DOCTYPE a", "<!DOCTYPE a 'x><a/>"}) {
        BOOST_TEST(parse_xml(bytes, {{}, true}).has_error(), bytes);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::xml_test
