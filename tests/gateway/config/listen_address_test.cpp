#include "gateway/config/listen_address.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::config::test::listen_address_test {

BOOST_AUTO_TEST_SUITE(listen_address)

BOOST_AUTO_TEST_CASE(listen_addresses_read_and_print) {
    for (std::string_view const text : {"127.0.0.1:8080", "[::1]:1", "0.0.0.0:0", "[::]:65535"})
        BOOST_TEST(config::listen_address::parse(text).value().to_string() == text);
    BOOST_TEST(config::listen_address::parse("localhost:80").value().to_string() == "127.0.0.1:80");
}

BOOST_AUTO_TEST_CASE(what_is_no_listen_address_is_refused) {
    for (std::string_view const text :
         {"", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
          "127.0.0.1:8o", "::1:80", "[127.0.0.1]:80", "[::1]", "[::1:80", "example.com:80", "[]:1"})
        BOOST_TEST(config::listen_address::parse(text).has_error(), text);
}

BOOST_AUTO_TEST_CASE(a_port_of_both_families_is_shared_out) {
    auto const at = [](char const* text) { return config::listen_address::parse(text).value(); };
    std::vector const both{at("[::]:80"), at("0.0.0.0:80"), at("[::]:81"), at("[::]:0"),
                           at("0.0.0.0:0")};
    BOOST_TEST(leaves_v4(both[0], both));
    BOOST_TEST(!leaves_v4(both[1], both)); // has no other family
    BOOST_TEST(!leaves_v4(both[2], both)); // nobody else has the port
    BOOST_TEST(!leaves_v4(both[3], both)); // each gets a port of its own
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::listen_address_test
