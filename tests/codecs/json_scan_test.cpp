#include "codecs/json.hpp"
#include "codecs/json_scan.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::codecs::json_scan_test {

BOOST_AUTO_TEST_SUITE(json_scan)

BOOST_AUTO_TEST_CASE(members_are_given_byte_for_byte) {
    std::string_view const text = " { \"body\" : {\"x\" : [1.0, \"}\\\"\" ] } ,\n\"n\":\t-1.50e+0, "
                                  "\"s\":\"a\\u0062\\\\\" }\n";
    BOOST_REQUIRE(check_json(text).has_value());
    auto const members = json_members(text);
    BOOST_REQUIRE(members.size() == 3U);
    BOOST_TEST(members[0].raw_name == "body");
    BOOST_TEST(members[0].value == "{\"x\" : [1.0, \"}\\\"\" ] }");
    BOOST_TEST(members[1].value == "-1.50e+0");
    BOOST_TEST(members[2].value == R"("a\u0062\\")");
    BOOST_TEST(json_text(members[2].value) == "ab\\");
    BOOST_TEST((members[0].value.data() > text.data()));
}

BOOST_AUTO_TEST_CASE(names_are_compared_unescaped) {
    auto const members = json_members(R"({"caf\u00e9":1,"b\/c":2})");
    BOOST_REQUIRE(members.size() == 2U);
    BOOST_TEST(members[0].is("café"));
    BOOST_TEST(!members[0].is("caf\\u00e9"));
    BOOST_TEST(members[1].name() == "b/c");
    BOOST_TEST(json_member_value(R"({"caf\u00e9":1,"b":2})", "café").value() == "1");
    BOOST_TEST(!json_member_value(R"({"a":1})", "b").has_value());
    BOOST_TEST(!json_member_value("[1]", "0").has_value());
}

BOOST_AUTO_TEST_CASE(elements_are_given_byte_for_byte) {
    auto const elements = json_elements("[ 1 ,[2,3] , \"a,]\",{} ,null]");
    std::vector<std::string_view> const expected{"1", "[2,3]", "\"a,]\"", "{}", "null"};
    BOOST_TEST(elements == expected, boost::test_tools::per_element());
    BOOST_TEST(json_elements("[]").empty());
    BOOST_TEST(json_elements("{\"a\":1}").empty());
    BOOST_TEST(json_members("[]").empty());
    BOOST_TEST(json_members("{ }").empty());
}

// A quote ends a string unless a backslash, which nothing escapes, stands before it.
BOOST_AUTO_TEST_CASE(strings_end_behind_any_number_of_backslashes) {
    for (std::size_t backslashes = 0; backslashes < 9; ++backslashes) {
        std::string const run(backslashes, '\\');
        bool const is_escaped = backslashes % 2 == 1;
        auto const first = '"' + run + '"' + (is_escaped ? "x\"" : "");
        auto const text = '[' + first + ",\"\\\\\",\"\",{\"a\":" + first + "},7]";
        auto const elements = json_elements(text);
        BOOST_TEST_CONTEXT(first) {
            BOOST_REQUIRE(elements.size() == 5U);
            BOOST_TEST(elements[0] == first);
            BOOST_TEST(elements[1] == "\"\\\\\"");
            BOOST_TEST(elements[2] == "\"\"");
            BOOST_TEST(json_member_value(elements[3], "a").value() == first);
            BOOST_TEST(elements[4] == "7");
        }
    }
    BOOST_TEST(json_elements("[\"open").size() == 1U);
}

BOOST_AUTO_TEST_CASE(pointers_find_raw_values) {
    std::string_view const text = R"({"a":[{"b":10000000000000000000000.10},"x"],"c~d":{"":true}})";
    struct {
        std::string_view pointer, raw;
    } const cases[]{{"", text},
                    {"/a/0/b", "10000000000000000000000.10"},
                    {"/a/1", "\"x\""},
                    {"/c~0d/", "true"}};
    for (auto const& [pointer, raw] : cases) {
        auto const found = json_find(text, *json_pointer::compile(pointer));
        BOOST_REQUIRE(found.has_value());
        BOOST_TEST(*found == raw);
    }
    for (auto const* const absent : {"/b", "/a/2", "/a/x", "/a/1/0", "/c~0d/x"}) {
        BOOST_TEST(!json_find(text, *json_pointer::compile(absent)).has_value(), absent);
    }
}

BOOST_AUTO_TEST_CASE(scalars_are_text_as_they_were_written) {
    struct {
        std::string_view raw, text;
    } const cases[]{
        {"1.50", "1.50"},
        {"true", "true"},
        {"null", ""},
        {" 7 ", "7"},
        {R"("\ud83d\ude00")", "😀"},
        {R"("\n\t\/")", "\n\t/"},
        {"[1]", "[1]"},
        {R"("")", ""},
    };
    for (auto const& [raw, text] : cases)
        BOOST_TEST(json_text(raw) == text);
}

BOOST_AUTO_TEST_CASE(kinds_are_told_by_the_first_character) {
    BOOST_TEST((json_kind_of(" {") == json_kind::object));
    BOOST_TEST((json_kind_of("[") == json_kind::array));
    BOOST_TEST((json_kind_of("\"") == json_kind::string));
    BOOST_TEST((json_kind_of("-1") == json_kind::number));
    BOOST_TEST((json_kind_of("false") == json_kind::boolean));
    BOOST_TEST((json_kind_of("null") == json_kind::null));
}

BOOST_AUTO_TEST_CASE(text_that_was_not_checked_is_read_safely) {
    for (auto const* const text :
         {"{", "{\"", "{\"a", "{\"a\"", "{\"a\":", "[", "[[", "[\"\\", "{\"a\":\"\\u", "[,", "[}",
          "{\"a\":}", "{:1}", "[1 2", "", "{]", "[:"}) {
        std::string const copy = text;
        BOOST_TEST(json_members(copy).size() <= 1U);
        for (auto const element : json_elements(copy))
            (void)json_text(element);
        (void)json_text(copy);
        (void)json_find(copy, *json_pointer::compile("/a/0"));
    }
}

BOOST_AUTO_TEST_CASE(of_names_that_repeat_the_last_counts) {
    BOOST_TEST(json_without_repeats(R"( {"a":1,"b":[{"x":1,"x": "2"}, {}],"\u0061":{"c":[]}} )") ==
               R"({"b":[{"x":"2"},{}],"\u0061":{"c":[]}})");
    BOOST_TEST(json_without_repeats("[[],{}]") == "[[],{}]");
    BOOST_TEST(json_without_repeats(" 5 ") == "5");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::json_scan_test
