#include "gateway/cli/table.hpp"
#include "gateway/cli/terminal.hpp"

#include <boost/test/unit_test.hpp>

namespace table_test {

using namespace sluice::gateway::cli;

namespace {

table people() {
    table made;
    made.columns = {{"NAME"}, {"N", column::kind::number}, {"CITY"}, {"MORE", column::kind::wide}};
    made.rows = {{{"anna"}, {"7"}, {"Köln", tone::good}, {"x"}}, {{"b"}, {"1200"}, {""}, {"y"}}};
    return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(table_)

BOOST_AUTO_TEST_CASE(columns_are_as_wide_as_their_widest_and_numbers_stand_right) {
    table_layout how;
    how.has_header = true;
    BOOST_TEST(to_text(people(), how) == "NAME     N  CITY\n"
                                         "anna     7  Köln\n"
                                         "b     1200  -\n");
    how.is_wide = true;
    BOOST_TEST(to_text(people(), how) == "NAME     N  CITY  MORE\n"
                                         "anna     7  Köln  x\n"
                                         "b     1200  -     y\n");
}

BOOST_AUTO_TEST_CASE(lines_for_a_pipe_have_no_header_and_are_never_cut) {
    BOOST_TEST(to_text(people(), {}) == "anna     7  Köln\n"
                                        "b     1200  -\n");
}

BOOST_AUTO_TEST_CASE(lines_are_cut_to_the_width_and_say_so) {
    auto wide = people();
    wide.rows[0][2].text = "Köln-Porz-Wahnheide";
    table_layout how;
    how.width = 20;
    BOOST_TEST(to_text(wide, how) == "anna     7  Köln-Po…\n"
                                     "b     1200  -\n");
}

BOOST_AUTO_TEST_CASE(what_is_left_out_as_a_whole_leaves_an_ellipsis_too) {
    table made;
    made.columns = {{"NAME"}, {"STATE"}, {"REASON"}};
    made.rows = {{{"anna"}, {"dead"}, {"why"}}, {{"b"}, {"a state of some kind"}, {"why"}}};
    table_layout how;
    how.width = 31;
    BOOST_TEST(to_text(made, how) == "anna  dead                  why\n"
                                     "b     a state of some kind  why\n");
    how.width = 28; // of the third column nothing
    BOOST_TEST(to_text(made, how) == "anna  dead …\n"
                                     "b     a state of some kind …\n");
    how.width = 27;
    BOOST_TEST(to_text(made, how) == "anna  dead …\n"
                                     "b     a state of some kind…\n");
    how.width = 26; // the second ends with the screen
    BOOST_TEST(to_text(made, how) == "anna  dead …\n"
                                     "b     a state of some kin…\n");
    made.rows = {{{"anna"}, {"a state of some kind", tone::good}, {"why"}}};
    how.has_colour = true;
    BOOST_TEST(to_text(made, how) == "anna  \x1b[32ma state of some kin…\x1b[0m\n");
}

BOOST_AUTO_TEST_CASE(lines_for_a_pipe_say_what_each_thing_is) {
    BOOST_TEST(to_lines(people()) == "anna  n 7  city Köln  more x\n"
                                     "b  n 1200  more y\n");
}

BOOST_AUTO_TEST_CASE(where_the_first_column_leaves_no_room_the_others_stand_below) {
    table_layout how;
    how.has_header = true;
    how.width = 14;
    BOOST_TEST(to_text(people(), how) == "NAME\n"
                                         "     N  CITY\n"
                                         "anna\n"
                                         "     7  Köln\n"
                                         "b\n"
                                         "  1200  -\n");
    how.width = 9;
    how.has_header = false;
    BOOST_TEST(to_text(people(), how) == "anna\n"
                                         "     7  …\n"
                                         "b\n"
                                         "  1200  -\n");
}

BOOST_AUTO_TEST_CASE(a_first_column_of_more_than_half_hides_the_others_only_where_they_have_room) {
    table made;
    made.columns = {{"NAME"}, {"STATE"}, {"DEAD", column::kind::number}};
    made.rows = {{{std::string(50, 'n')}, {std::string(30, 's')}, {"7"}}};
    table_layout how;
    how.width = 80;
    BOOST_TEST(to_text(made, how) ==
               std::string(50, 'n') + "\n  " + std::string(30, 's') + "  7\n");
    how.width = 100; // all of it fits
    BOOST_TEST(to_text(made, how) == std::string(50, 'n') + "  " + std::string(30, 's') + "  7\n");
    made.rows[0][0].text = std::string(36, 'i'); // an id on a usual screen
    made.rows[0][1].text = std::string(60, 's');
    how.width = 80;
    BOOST_TEST(to_text(made, how) == std::string(36, 'i') + "  " + std::string(41, 's') + "…\n");
}

BOOST_AUTO_TEST_CASE(colours_stand_around_the_text_and_count_for_nothing) {
    table_layout how;
    how.has_colour = true;
    how.width = 20;
    BOOST_TEST(to_text(people(), how) == "anna     7  \x1b[32mKöln\x1b[0m\n"
                                         "b     1200  -\n");
}

BOOST_AUTO_TEST_CASE(text_is_cut_between_characters) {
    BOOST_TEST(cut_to("Köln", 4) == "Köln");
    BOOST_TEST(cut_to("Köln", 3) == "Kö…");
    BOOST_TEST(cut_to("Köln", 1) == "…");
    BOOST_TEST(cut_to("Köln", 0).empty());
    BOOST_TEST(width_of("Köln") == 4U);
}

BOOST_AUTO_TEST_CASE(control_characters_of_others_become_blanks) {
    std::string out;
    append_safe(out, "a\x1b[2J\nb\x7f\xc2\x9b"
                     "31m\xc3\xa4");
    BOOST_TEST(out == "a [2J b  31m\xc3\xa4");
}

BOOST_AUTO_TEST_CASE(progress_fits_the_terminal) {
    BOOST_TEST(progress_text(0, 0, 80) == "0 done");
    BOOST_TEST(progress_text(1, 2, 30) == "[######.......]  50 %  1 of 2");
    BOOST_TEST(progress_text(3, 2, 30) == "[#############] 100 %  3 of 2");
    BOOST_TEST(progress_text(1, 2, 10) == " 50 %  1 of 2");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace table_test
