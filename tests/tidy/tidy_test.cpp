// Each rule over the whole tree. A failure lists file:line of every place that breaks it.
#include "tests/tidy/rooms.hpp"
#include "tests/tidy/rules.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace sluice::tests::tidy;

source_tree const& project() {
    static source_tree const tree = read_tree(SLUICE_SOURCE_DIR);
    return tree;
}

void require_none(rule check) {
    auto const findings = check(project());
    BOOST_CHECK_MESSAGE(findings.empty(), "\n" << to_text(findings));
}

} // namespace

BOOST_AUTO_TEST_SUITE(tidy)

BOOST_AUTO_TEST_CASE(the_tree_is_read) {
    BOOST_TEST(project().size() > 50U);
}

BOOST_AUTO_TEST_CASE(includes_follow_the_arrows) {
    require_none(check_include_arrows);
}

BOOST_AUTO_TEST_CASE(no_room_looks_up) {
    BOOST_TEST(rising_arrows(rooms()).empty());
}

BOOST_AUTO_TEST_CASE(files_are_short) {
    require_none(check_file_length);
}

BOOST_AUTO_TEST_CASE(functions_are_short) {
    require_none(check_function_length);
}

BOOST_AUTO_TEST_CASE(lines_are_short) {
    require_none(check_line_length);
}

BOOST_AUTO_TEST_CASE(banned_tokens_are_absent) {
    require_none(check_banned_tokens);
}

BOOST_AUTO_TEST_CASE(nothing_is_unfinished) {
    require_none(check_unfinished_marks);
}

BOOST_AUTO_TEST_CASE(headers_are_included_once) {
    require_none(check_pragma_once);
}

BOOST_AUTO_TEST_CASE(headers_say_what_they_are) {
    require_none(check_header_comment);
}

BOOST_AUTO_TEST_CASE(every_source_is_built) {
    require_none(check_sources_are_built);
}

BOOST_AUTO_TEST_CASE(white_space_is_plain) {
    require_none(check_white_space);
}

BOOST_AUTO_TEST_SUITE_END()
