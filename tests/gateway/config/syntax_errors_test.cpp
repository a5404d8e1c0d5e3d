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

BOOST_AUTO_TEST_SUITE_END()

} // namespace syntax_errors_test
