#include "gateway/server/request.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

namespace request_test {

using sluice::gateway::server::header_field;

BOOST_AUTO_TEST_SUITE(request)

BOOST_AUTO_TEST_CASE(finds_headers_in_any_letter_case) {
    std::array const fields{header_field{"Accept", "a"}, header_field{"ACCEPT", "b"},
                            header_field{"X-Empty", ""}};
    sluice::gateway::server::request received;
    received.headers = fields;
    BOOST_TEST(received.header("accept") == "a");
    BOOST_TEST(received.count("Accept") == 2);
    BOOST_TEST(received.has("x-empty"));
    BOOST_TEST(received.header("x-empty") == "");
    BOOST_TEST(!received.has("Accep"));
    BOOST_TEST(received.header("Accept-Encoding") == "");
    BOOST_TEST(received.count("Other") == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace request_test
