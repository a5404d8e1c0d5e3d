#include "codecs/json.hpp"
#include "codecs/json_scan.hpp"
#include "tests/codecs/printing.hpp"
#include "tests/codecs/random.hpp"

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

namespace sluice::codecs::json_test {

BOOST_AUTO_TEST_SUITE(json)

namespace {

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

} // namespace

BOOST_AUTO_TEST_CASE(what_the_grammar_allows_is_taken) {
    std::string_view const cases[]{
        "null",
        "true",
        " false ",
        "0",
        "-0",
        "-1.5e+3",
        "1E-2",
        "0e400",
        "1e-400",
        "123456789012345678901234567890",
        R"("")",
        R"("\"\\\/\b\f\n\r\t\u00e9")",
        R"("\ud83d\ude00")",
        "\"\xF0\x9F\x98\x80\x7F\"",
        R"("\u0000")",
        "[]",
        "{}",
        "[1,[2,{\"a\":[]}]]",
        "\r\n\t{ \"a\" : 1 , \"b\" : [ ] }\n",
        R"({"":1})",
        R"({"a":{"a":1},"b":{"a":1}})",
    };
    for (auto const text : cases) {
        auto const checked = check_json(text);
        BOOST_TEST(checked.has_value(), text);
        BOOST_TEST(parse_json(text).has_value(), text);
    }
}

BOOST_AUTO_TEST_CASE(what_the_grammar_forbids_is_refused_with_its_place) {
    struct {
        std::string_view text;
        errc code;
        std::size_t line, column;
    } const cases[]{
        {"", errc::incomplete, 1, 1},
        {"  ", errc::incomplete, 1, 3},
        {"{", errc::incomplete, 1, 2},
        {"[1,", errc::incomplete, 1, 4},
        {"\"a", errc::incomplete, 1, 3},
        {"{\"a\":1}}", errc::syntax, 1, 8},
        {"1 2", errc::syntax, 1, 3},
        {"[1,]", errc::syntax, 1, 4},
        {"{\"a\":1,}", errc::syntax, 1, 8},
        {"{a:1}", errc::syntax, 1, 2},
        {"{'a':1}", errc::syntax, 1, 2},
        {"[1\n2]", errc::syntax, 2, 1},
        {"[1 // no\n]", errc::syntax, 1, 4},
        {"+1", errc::syntax, 1, 1},
        {".5", errc::syntax, 1, 1},
        {"01", errc::syntax, 1, 2},
        {"NaN", errc::syntax, 1, 1},
        {"Infinity", errc::syntax, 1, 1},
        {"\"\t\"", errc::syntax, 1, 2},
        {"{\"a\":1,\"b\":2,\"a\":3}", errc::duplicate_name, 1, 15},
        {"[{\"x\":{\"a\":1,\n\"a\":1}}]", errc::duplicate_name, 2, 2},
        {"1e400", errc::number_out_of_range, 1, 1},
        {"[-1e400]", errc::number_out_of_range, 1, 2},
        {"1e99999999999", errc::number_out_of_range, 1, 1},
        {"\"\xFF\"", errc::invalid_encoding, 1, 2},
        {"[\"ok\",\"\xC0\xAF\"]", errc::invalid_encoding, 1, 8},
        {"\"\xED\xA0\x80\"", errc::invalid_encoding, 1, 2},
        {"\xFF", errc::invalid_encoding, 1, 1},
    };
    for (auto const& expected : cases) {
        auto const checked = check_json(expected.text);
        BOOST_TEST_CONTEXT(expected.text) {
            BOOST_REQUIRE(checked.has_error());
            BOOST_TEST(checked.error().code == expected.code);
            BOOST_TEST(checked.error().where.line == expected.line);
            BOOST_TEST(checked.error().where.column == expected.column);
            BOOST_TEST(!checked.error().detail.empty());
            BOOST_TEST(parse_json(expected.text).has_error());
        }
    }
}

BOOST_AUTO_TEST_CASE(half_of_a_surrogate_pair_is_told_with_its_place) {
    struct row {
        std::string_view text;
        std::size_t column;
        std::string_view escape;
    };
    for (auto const& [text, column, escape] : {
             row{R"({"a":"\ud800"})", 7, R"(\ud800)"},
             row{R"({"a":"\udc00"})", 7, R"(\udc00)"},
             row{R"(["x\uD83D y"])", 4, R"(\uD83D)"},
             row{R"(["\ud800\u0041"])", 3, R"(\ud800)"},
             row{R"(["\ud83d\ude00\ud800\n"])", 15, R"(\ud800)"},
             row{R"(["\\ud83d","\ud800\ud800"])", 13, R"(\ud800)"},
             row{R"({"\udfff":1})", 3, R"(\udfff)"},
         }) {
        auto const checked = check_json(text);
        BOOST_TEST_CONTEXT(text) {
            BOOST_REQUIRE(checked.has_error());
            BOOST_TEST(checked.error().code == errc::syntax);
            BOOST_TEST(checked.error().where.line == 1U);
            BOOST_TEST(checked.error().where.column == column);
            auto const told = std::string(escape) + " is half of a surrogate pair";
            BOOST_TEST(checked.error().detail.starts_with(told), checked.error().detail);
        }
    }
    BOOST_TEST(check_json(R"(["\\ud800","\ud83d\ude00"])").has_value());
    // What is wrong elsewhere is told as that.
    BOOST_TEST(check_json(R"(["\ud83d\ude00" 1])").error().detail.starts_with("unexpected"));
}

BOOST_AUTO_TEST_CASE(malformed_texts_are_refused) {
    std::string_view const cases[]{
        R"("\ud800")",
        R"("\udc00")",
        R"("\ud800\u0041")",
        R"("\ud800\ud800")",
        R"("\u12g4")",
        R"("\x41")",
        R"("\)",
        "[1 2]",
        "{\"a\"}",
        "{\"a\":}",
        "{1:2}",
        "[,1]",
        "[1,,2]",
        "{\"a\" 1}",
        "tru",
        "truex",
        "nul",
        "-",
        "1.",
        "1e",
        "1e+",
        "0x1",
        "1_000",
        "]",
        "[}",
        "{]",
        "\"a\nb\"",
        "'a'",
        "[\"a\", # c\n 1]",
        "/**/1",
        "[1]]",
        "{}{}",
        "[\xC2\xA0]",
        "\"\\u00\"",
        "\"\\uD83D\"",
        "{\"a\":1 \"b\":2}",
        "{,}",
        "[\"",
        "{\"a",
        "--1",
        "1.5.5",
        "\0",
        "--",
        "\"\\ud83d\\u\"",
    };
    for (auto const text : cases)
        BOOST_TEST(check_json(text).has_error(), text);
}

BOOST_AUTO_TEST_CASE(an_error_says_what_was_expected) {
    struct {
        std::string_view text, detail;
    } const cases[]{
        {"{\"a\":1,}", "unexpected \"}\"; expected a name in double quotes"},
        {"[1,", "the text ends here; expected a value"},
        {"[1 2]", "unexpected \"2\"; expected a comma or ] after a value"},
        {"{} x", "unexpected \"x\"; expected nothing more after the value"},
        {"{\"a\":1,\"a\":2}", "the name \"a\" stands twice in one object"},
    };
    for (auto const& [text, detail] : cases) {
        auto const checked = check_json(text);
        BOOST_REQUIRE(checked.has_error());
        BOOST_TEST(checked.error().detail == detail);
    }
}

BOOST_AUTO_TEST_CASE(a_byte_order_mark_is_skipped) {
    std::string_view const text = "\xEF\xBB\xBF {\"a\":[1]}\n";
    BOOST_TEST(check_json(text).has_value());
    BOOST_TEST(parse_json(text)->at("a").at(0).as_int64() == 1);
    BOOST_TEST((json_kind_of(text) == json_kind::object));
    BOOST_TEST(json_trim(text) == "{\"a\":[1]}");
    BOOST_TEST(json_member_value(text, "a").value() == "[1]");
    BOOST_TEST((check_json("\xEF\xBB\xBF").error().code == errc::incomplete));
    BOOST_TEST((check_json("{\xEF\xBB\xBF}").error().code == errc::syntax));
}

BOOST_AUTO_TEST_CASE(names_that_differ_in_spelling_only_are_duplicates) {
    auto const checked = check_json(R"({"caf\u00e9":1,"x":[{"y":1}],"café":2})");
    BOOST_REQUIRE(checked.has_error());
    BOOST_TEST(checked.error().code == errc::duplicate_name);
}

BOOST_AUTO_TEST_CASE(duplicates_are_found_among_many_names) {
    std::string text = "{";
    for (int i = 0; i < 1000; ++i)
        text += "\"n" + std::to_string(i) + "\":{\"n1\":1},";
    BOOST_TEST(check_json(text + "\"last\":1}").has_value());
    BOOST_TEST(check_json(text + "\"n500\":1}").error().code == errc::duplicate_name);
}

BOOST_AUTO_TEST_CASE(depth_is_limited) {
    BOOST_TEST(check_json(nested(32)).has_value());
    BOOST_TEST(check_json(nested(33)).error().code == errc::too_deep);
    BOOST_TEST(check_json(nested(100'000)).error().code == errc::too_deep);
    BOOST_TEST(check_json(nested(3), {.depth = 2}).error().code == errc::too_deep);
}

BOOST_AUTO_TEST_CASE(size_and_nodes_are_limited) {
    BOOST_TEST(check_json("[1,2]", {.size = 5}).has_value());
    BOOST_TEST(check_json("[1,2] ", {.size = 5}).error().code == errc::too_large);
    BOOST_TEST(check_json("[1,2]", {.nodes = 3}).has_value());
    BOOST_TEST(check_json("[1,2,3]", {.nodes = 3}).error().code == errc::too_many);
    BOOST_TEST(check_json(R"({"a":1})", {.nodes = 2}).error().code == errc::too_many);
}

BOOST_AUTO_TEST_CASE(a_value_has_its_integers_exact_and_its_doubles_rounded_right) {
    auto const parsed = parse_json(
        R"({"a":18446744073709551615,"b":-9223372036854775808,"c":123456789012345678901,"d":0.1})");
    BOOST_REQUIRE(parsed.has_value());
    auto const& object = parsed->as_object();
    BOOST_TEST(object.at("a").as_uint64() == 18446744073709551615U);
    BOOST_TEST(object.at("b").as_int64() == std::numeric_limits<std::int64_t>::min());
    BOOST_TEST(object.at("c").as_string() == "123456789012345678901");
    BOOST_TEST(object.at("d").as_double() == 0.1);
}

BOOST_AUTO_TEST_CASE(a_value_outlives_its_text_and_can_be_moved) {
    boost::json::value kept;
    {
        std::string const text = R"({"long name beyond any small buffer":["é\n",{"x":null}]})";
        kept = *parse_json(text);
    }
    auto const moved = std::move(kept);
    BOOST_TEST(boost::json::serialize(moved) ==
               R"({"long name beyond any small buffer":["é\n",{"x":null}]})");
}

BOOST_AUTO_TEST_CASE(numbers_are_told_from_what_looks_like_them) {
    for (auto const* const yes : {"0", "-0", "10", "1.5", "-1e5", "1E+2", "919879964805"}) {
        BOOST_TEST(is_json_number(yes), yes);
    }
    for (auto const* const no : {"", "-", "+1", "01", "1.", ".5", "1 ", " 1", "1e400", "0x1", "1,2",
                                 "Infinity", "true", "[1]", "1]", "5\n", "1e"}) {
        BOOST_TEST(!is_json_number(no), no);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::json_test
