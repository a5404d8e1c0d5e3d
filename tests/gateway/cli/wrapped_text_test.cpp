#include "gateway/cli/wrapped_text.hpp"

#include <boost/test/unit_test.hpp>

namespace wrapped_text_test {

using sluice::gateway::cli::wrapped_lines;

BOOST_AUTO_TEST_SUITE(wrapped_text)

BOOST_AUTO_TEST_CASE(what_fits_stays_as_it_is) {
    BOOST_TEST(wrapped_lines("", 10) == "");
    BOOST_TEST(wrapped_lines("one two\n\n  three  \n", 10) == "one two\n\n  three  \n");
    BOOST_TEST(wrapped_lines("one two three four", 0) == "one two three four");
    BOOST_TEST(wrapped_lines("1234567890", 10) == "1234567890");
    BOOST_TEST(wrapped_lines("Köln Köln ", 10) == "Köln Köln ");
}

BOOST_AUTO_TEST_CASE(a_long_line_goes_on_a_little_further_in) {
    BOOST_TEST(wrapped_lines("one two three four", 10) == "one two\n  three\n  four");
    BOOST_TEST(wrapped_lines("  one two three", 10) == "  one two\n    three");
    BOOST_TEST(wrapped_lines("averylongwordthatstayswhole two", 10) ==
               "averylongwordthatstayswhole\n  two");
}

BOOST_AUTO_TEST_CASE(a_second_column_goes_on_below_itself) {
    BOOST_TEST(wrapped_lines("  --all    All of them, whatever they are\n  --yes    No question",
                             31) == "  --all    All of them,\n"
                                    "           whatever they are\n"
                                    "  --yes    No question");
    BOOST_TEST(wrapped_lines("                 alone on its line", 30) ==
               "                 alone on its\n"
               "                 line");
    // Where it would leave no room, it does not.
    BOOST_TEST(wrapped_lines("  --all    All of them, whatever they are", 23) ==
               "  --all    All of them,\n"
               "    whatever they are");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace wrapped_text_test
