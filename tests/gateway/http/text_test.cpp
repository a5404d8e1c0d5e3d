#include "gateway/http/text.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

namespace sluice::gateway::http::text_test {

BOOST_AUTO_TEST_SUITE(http_text)

BOOST_AUTO_TEST_CASE(letter_case_is_that_of_ascii) {
    BOOST_TEST(to_lower(std::string_view("X-Key \xC4Z[")) == "x-key \xC4z[");
    BOOST_TEST(equal_ignoring_case("Keep-Alive", "kEEP-aLIVE"));
    BOOST_TEST(!equal_ignoring_case("a", "ab"));
    BOOST_TEST(!equal_ignoring_case("[", "{"));
}

BOOST_AUTO_TEST_CASE(the_elements_of_a_list_are_trimmed) {
    std::vector<std::string> seen;
    for_each_element(" a ,\tb,,c d", [&seen](std::string_view one) { seen.emplace_back(one); });
    std::vector<std::string> const expected{"a", "b", "", "c d"};
    BOOST_TEST(seen == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(field_lines_are_taken_one_by_one) {
    std::string_view lines = "Host: a:1\r\nX:\r\nno colon\r\nLast:  b ";
    std::string seen;
    for (std::string_view name, value; next_field(lines, name, value);)
        seen.append("<").append(name).append("|").append(value).append(">");
    BOOST_TEST(seen == "<Host|a:1><X|><|no colon><Last|b>");
    BOOST_TEST(lines.empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::http::text_test
