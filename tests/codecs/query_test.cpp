#include "codecs/query.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace sluice::codecs::query_test {

namespace {

std::string walked(std::string_view query) {
    std::string out;
    query_walk walk(query);
    for (query_part part; walk.next(part);) {
        out.append("[").append(part.name).append(part.has_value ? "=" : "").append(part.value);
        out.append("]");
    }
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(query)

BOOST_AUTO_TEST_CASE(parts_are_as_they_were_written) {
    BOOST_TEST(walked("") == "");
    BOOST_TEST(walked("a=1&b=%20+&a=2") == "[a=1][b=%20+][a=2]");
    BOOST_TEST(walked("a&b=&=c&a=b=c") == "[a][b=][=c][a=b=c]");
    BOOST_TEST(walked("&&a=1&&") == "[a=1]");
}

BOOST_AUTO_TEST_CASE(the_first_of_a_name_is_found) {
    BOOST_TEST(find_in_query("x=1&y=2&y=3", "y").value() == "2");
    BOOST_TEST(find_in_query("x=1&y", "y").value() == "");
    BOOST_TEST(!find_in_query("x=1&yy=2", "y").has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::query_test
