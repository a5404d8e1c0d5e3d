#include "gateway/call/origin.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace origin_test {

using namespace sluice::gateway;
using server::header_field;

namespace {

std::vector<config::network> const trusted = {*config::network::parse("10.0.0.0/8"),
                                              *config::network::parse("::1")};

call::origin origin_of(char const* peer, std::vector<header_field> const& fields) {
    server::request req;
    req.peer = boost::asio::ip::make_address(peer);
    req.headers = fields;
    return call::origin_of(req, trusted);
}

} // namespace

BOOST_AUTO_TEST_SUITE(origin)

BOOST_AUTO_TEST_CASE(headers_of_a_stranger_count_for_nothing) {
    auto const from =
        origin_of("192.0.2.7", {{"X-Forwarded-For", "127.0.0.1"}, {"X-Forwarded-Proto", "https"}});
    BOOST_TEST(from.address.to_string() == "192.0.2.7");
    BOOST_TEST(!from.is_https);
}

BOOST_AUTO_TEST_CASE(forwarded_for_is_read_from_the_right) {
    struct row {
        char const* value;
        char const* address;
    };
    for (auto const& [value, address] : {
             row{"203.0.113.9", "203.0.113.9"},
             row{"127.0.0.1, 203.0.113.9", "203.0.113.9"},
             row{"203.0.113.9, 10.1.2.3", "203.0.113.9"},
             row{"203.0.113.9,10.1.2.3,10.1.2.4", "203.0.113.9"},
             row{"junk, 203.0.113.9", "203.0.113.9"},
             row{"junk", "0.0.0.0"}, // never the proxy's own address, which may be on a list
             row{"127.0.0.1, junk", "0.0.0.0"},
             row{"127.0.0.1, junk, 10.9.9.9", "0.0.0.0"},
             row{"", "10.0.0.1"},
             row{"203.0.113.9, ,", "203.0.113.9"},
             row{"203.0.113.9:4711", "203.0.113.9"},
             row{"[2001:db8::5]:80", "2001:db8::5"},
             row{"2001:db8::5", "2001:db8::5"},
             row{"::ffff:203.0.113.9", "203.0.113.9"},
         }) {
        BOOST_TEST_CONTEXT(value) {
            auto const from = origin_of("10.0.0.1", {{"x-forwarded-for", value}});
            BOOST_TEST(from.address.to_string() == address);
        }
    }
}

BOOST_AUTO_TEST_CASE(several_fields_are_one_list) {
    auto const from = origin_of("10.0.0.1", {{"X-Forwarded-For", "127.0.0.1, 203.0.113.9"},
                                             {"X-Forwarded-For", "10.1.1.1"}});
    BOOST_TEST(from.address.to_string() == "203.0.113.9");
}

BOOST_AUTO_TEST_CASE(the_last_scheme_of_a_trusted_proxy_counts) {
    BOOST_TEST(origin_of("10.0.0.1", {{"X-Forwarded-Proto", "https"}}).is_https);
    BOOST_TEST(origin_of("::1", {{"X-Forwarded-Proto", "HTTPS"}}).is_https);
    BOOST_TEST(!origin_of("10.0.0.1", {{"X-Forwarded-Proto", "https, http"}}).is_https);
    BOOST_TEST(
        origin_of("10.0.0.1", {{"X-Forwarded-Proto", "http"}, {"X-Forwarded-Proto", "https"}})
            .is_https);
}

BOOST_AUTO_TEST_CASE(a_mapped_peer_is_the_v4_address) {
    auto const from = origin_of("::ffff:10.0.0.1", {{"X-Forwarded-For", "203.0.113.9"}});
    BOOST_TEST(from.address.to_string() == "203.0.113.9");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace origin_test
