#include "gateway/server/date.hpp"

#include <boost/test/unit_test.hpp>

namespace date_test {

BOOST_AUTO_TEST_SUITE(date)

BOOST_AUTO_TEST_CASE(writes_the_date_of_the_standard) {
    sluice::gateway::server::date_line line;
    BOOST_TEST(line.at(784111777) == "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
    BOOST_TEST(line.at(0) == "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n");
    BOOST_TEST(line.at(1709251199) == "Date: Thu, 29 Feb 2024 23:59:59 GMT\r\n");
    BOOST_TEST(line.at(4102444800) == "Date: Fri, 01 Jan 2100 00:00:00 GMT\r\n");
}

BOOST_AUTO_TEST_CASE(keeps_the_line_for_a_second) {
    sluice::gateway::server::date_line line;
    auto const first = line.at(784111777);
    BOOST_TEST(line.at(784111777).data() == first.data());
    BOOST_TEST(line.at(784111778) == "Date: Sun, 06 Nov 1994 08:49:38 GMT\r\n");
}

BOOST_AUTO_TEST_CASE(now_has_the_same_shape) {
    sluice::gateway::server::date_line line;
    auto const text = line.now();
    BOOST_TEST(text.size() == 37);
    BOOST_TEST(text.starts_with("Date: "));
    BOOST_TEST(text.ends_with(" GMT\r\n"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace date_test
