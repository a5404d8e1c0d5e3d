#include "codecs/rule.hpp"
#include "tests/codecs/printing.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::codecs::rule_test {

BOOST_AUTO_TEST_SUITE(rule_)

namespace {

constexpr std::string_view json_body =
    R"({"api-response-code":200,"code":"0200","ok":true,"text":"abc","empty":"","none":null,)"
    R"("id":12345678901234567890123,"list":[5,"x"],"n":-1.5,"date":"2026-01-02"})";
constexpr std::string_view xml_body = "<response><api-response-code>200</api-response-code>"
                                      "<ok>true</ok><text>abc</text><list>5</list><list>x</list>"
                                      "<empty/></response>";

bool holds(std::string_view text, answer const& of) {
    auto const compiled = rule::compile(text);
    BOOST_REQUIRE_MESSAGE(compiled.has_value(), text);
    BOOST_TEST(compiled->text() == text);
    return compiled->evaluate(of);
}

answer const json_answer(200, "application/json", json_body);
answer const xml_answer(200, "application/xml", xml_body);

} // namespace

BOOST_AUTO_TEST_CASE(comparisons_on_json_that_hold) {
    for (auto const* const yes : {
             "/api-response-code == 200",
             "/api-response-code==200",
             "200 == /api-response-code",
             "/api-response-code == '200'",
             "/api-response-code != 201",
             "/api-response-code < 201",
             "/api-response-code <= 200",
             "/api-response-code > 199.5",
             "/api-response-code >= 2e2",
             "/api-response-code in [202,200]",
             "/api-response-code not in [202, 'x']",
             "/code == 200",
             "/code == /api-response-code",
             "/code != '200'",
             "/ok == true",
             "/ok == 'true'",
             "/ok != false",
             "/text == 'abc'",
             "/text == \"abc\"",
             "/text < 'abd'",
             "/text != 5",
             "/date >= '2026-01-01'",
             "/id == 12345678901234567890123",
             "/id != 12345678901234567890124",
             "/list/0 == 5",
             "/list/1 in [1, 2, 'x']",
             "/n < -1",
             "/none == null",
             "/missing == null",
             "/empty == null",
             "/text != null",
             "/empty == ''",
             "exists /none",
             "exists(/list/1)",
             "not exists /missing",
             "status == 200",
             "status in [200, 202] and /ok == true",
             "/missing == 1 or /ok == true",
             "not (/missing == 1 or /ok == false)",
             "not not /ok == true",
             "/ok == false and /ok == false or /ok == true",
             "/ok == true or /ok == true and /ok == false",
         }) {
        BOOST_TEST(holds(yes, json_answer), yes);
    }
}

BOOST_AUTO_TEST_CASE(comparisons_on_json_that_do_not_hold) {
    for (auto const* const no : {
             "/api-response-code == 201",
             "/api-response-code != 200",
             "/api-response-code in [201, 202]",
             "/api-response-code not in [200]",
             "/text == 200",
             "/text < 5",
             "/text >= 5",
             "/missing == 200",
             "/missing != 200",
             "/missing < 5",
             "/missing in [1]",
             "/missing not in [1]",
             "/missing == /missing",
             "/missing != null",
             "/none == 0",
             "/empty == 0",
             "exists /missing",
             "exists(/list/2)",
             "/ok == 1",
             "/id == 12345678901234567890124",
             "/code == '200'",
             "status == 201",
             "/ok == true and /ok == false",
             "(/ok == true or /ok == true) and /ok == false",
             "/text < null",
         }) {
        BOOST_TEST(!holds(no, json_answer), no);
    }
}

BOOST_AUTO_TEST_CASE(the_same_rules_serve_xml) {
    for (auto const* const yes :
         {"/api-response-code == 200", "/response/api-response-code == 200", "/ok == true",
          "/list[2] == 'x'", "/list[. = 'x'] == 'x' and /ok == true", "exists /empty",
          "exists(/response/list[2])", "not exists /none", "//list == 5", "/list/text() in [5, 6]",
          "/empty == null"}) {
        BOOST_TEST(holds(yes, xml_answer), yes);
    }
    for (auto const* const no : {"/api-response-code != 200", "/list[3] == 'x'", "/none == ''"}) {
        BOOST_TEST(!holds(no, xml_answer), no);
    }
}

BOOST_AUTO_TEST_CASE(answers_without_values_meet_only_what_asks_for_their_absence) {
    answer const html(500, "text/html", "<p>oops");
    BOOST_TEST(!holds("/api-response-code == 200", html));
    BOOST_TEST(!holds("/api-response-code != 200", html));
    BOOST_TEST(holds("not exists /api-response-code and status >= 500", html));
    BOOST_TEST(!rule().evaluate(html));
}

BOOST_AUTO_TEST_CASE(texts_headers_and_the_whole_body_are_looked_at) {
    answer const sms(200, "text/plain",
                     "\xEF\xBB\xBF"
                     "ERROR:14\n",
                     "X-Result: failed\r\nx-result: 14\r\nEmpty:\r\n");
    for (auto const* const yes : {
             "body contains \"ERROR\"",
             "body starts_with 'ERROR:'",
             "body not contains 'OK'",
             "body not starts_with 'OK'",
             "body matches '^ERROR:\\d+\\s*$'",
             "body matches 'R:1'",
             "body not matches '^OK'",
             "body != 'ERROR:14'",
             "trim(body) == 'ERROR:14'",
             "trim(trim(body)) == \"ERROR:14\"",
             "header('X-RESULT') == 'failed, 14'",
             "header(\"x-result\") contains '14'",
             "exists header('Empty')",
             "exists(header('Empty')) and exists body",
             "not exists(header('None'))",
             "header('Empty') == null and header('none') == null",
             "not (header('none') contains 'x')",
             "body contains header('Empty')",
             "status == 200 and body contains 'ERROR' or body == 'OK'",
             "body in ['OK', \"ERROR:14\n\"]",
         }) {
        BOOST_TEST(holds(yes, sms), yes);
    }
    for (auto const* const no : {
             "body contains 'error'",
             "body starts_with 'RROR'",
             "body == 'ERROR:14'",
             "header('none') contains ''",
             "header('none') not contains 'x'",
             "header('none') not matches 'x'",
             "header('none') matches ''",
             "'x' contains header('none')",
             "'x' not contains header('none')",
             "/a contains 'x'",
             "null contains ''",
         }) {
        BOOST_TEST(!holds(no, sms), no);
    }
    BOOST_TEST(sms.unreadable() != "", "a path has looked into what is neither JSON nor XML");
    answer const fresh(200, "text/plain", "OK");
    BOOST_TEST(holds("body == 'OK'", fresh));
    BOOST_TEST(fresh.unreadable() == "");
}

BOOST_AUTO_TEST_CASE(trim_takes_blanks_away_and_nothing_else_does) {
    answer const xml(200, "text/xml",
                     "<response><code>\n<![CDATA[OK]]></code><n> 5 </n></response>");
    BOOST_TEST(holds("trim(/response/code/text()) == \"OK\"", xml));
    BOOST_TEST(holds("trim( /code ) == 'OK' and trim(/code/text()) starts_with 'O'", xml));
    BOOST_TEST(!holds("/response/code/text() == 'OK'", xml));
    BOOST_TEST(holds("/n == 5", xml));
    BOOST_TEST(holds("/code[contains(., 'OK')] contains 'K'", xml));
    BOOST_TEST(holds("trim(/code) in ['OK']", xml));
    BOOST_TEST(!holds("trim(/none) == ''", xml));
}

BOOST_AUTO_TEST_CASE(a_pattern_costs_no_more_than_its_text) {
    std::string const many(100'000, 'a');
    BOOST_TEST(!holds("body matches '(a*)*b$'", answer(200, "text/plain", many)));
    BOOST_TEST(rule::compile("body matches '((a{100}){100}){100}'").has_error());
}

BOOST_AUTO_TEST_CASE(a_rule_in_the_example_configuration_is_understood) {
    auto const final_rule = rule::compile(
        "/api-response-code in [202,203,204,205,207,208,210,211,212,301,302,303,304,400,401,402]");
    BOOST_REQUIRE(final_rule.has_value());
    BOOST_TEST(!final_rule->evaluate(json_answer));
    BOOST_TEST(final_rule->evaluate(answer(200, "", R"({"api-response-code":"304"})")));
}

BOOST_AUTO_TEST_CASE(prefixes_come_from_the_table) {
    auto const compiled = rule::compile("/w:a == 1", {{"w", "urn:w"}});
    BOOST_REQUIRE(compiled.has_value());
    BOOST_TEST(compiled->evaluate(answer(200, "text/xml", "<x:a xmlns:x='urn:w'>1</x:a>")));
}

BOOST_AUTO_TEST_CASE(errors_say_where_and_what_was_expected) {
    struct {
        std::string_view text;
        errc code;
        std::size_t column;
        std::string_view detail;
    } const cases[]{
        {"", errc::invalid_rule, 1, "expected a path, status"},
        {"/a = 200", errc::invalid_rule, 4, "expected ==, !="},
        {"/a", errc::invalid_rule, 3, "expected ==, !="},
        {"/a == ", errc::invalid_rule, 7, "expected a path, status"},
        {"/a == abc", errc::invalid_rule, 7, "expected a path, status"},
        {"/a == 'abc", errc::invalid_rule, 7, "expected a closing quote"},
        {"/a == 1 /b == 2", errc::invalid_rule, 9, "expected and, or, or the end of the rule"},
        {"(/a == 1", errc::invalid_rule, 9, "expected )"},
        {"/a == 1)", errc::invalid_rule, 8, "expected and, or"},
        {"/a in 5", errc::invalid_rule, 7, "expected [ after in"},
        {"/a in []", errc::invalid_rule, 8, "expected a path, status"},
        {"/a in [1 2]", errc::invalid_rule, 10, "expected a comma or ]"},
        {"/a in [1,2", errc::invalid_rule, 11, "expected a comma or ]"},
        {"/a not 5", errc::invalid_rule, 8,
         "expected in, contains, starts_with or matches after not"},
        {"exists", errc::invalid_rule, 7, "expected a path that begins with /"},
        {"exists(/a", errc::invalid_rule, 10, "expected )"},
        {"api-response-code == 200", errc::invalid_rule, 1, "expected a path, status"},
        {"/ok == true and", errc::invalid_rule, 16, "expected a path, status"},
        {"/a[ == 1", errc::invalid_path, 5, "this is not an XPath"},
        {"/ok == 1 and /~3 == 1", errc::invalid_path, 15, "this is not an XPath"},
        {"01 == /a", errc::invalid_rule, 1, "expected a path, status"},
        {"body contain 'x'", errc::invalid_rule, 6, "expected ==, !="},
        {"body matches /a", errc::invalid_rule, 14, "expected a pattern in quotes"},
        {"body matches 'a('", errc::invalid_rule, 15, "this is not a pattern: missing )"},
        {"header == 'x'", errc::invalid_rule, 8, "expected ( after header"},
        {"header(x) == 'x'", errc::invalid_rule, 8, "expected the name of a field in quotes"},
        {"header('x' == 'x'", errc::invalid_rule, 12, "expected )"},
        {"trim /a == 'x'", errc::invalid_rule, 6, "expected ( after trim"},
        {"trim(/a == 'x'", errc::invalid_rule, 9, "expected )"},
    };
    for (auto const& expected : cases) {
        auto const compiled = rule::compile(expected.text);
        BOOST_TEST_CONTEXT(expected.text) {
            BOOST_REQUIRE(compiled.has_error());
            BOOST_TEST(compiled.error().code == expected.code);
            BOOST_TEST(compiled.error().detail.starts_with(expected.detail),
                       compiled.error().detail);
            BOOST_TEST(compiled.error().where.column == expected.column);
        }
    }
}

BOOST_AUTO_TEST_CASE(nesting_is_limited) {
    auto const nested = [](std::size_t depth) {
        return std::string(depth, '(') + "status == 1" + std::string(depth, ')');
    };
    BOOST_TEST(rule::compile(nested(31)).has_value());
    BOOST_TEST(rule::compile(nested(32)).has_error());
    BOOST_TEST(rule::compile(nested(100'000)).has_error());
    std::string nots;
    for (int i = 0; i < 50'000; ++i)
        nots += "not ";
    BOOST_TEST(rule::compile(nots + "status == 1").has_error());
    std::string trims;
    for (int i = 0; i < 50'000; ++i)
        trims += "trim(";
    BOOST_TEST(rule::compile(trims + "body").has_error());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::rule_test
