#include "gateway/config/load_context.hpp"
#include "tests/gateway/config/support.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::config::test::load_context_test {
namespace {

constexpr std::string_view text = "a = \"rule WRONG\"\nb = \"\\t WRONG\"\nc = '''WRONG'''\n"
                                  "d = 'x\\WRONG'\n";

std::string position_of(file_place const& at) {
    word_checker const checker;
    file_reader const none = files({});
    load_context context(text, "f", checker, none);
    context.error_in(at, {"bad", 5});
    auto const found = context.take_problems();
    return std::to_string(found.at(0).line) + ':' + std::to_string(found.at(0).column);
}

} // namespace

BOOST_AUTO_TEST_SUITE(load_context)

BOOST_AUTO_TEST_CASE(an_error_in_a_plain_string_points_into_it) {
    BOOST_TEST(position_of({1, 5, "a"}) == "1:11");
    BOOST_TEST(position_of({4, 5, "d"}) == "4:11");
}

BOOST_AUTO_TEST_CASE(an_error_in_an_escaped_string_points_to_its_start_and_in_a_long_one_into_it) {
    BOOST_TEST(position_of({2, 5, "b"}) == "2:5");
    BOOST_TEST(position_of({3, 5, "c"}) == "3:13");
}

BOOST_AUTO_TEST_CASE(an_error_outside_the_file_keeps_its_place) {
    BOOST_TEST(position_of({0, 0, ""}) == "0:0");
    BOOST_TEST(position_of({9, 1, ""}) == "9:1");
    BOOST_TEST(position_of({1, 99, ""}) == "1:99");
}

BOOST_AUTO_TEST_CASE(a_secret_that_is_there_twice_is_not_printed) {
    broken const table[] = {
        {"[[account]]\nid = \"a\"\nsecrets = [\""
         "0123456789012345678901234567890123456789012345678901234567890123"
         "\"]\n[[account]]\nid = \"b\"\nsecrets = [§\""
         "0123456789012345678901234567890123456789012345678901234567890123"
         "\"]\n",
         "this secret is already in line 3"},
        {"[[account]]\nid = \"a\"\ncust_tokens = [\"t0\", §\"t0\"]\n",
         "this cust_token is already in line 3"},
    };
    expect_broken(table);
}

BOOST_AUTO_TEST_CASE(a_name_that_is_there_twice_says_where_it_was) {
    broken const table[] = {
        {"[[account]]\nid = §\"a\"\n", "this account \"a\" is already in line 2"},
        {"[[destination]]\nname = §\"d\"\nurl = \"https://x.example/\"\n",
         "this destination \"d\" is already in line 4"},
        {"[[route]]\npath = \"/in/r\"\naccount = \"a\"\ndestinations = [\"d\"]\n"
         "[[route]]\npath = §\"/in/r\"\naccount = \"a\"\ndestinations = [\"d\"]\n",
         "this route \"/in/r\" is already in line 7"},
        {"[[widget]]\nname = \"w\"\naccount = \"a\"\nurl = \"https://x.example/\"\n"
         "[[widget]]\nname = §\"w\"\naccount = \"a\"\nurl = \"https://x.example/\"\n",
         "this widget \"w\" is already in line 7"},
    };
    expect_broken(table, account_and_destination);
}

BOOST_AUTO_TEST_CASE(a_name_that_nobody_defines_gets_a_suggestion) {
    broken const table[] = {
        {"[webhooks]\ncreateOutbound = { destination = §\"central\" }\n[[destination]]\n"
         "name = \"centrla\"\nurl = \"https://x.example/\"\n",
         "there is no destination \"central\"; did you mean \"centrla\"?"},
        {"[[route]]\npath = \"/in/r\"\naccount = §\"zzzzzz\"\ndestinations = [\"d\"]\n",
         "there is no account \"zzzzzz\""},
        {"[[route]]\npath = \"/in/r\"\naccount = \"a\"\ndestinations = [\"d\", §\"gone-away\"]\n",
         "there is no destination \"gone-away\""},
        {"[[widget]]\nname = \"w\"\naccount = §\"bbbb\"\nurl = \"https://x.example/\"\n",
         "there is no account \"bbbb\""},
    };
    expect_broken(table, account_and_destination);
}

BOOST_AUTO_TEST_CASE(a_mistake_in_a_long_text_has_its_own_line) {
    broken const table[] = {
        {"body = \"\"\"\nfirst\nsecond §WRONG\nthird\"\"\"\n", "bad template"},
        {"body = \'\'\'first \\ §WRONG\'\'\'\n", "bad template"},
        {"body = \'\'\'\n\n  §WRONG\n\'\'\'\n", "bad template"},
        {"body = \"éé §WRONG\"\n", "bad template"},
        {"body = \'\'\'\né\nश §WRONG\'\'\'\n", "bad template"},
        {"body = §\"\"\"a\\tb WRONG\"\"\"\n", "bad template"},
        {"body = §\"\"\"a \\\n  b WRONG\"\"\"\n", "bad template"},
        // With escapes nobody can say where it is: the text's own place is told.
        {"body = §\"\"\"\na \\u0041 WRONG\"\"\"\n", "bad template"},
    };
    expect_broken(table, "[[account]]\nid = \"a\"\n[[widget]]\nname = \"w\"\naccount = \"a\"\n"
                         "url = \"https://x.example/\"\n");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::load_context_test
