#include "gateway/server/request.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>

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

BOOST_AUTO_TEST_CASE(finds_the_same_where_the_sizes_of_names_are_known) {
    std::string const long_name(40, 'x');
    std::array const fields{header_field{"Accept", "a"}, header_field{long_name, "b"}};
    sluice::gateway::server::request received;
    received.headers = fields;
    received.name_sizes = 0;
    for (auto const& [name, value] : fields)
        received.name_sizes |= sluice::gateway::server::request::size_bit(name);
    BOOST_TEST(received.header("accept") == "a");
    BOOST_TEST(received.header(long_name) == "b");
    BOOST_TEST(received.count(std::string(39, 'x')) == 0);
    BOOST_TEST(!received.has("Accep"));
    BOOST_TEST(!received.has("Prefer")); // as long as one that is there
    BOOST_TEST(received.count("Other") == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace request_test
