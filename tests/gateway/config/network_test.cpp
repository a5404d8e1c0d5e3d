#include "gateway/config/error.hpp"
#include "gateway/config/network.hpp"
#include "gateway/config/network_asio.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::config::test::network_test {
namespace {

ip_address address(std::string_view text) {
    return ip_address::parse(text).value();
}

bool holds(std::string_view net, std::string_view text) {
    return network::parse(net).value().contains(address(text));
}

} // namespace

BOOST_AUTO_TEST_SUITE(network)

BOOST_AUTO_TEST_CASE(addresses_read_and_print) {
    for (std::string_view const text : {"0.0.0.0", "192.0.2.1", "::", "::1", "2001:db8::5"})
        BOOST_TEST(address(text).to_string() == text);
    BOOST_TEST(address("2001:DB8:0:0::5").to_string() == "2001:db8::5");
    BOOST_TEST(ip_address().to_string() == "0.0.0.0");
    BOOST_TEST(ip_address::loopback_v4().to_string() == "127.0.0.1");
}

BOOST_AUTO_TEST_CASE(a_mapped_address_is_the_ipv4_address) {
    BOOST_TEST((address("::ffff:192.0.2.1") == address("192.0.2.1")));
    BOOST_TEST((address("::ffff:c000:201") == address("192.0.2.1")));
    BOOST_TEST(address("::ffff:192.0.2.1").is_v4());
    BOOST_TEST(!address("::192.0.2.1").is_v4());
}

BOOST_AUTO_TEST_CASE(what_is_no_address_is_refused) {
    for (std::string_view const text :
         {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "::1%eth0", "[::1]", "localhost",
          " 127.0.0.1", "1:2:3:4:5:6:7:8:9", "0x7f.0.0.1"})
        BOOST_TEST((ip_address::parse(text).error() == error::network_syntax), text);
    BOOST_TEST(ip_address::parse(std::string_view("127.0.0.1\0x", 11)).has_error());
    BOOST_TEST(ip_address::parse(std::string(10'000, '1')).has_error());
}

BOOST_AUTO_TEST_CASE(a_network_holds_the_addresses_of_its_prefix) {
    struct {
        std::string_view net, inside, outside;
    } const table[] = {
        {"10.0.0.0/8", "10.255.255.255", "11.0.0.0"},
        {"10.1.2.3/8", "10.9.9.9", "9.255.255.255"},
        {"192.0.2.0/25", "192.0.2.127", "192.0.2.128"},
        {"192.0.2.7", "192.0.2.7", "192.0.2.6"},
        {"192.0.2.7/32", "::ffff:192.0.2.7", "192.0.2.8"},
        {"0.0.0.0/0", "203.0.113.9", "2001:db8::1"},
        {"::/0", "2001:db8::1", "203.0.113.9"},
        {"::1", "::1", "::2"},
        {"2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1"},
        {"::ffff:10.0.0.0/104", "10.1.1.1", "11.0.0.1"},
    };
    for (auto const& row : table) {
        BOOST_TEST(holds(row.net, row.inside), row.net << " holds " << row.inside);
        BOOST_TEST(!holds(row.net, row.outside), row.net << " does not hold " << row.outside);
    }
}

// One bit at a time: an address that differs in a bit of the prefix is outside, else inside.
BOOST_AUTO_TEST_CASE(each_bit_of_the_prefix_counts_and_no_other) {
    auto const base = config::ip_address::parse("2001:db8:a5a5:5a5a:a5a5:5a5a:a5a5:5a5a").value();
    for (unsigned prefix = 0; prefix <= 128; ++prefix) {
        auto const net =
            config::network::parse(base.to_string() + '/' + std::to_string(prefix)).value();
        BOOST_REQUIRE(net.contains(base));
        for (unsigned bit = 0; bit < 128; ++bit) {
            auto bytes = base.bytes();
            bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ 0x80 >> bit % 8);
            BOOST_REQUIRE_EQUAL(net.contains(config::ip_address(bytes)), bit >= prefix);
        }
    }
}

BOOST_AUTO_TEST_CASE(networks_print_in_the_notation_of_their_family) {
    BOOST_TEST(config::network::parse("10.1.2.3/8").value().to_string() == "10.0.0.0/8");
    BOOST_TEST(config::network::parse("::ffff:10.0.0.0/104").value().to_string() == "10.0.0.0/8");
    BOOST_TEST(config::network::parse("::1").value().to_string() == "::1/128");
    BOOST_TEST(config::network::parse("192.0.2.1").value().prefix_length() == 32U);
}

BOOST_AUTO_TEST_CASE(what_is_no_network_is_refused) {
    for (std::string_view const text :
         {"", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/8/8",
          "10.0.0.0/ 8", "10/8", "10.0.0.0/255.0.0.0", "::ffff:10.0.0.0/8"})
        BOOST_TEST((config::network::parse(text).error() == error::network_syntax), text);
}

BOOST_AUTO_TEST_CASE(loopback_is_known_in_both_families) {
    BOOST_TEST(address("127.8.8.8").is_loopback());
    BOOST_TEST(address("::1").is_loopback());
    BOOST_TEST(!address("128.0.0.1").is_loopback());
    BOOST_TEST(!address("::").is_loopback());
}

BOOST_AUTO_TEST_CASE(asio_addresses_go_there_and_back) {
    for (auto const* text : {"192.0.2.1", "2001:db8::1", "::1"}) {
        auto const asio = boost::asio::ip::make_address(text);
        BOOST_TEST(from_asio(asio).to_string() == text);
        BOOST_TEST((to_asio(from_asio(asio)) == asio));
    }
    BOOST_TEST(from_asio(boost::asio::ip::make_address("::ffff:192.0.2.1")).is_v4());
}

BOOST_AUTO_TEST_CASE(contains_asks_every_network) {
    std::vector const networks{config::network::parse("10.0.0.0/8").value(),
                               config::network::parse("::1").value()};
    BOOST_TEST(contains(networks, address("::1")));
    BOOST_TEST(contains(networks, address("10.0.0.1")));
    BOOST_TEST(!contains(networks, address("::2")));
    BOOST_TEST(!contains({}, address("::1")));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::network_test
