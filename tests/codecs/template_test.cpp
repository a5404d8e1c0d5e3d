#include "codecs/form.hpp"
#include "codecs/json.hpp"
#include "codecs/percent.hpp"
#include "codecs/template.hpp"
#include "codecs/xml.hpp"
#include "tests/codecs/printing.hpp"
#include "tests/codecs/random.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

namespace sluice::codecs::template_test {

BOOST_AUTO_TEST_SUITE(template_)

namespace {

using values = std::map<std::string, std::string, std::less<>>;

variable_lookup lookup_in(values const& set) {
    return [&set](std::string_view name) -> std::optional<std::string_view> {
        auto const found = set.find(name);
        if (found == set.end()) return std::nullopt;
        return found->second;
    };
}

struct rendered {
    std::string text;
    render_report report;
};

rendered render(std::string_view text, template_format format, values const& set) {
    auto const compiled = text_template::compile(text, format);
    BOOST_REQUIRE_MESSAGE(compiled.has_value(), text);
    rendered out;
    out.report = compiled->render(lookup_in(set), out.text);
    return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(names_end_where_they_are_known_to) {
    values const set{{"$flow.key.city", "Pune"},
                     {"$flow.key.city.zip", "411001"},
                     {"$flow.key.first-name", "Asha"},
                     {"$user.key.a_1", "A"},
                     {"$call.agent.dnis.number", "918000374123"},
                     {"$sys.datetime", "now"}};
    struct {
        std::string_view text, result;
    } const cases[]{
        {"Hello $flow.key.city.", "Hello Pune."},
        {"$flow.key.city, ok", "Pune, ok"},
        {"$flow.key.city.zip", "411001"},
        {"$flow.key.city.zip.", "411001."},
        {"$flow.key.city.Then", "Pune.Then"},
        {"$flow.key.city-x", "Pune-x"},
        {"$flow.key.first-name-x", "Asha-x"},
        {"$flow.key.city$flow.key.city", "PunePune"},
        {"$user.key.a_1/$sys.datetime", "A/now"},
        {"$call.agent.dnis.number.", "918000374123."},
        {"é$flow.key.cityé", "éPuneé"},
        {"costs $5 or $flow or $flow.key. or $$", "costs $5 or $flow or $flow.key. or $$"},
        {"$other.key.a", "$other.key.a"},
        {"", ""},
    };
    for (auto const& [text, result] : cases) {
        auto const out = render(text, template_format::plain, set);
        BOOST_TEST(out.text == result);
        BOOST_TEST(out.report.ok());
        BOOST_TEST(out.report.unset.empty());
    }
}

BOOST_AUTO_TEST_CASE(unset_variables_stay_as_written_and_are_reported_once) {
    auto const out = render("$flow.key.a $flow.key.b.c $flow.key.a $call.x.y. $user.key.set",
                            template_format::plain, {{"$user.key.set", ""}});
    BOOST_TEST(out.text == "$flow.key.a $flow.key.b.c $flow.key.a $call.x.y. ");
    std::vector<std::string> const unset{"$flow.key.a", "$flow.key.b", "$call.x.y"};
    BOOST_TEST(out.report.unset == unset, boost::test_tools::per_element());
    BOOST_TEST(out.report.ok());
}

BOOST_AUTO_TEST_CASE(values_are_escaped_in_json) {
    values const set{{"$flow.key.s", "a\"\\\n}"}, {"$flow.key.n", "-1.5"},
                     {"$flow.key.t", "true"},     {"$flow.key.z", "007"},
                     {"$flow.key.e", ""},         {"$flow.key.i", "1e400"}};
    struct {
        std::string_view text, result;
    } const cases[]{
        {R"({"a":"x$flow.key.s."})", R"({"a":"xa\"\\\n}."})"},
        {R"({"a":$flow.key.s})", R"({"a":"a\"\\\n}"})"},
        {R"([$flow.key.n,$flow.key.t, $flow.key.z ])", R"([-1.5,true, "007" ])"},
        {R"([$flow.key.e,$flow.key.i])", R"(["","1e400"])"},
        {R"({"$flow.key.n":"$flow.key.n"})", R"({"-1.5":"-1.5"})"},
        {R"("a\\$flow.key.n\"$flow.key.n")", R"("a\\-1.5\"-1.5")"},
        {"$flow.key.t", "true"},
        {R"({"a":$flow.key.unset,"b":"$flow.key.unset"})",
         R"({"a":"$flow.key.unset","b":"$flow.key.unset"})"},
    };
    for (auto const& [text, result] : cases) {
        auto const out = render(text, template_format::json, set);
        BOOST_TEST(out.text == result);
        BOOST_TEST(check_json(out.text).has_value());
    }
}

BOOST_AUTO_TEST_CASE(values_are_escaped_in_xml) {
    values const set{{"$flow.key.v", "<\"'&>\n]]>"}};
    auto const out =
        render("<a b='$flow.key.v' c=\"$flow.key.v\">$flow.key.v<!-- c --><d>$flow.key.v.</d></a>",
               template_format::xml, set);
    BOOST_TEST(out.report.ok());
    auto const parsed = parse_xml(out.text);
    BOOST_REQUIRE(parsed.has_value());
    BOOST_TEST(parsed->root().attribute("b").value() == set.at("$flow.key.v"));
    BOOST_TEST(parsed->root().attribute("c").value() == set.at("$flow.key.v"));
    BOOST_TEST(xml_own_text(parsed->root()) == set.at("$flow.key.v"));
    BOOST_TEST(xml_own_text(parsed->root().child("d")) == set.at("$flow.key.v") + ".");
}

BOOST_AUTO_TEST_CASE(values_are_encoded_in_urls_and_forms) {
    values const set{{"$flow.key.v", "a/b?c=d&e f#é"}};
    BOOST_TEST(
        render("http://h:80/x/$flow.key.v/y?q=$flow.key.v#$flow.key.v", template_format::url, set)
            .text == "http://h:80/x/a%2Fb%3Fc%3Dd%26e%20f%23%C3%A9/y"
                     "?q=a%2Fb%3Fc%3Dd%26e%20f%23%C3%A9#a%2Fb%3Fc%3Dd%26e%20f%23%C3%A9");
    BOOST_TEST(render("http://h?q=$flow.key.v", template_format::url, set).report.ok());
    BOOST_TEST(render("/$flow.key.v", template_format::url, set).text ==
               "/a%2Fb%3Fc%3Dd%26e%20f%23%C3%A9");
    BOOST_TEST(render("a=$flow.key.v&b=1", template_format::form, set).text ==
               "a=a%2Fb%3Fc%3Dd%26e+f%23%C3%A9&b=1");
}

BOOST_AUTO_TEST_CASE(values_that_make_dot_segments_are_refused) {
    for (auto const* const value : {".", ".."}) {
        auto const out =
            render("http://h/a/$flow.key.v/b", template_format::url, {{"$flow.key.v", value}});
        BOOST_TEST(!out.report.ok());
        BOOST_TEST(render("http://h/a/x$flow.key.v", template_format::url, {{"$flow.key.v", value}})
                       .report.ok());
        BOOST_TEST(render("http://h/a?$flow.key.v", template_format::url, {{"$flow.key.v", value}})
                       .report.ok());
    }
    BOOST_TEST(
        !render("http://h/.$flow.key.v", template_format::url, {{"$flow.key.v", "."}}).report.ok());
    BOOST_TEST(!render("http://h/%2e$flow.key.v?a", template_format::url, {{"$flow.key.v", "."}})
                    .report.ok());
}

BOOST_AUTO_TEST_CASE(headers_refuse_control_characters) {
    for (auto const* const value : {"a\r\nX-Injected: 1", "a\n", "\r", "\x1B[0m", "\x7F"}) {
        auto const out =
            render("Bearer $flow.key.v", template_format::header, {{"$flow.key.v", value}});
        BOOST_REQUIRE(out.report.errors.size() == 1U);
        BOOST_TEST(out.report.errors[0].code == errc::forbidden_character);
        BOOST_TEST(out.report.errors[0].pointer == "$flow.key.v");
        BOOST_TEST(out.text == "Bearer ");
    }
    values const nul{{"$flow.key.v", std::string("a\0b", 3)}};
    BOOST_TEST(!render("$flow.key.v", template_format::header, nul).report.ok());
    BOOST_TEST(render("x$flow.key.v", template_format::header, {{"$flow.key.v", "a\tb é"}}).text ==
               "xa\tb é");
}

BOOST_AUTO_TEST_CASE(xml_refuses_characters_that_it_does_not_have) {
    values const set{{"$flow.key.v", "a\x01"}};
    BOOST_TEST(!render("<a>$flow.key.v</a>", template_format::xml, set).report.ok());
    BOOST_TEST(!render("<a b='$flow.key.v'/>", template_format::xml, set).report.ok());
}

BOOST_AUTO_TEST_CASE(places_that_cannot_be_escaped_are_refused_when_compiling) {
    struct {
        std::string_view text;
        template_format format;
        errc code;
        std::size_t column;
    } const cases[]{
        {"<$flow.key.a/>", template_format::xml, errc::forbidden_place, 2},
        {"<a $flow.key.a='1'/>", template_format::xml, errc::forbidden_place, 4},
        {"<a b=$flow.key.a/>", template_format::xml, errc::forbidden_place, 6},
        {"<a><!-- $flow.key.a --></a>", template_format::xml, errc::forbidden_place, 9},
        {"<a><![CDATA[$flow.key.a]]></a>", template_format::xml, errc::forbidden_place, 13},
        {"<?p $flow.key.a?><a/>", template_format::xml, errc::forbidden_place, 5},
        {"<a>&$flow.key.a;</a>", template_format::xml, errc::syntax, 4},
        {"<a/>$flow.key.a", template_format::xml, errc::syntax, 5},
        {"$flow.key.a", template_format::xml, errc::syntax, 1},
        {"<!DOCTYPE a><a>$flow.key.a</a>", template_format::xml, errc::doctype, 1},
        {"{$flow.key.a:1}", template_format::json, errc::forbidden_place, 2},
        {"[$flow.key.a$flow.key.b]", template_format::json, errc::syntax, 13},
        {"[1$flow.key.a]", template_format::json, errc::syntax, 3},
        {"[\"\\$flow.key.a\"]", template_format::json, errc::syntax, 4},
        {"[$flow.key.a", template_format::json, errc::incomplete, 13},
        {"[$flow.key.a x]", template_format::json, errc::syntax, 14},
        {"http://$flow.key.a/x", template_format::url, errc::forbidden_place, 8},
        {"http://u:$flow.key.a@h/x", template_format::url, errc::forbidden_place, 10},
        {"$flow.key.a", template_format::url, errc::forbidden_place, 1},
        {"$flow.key.a://h/", template_format::url, errc::forbidden_place, 1},
        {"//$flow.key.a/x", template_format::url, errc::forbidden_place, 3},
        {"http://h$flow.key.a?x", template_format::url, errc::forbidden_place, 9},
        {"http://h/a b", template_format::url, errc::forbidden_character, 11},
        {"\r\n", template_format::header, errc::forbidden_character, 1},
        {"a\r\nX: $flow.key.a", template_format::header, errc::forbidden_character, 2},
    };
    for (auto const& expected : cases) {
        auto const compiled = text_template::compile(expected.text, expected.format);
        BOOST_TEST_CONTEXT(expected.text) {
            BOOST_REQUIRE(compiled.has_error());
            BOOST_TEST(compiled.error().code == expected.code);
            BOOST_TEST(compiled.error().where.column == expected.column);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_template_knows_its_names) {
    auto const compiled =
        text_template::compile("a $flow.key.b.c d $sys.datetime", template_format::plain);
    std::vector<std::string> const names{"$flow.key.b.c", "$sys.datetime"};
    BOOST_TEST(compiled->names() == names, boost::test_tools::per_element());
    BOOST_TEST(text_template::compile("a", template_format::json).has_error());
    BOOST_TEST(text_template::compile("", template_format::xml)->names().empty());
    BOOST_TEST(text_template::compile(" \n", template_format::json)->names().empty());
    BOOST_TEST(text_template().names().empty());
}

BOOST_AUTO_TEST_CASE(slips_of_the_pen_are_told_from_text) {
    for (auto const* const fine :
         {"", "$", "$$", "100 $ and $5.00", "$flow.key.flowId", "$user.key.sys.x",
          "$call.cli.number", "$sys.datetime.", "$sys.datetime-x", "$flow.syskey.flowID",
          "$flow.syskey.callID", "$flower", "$USD.x", "cash$flow", "$user", "$system",
          "Visit $flowers.com", "$users.x", "$flow."}) {
        BOOST_TEST(find_doubtful_names(fine).empty(), fine);
    }
    struct {
        std::string_view text, part;
        std::size_t offset;
    } const table[]{
        {"a $flow.kye.city", "$flow.kye.city is no variable", 2},
        {"$flowkey.x", "$flowkey.x is no variable", 0},
        {"$flow.key.a $flow.keyy.x.", "$flow.keyy.x is no variable", 12},
        {"$user.foo.x", "$user.foo.x is no variable", 0},
        {"$flow.key.", "$flow.key is no variable", 0},
        {"$flowsyskey.x", "$flowsyskey.x is no variable", 0},
        {"$sys.date", "$sys.date has never a value", 0},
        {"$sys.datetim.e", "$sys.datetim.e has never a value", 0},
        {"$flow.syskey.flowId", "$flow.syskey.flowID is", 0},
        {"x$user.syskey.contactnumber", "$user.syskey.contactNumber is", 1},
    };
    for (auto const& [text, part, offset] : table) {
        auto const found = find_doubtful_names(text);
        BOOST_REQUIRE_MESSAGE(found.size() == 1U, text);
        BOOST_TEST(found[0].detail.find(part) != std::string::npos, found[0].detail);
        BOOST_TEST(found[0].offset == offset, text);
    }
    BOOST_TEST(find_doubtful_names("$flow.kye.x?a=$flowkey.x&b=$sys.date").size() == 3U);
}

BOOST_AUTO_TEST_CASE(no_value_breaks_out_of_its_place) {
    test::random_source random(99);
    BOOST_TEST_CONTEXT("SLUICE_SEED=" << random.seed()) {
        for (int i = 0; i < 1000; ++i) {
            auto const value = random.hostile_text(10);
            values const set{{"$flow.key.v", value}};

            auto const json = render(R"({"a":"<$flow.key.v>","b":$flow.key.v,"c":0})",
                                     template_format::json, set);
            auto const object = parse_json(json.text);
            BOOST_REQUIRE(object.has_value() && object->as_object().size() == 3U);
            BOOST_REQUIRE(std::string_view(object->at("a").as_string()) == "<" + value + ">");

            auto const xml =
                render("<r a=\"$flow.key.v\">[$flow.key.v]</r>", template_format::xml, set);
            auto const document = parse_xml(xml.text);
            BOOST_REQUIRE(document.has_value());
            BOOST_REQUIRE(document->root().attribute("a").value() == value);
            BOOST_REQUIRE(xml_own_text(document->root()) == "[" + value + "]");

            auto const form = render("a=$flow.key.v&b=1", template_format::form, set);
            auto const fields = decode_form(form.text);
            BOOST_REQUIRE(fields.has_value() && fields->size() == 2U);
            BOOST_REQUIRE((*fields)[0].value == value);

            auto const url =
                render("http://h/p/$flow.key.v?q=$flow.key.v", template_format::url, set);
            auto const encoded = url.text.substr(11, url.text.find('?') - 11);
            BOOST_REQUIRE(encoded.find_first_of("/#&=; \r\n") == std::string::npos);
            BOOST_REQUIRE(*percent_decode(encoded) == value);
            BOOST_REQUIRE(url.report.ok() == (value != "." && value != ".."));

            auto const header = render("$flow.key.v", template_format::header, set);
            BOOST_REQUIRE(!header.report.ok() ||
                          header.text.find_first_of("\r\n") == std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::template_test
