#include "gateway/config/syntax_errors.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace syntax_errors_test {

using namespace sluice::gateway::config;

namespace {

// "2 5": the lines that have errors.
std::string lines(std::string_view text) {
    std::string all;
    for (auto const& each : find_syntax_errors(text)) {
        BOOST_TEST(!each.message.empty());
        BOOST_TEST(each.column > 0U);
        BOOST_TEST(each.message.find_first_of("\r\n") == std::string::npos);
        all += (all.empty() ? "" : " ") + std::to_string(each.line);
    }
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(syntax_errors)

BOOST_AUTO_TEST_CASE(every_statement_with_an_error_is_told) {
    BOOST_TEST(lines("a = 1\nb = \nc = tru\nd = 2\n[x\ny = 1\n") == "2 3 5");
    BOOST_TEST(lines("a = 1\n").empty());
    BOOST_TEST(lines("").empty());
}

BOOST_AUTO_TEST_CASE(the_last_line_is_told_as_it_would_be_alone) {
    std::string const last = "b = tru\n";
    auto const alone = find_syntax_errors(last);
    auto const behind = find_syntax_errors("a =\n" + last);
    BOOST_REQUIRE(alone.size() == 1U);
    BOOST_REQUIRE(behind.size() == 2U);
    BOOST_TEST(behind[1].message == alone[0].message);
}

BOOST_AUTO_TEST_CASE(a_broken_header_is_one_error_and_not_one_for_each_key_below) {
    BOOST_TEST(lines("name = \"a\"\n[[x]\nname = \"b\"\n[y]\nname = \"c\"\n") == "2");
}

BOOST_AUTO_TEST_CASE(a_list_over_several_lines_is_one_statement) {
    BOOST_TEST(lines("a = [\n  1,\n  b,\n  2,\n]\nc = x\n") == "3 6");
    BOOST_TEST(lines("a = [\n  [1, 2],\n  [3, b],\n]\nc = 1\n") == "3");
}

BOOST_AUTO_TEST_CASE(what_stands_in_a_string_over_several_lines_is_no_statement) {
    // An error within it, and one behind it: what looks like a key or a table is text.
    BOOST_TEST(lines("a = \"\"\"\n{\"x\": \"\\x\"}\nb = 1\n[c]\n\"\"\"\nd = tru\n") == "2 6");
    BOOST_TEST(lines("a = \"\"\"\nb = 1\n[c]\n\"\"\" x\nd = ?\n") == "4 5");
    BOOST_TEST(lines("a = '''\nb = \\\n[c]\n''' x\nd = ?\n") == "4 5");
    BOOST_TEST(lines("a = \"\"\"\nb = \\\"\"\"\n[c]\n\"\"\"\"\" x\nd = ?\n") == "4 5");
}

BOOST_AUTO_TEST_CASE(marks_in_comments_and_in_other_strings_open_none) {
    BOOST_TEST(lines("a = 1 # \"\"\"\nb = ?\nc = ?\n") == "2 3");
    BOOST_TEST(lines("a = \"\\\"'''# \" # \"\"\"\nb = ?\nc = ?\n") == "2 3");
    BOOST_TEST(lines("a = '\"\"\"' \nb = ?\nc = ?\n") == "2 3");
    BOOST_TEST(lines("a = \"\"\"x\"\"\"\"\"\nb = ?\nc = ?\n") == "2 3");
}

BOOST_AUTO_TEST_CASE(a_text_without_an_end_ends_the_search) {
    BOOST_TEST(!lines("a = \"\"\"\nb = 1\nc =\n").empty());
    std::string many;
    for (int i = 0; i < 50; ++i)
        many += "a" + std::to_string(i) + " = ?\n";
    BOOST_TEST(find_syntax_errors(many).size() == most_syntax_errors);
}

// What somebody types, and a piece of what is said about it.
struct mistake {
    char const* text;
    char const* said;
};
constexpr mistake mistakes[] = {
    {"a = http://x", "a text stands in quotes"},
    {"a = /etc/x", "a text stands in quotes"},
    {"a = yes", "true and false"},
    {"a = null", "a text stands in quotes"},
    {"a = tru", "expected true or false, in small letters"},
    {"a = True", "expected true or false, in small letters"},
    {"a = \"x\nb = 1", "the text has no end on this line: expected \""},
    {"a = 'x\nb = 1", "the text has no end on this line: expected '"},
    {"a = \"\"\"x", "three of them where it has several lines"},
    {"a = \"C:\\data\"", "write \\\\"},
    {"a = \"\\u12\"", "four hexadecimal digits"},
    {"a = \"x\x01y\"", "a control character in a text"},
    {"# \x01", "a control character in a comment"},
    {"a = \"\xff\"", "no UTF-8"},
    {"a =", "expected a value behind \"=\""},
    {"a = ,", "expected a value behind \"=\""},
    {"a", "expected \"=\" and a value behind the key"},
    {"a \"x\"", "expected \"=\" behind the key"},
    {"a: 1", "not \":\""},
    {"k\xc3\xa9y = 1", "a key with other characters"},
    {"a b = 1", "a key with other characters"},
    {"a = \"x\" y", "expected the end of the line"},
    {"a = \"\"x\"\"", "expected the end of the line"},
    {"= 1", "expected a key and \"=\""},
    {"{ \"a\": 1 }", "expected a key and \"=\""},
    {"a..b = 1", "a name on both sides"},
    {"a = 30s", "durations, sizes, addresses"},
    {"a = 5%", "durations, sizes, addresses"},
    {"a = 10.0.0.1", "durations, sizes, addresses"},
    {"a = 127.0.0.1:80", "addresses and all other texts"},
    {"a = 12:30", "addresses and all other texts"},
    {"a = 2026-13-01", "this is no time"},
    {"a = 007", "no zero in front"},
    {"a = 99999999999999999999", "too large"},
    {"a = [1 2]", "expected \",\" or \"]\""},
    {"a = [1,,2]", "expected a value before \",\""},
    {"a = [1,", "the list has no end"},
    {"a = {b = 1,}", "no \",\" before \"}\""},
    {"a = {b = 1 c = 2}", "expected \",\" or \"}\""},
    {"a = {b = 1", "expected \"}\" on this line"},
    {"[a", "expected \"]\" behind the table's name"},
    {"[[a]", "expected \"]]\" behind the table's name"},
    {"[a b]", "stands in quotes"},
    {"[a]]", "one bracket on each side"},
    {"[a] b", "nothing but a comment"},
    {"[]", "a table needs a name"},
    {"a = 1\na = 2", "\"a\" stands here a second time"},
    {"[a]\n[a]", "[a] stands here a second time"},
    {"[a]\n[[a]]", "[[a]] does not go with what stands above"},
    {"a = 1\na.b = 2", "is no table"},
    {"a = {b = 1}\n[a.c]", "written whole, in braces"},
};

BOOST_AUTO_TEST_CASE(each_mistake_is_told_in_plain_words) {
    for (auto const& [text, said] : mistakes) {
        auto const found = find_syntax_errors(std::string(text) + "\n");
        BOOST_TEST_REQUIRE(!found.empty(), text);
        auto const& message = found.front().message;
        BOOST_TEST((message.find(said) != message.npos), text << ": " << message);
        BOOST_TEST((message.find("parsing") == message.npos), text << ": " << message);
    }
}

BOOST_AUTO_TEST_CASE(no_piece_of_a_value_is_told) {
    for (auto const* text : {"secret = nutmeg", "secret = trumpet", "secret = 12ab34",
                             "secret = infinite", "secret = \"a\" nutmeg", "secret = [nutmeg]",
                             "secret = 99999999999999999999", "secret = 12:nutmeg"}) {
        auto const found = find_syntax_errors(text);
        BOOST_TEST_REQUIRE(!found.empty(), text);
        for (auto const* piece : {"nut", "trum", "12", "infi", "99", "meg"})
            BOOST_TEST((found.front().message.find(piece) == std::string::npos), text);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace syntax_errors_test
