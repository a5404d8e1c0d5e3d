#include "gateway/config/address_ranges.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::config::test::address_ranges_test {
namespace {

bool is_special(std::string_view text) {
    return is_special_address(ip_address::parse(text).value());
}

} // namespace

BOOST_AUTO_TEST_SUITE(address_ranges)

BOOST_AUTO_TEST_CASE(private_and_reserved_addresses_are_special) {
    for (std::string_view const text :
         {"0.0.0.0",     "10.0.0.1",        "100.64.0.1",   "127.0.0.1",     "169.254.169.254",
          "172.16.0.1",  "172.31.255.255",  "192.0.0.192",  "192.168.0.1",   "198.19.0.1",
          "224.0.0.1",   "255.255.255.255", "::",           "::1",           "fe80::1",
          "fc00::1",     "fd00:ec2::254",   "ff02::1",      "2001:db8::1",   "::ffff:127.0.0.1",
          "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001::1",
          "fec0::1",     "4000::1",         "9000::1",      "c000::1"})
        BOOST_TEST(is_special(text), text);
}

BOOST_AUTO_TEST_CASE(metadata_services_of_the_clouds_are_special) {
    for (std::string_view const text :
         {"169.254.169.254", "169.254.170.2", "169.254.0.23", "100.100.100.200", "192.0.0.192",
          "168.63.129.16", "fd00:ec2::254", "fd20:ce::254"})
        BOOST_TEST(is_special(text), text);
}

BOOST_AUTO_TEST_CASE(ipv4_addresses_inside_ipv6_are_judged) {
    for (std::string_view const text :
         {"::ffff:a9fe:a9fe",               // mapped
          "::a00:1",                        // compatible
          "::ffff:0:7f00:1",                // translated (RFC 2765)
          "64:ff9b::a9fe:a9fe",             // NAT64
          "64:ff9b::a83f:8110",             // NAT64 of a metadata service
          "64:ff9b:1::808:808",             // local NAT64 leads into a local network
          "2002:a00:1::1", "2002:c0a8:1::", // 6to4
          "2001:0:808:808::1",              // Teredo
          "2606:4700::5efe:10.0.0.1", "2606:4700::200:5efe:127.0.0.1"}) // ISATAP
        BOOST_TEST(is_special(text), text);
}

BOOST_AUTO_TEST_CASE(public_addresses_are_not) {
    for (std::string_view const text :
         {"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0",
          "192.167.255.255", "192.169.0.0", "223.255.255.255", "2606:4700::1111", "::ffff:8.8.8.8",
          "64:ff9b::808:808", "2002:808:808::1", "2a00::1", "168.63.129.17",
          "2606:4700::5efe:8.8.8.8", "2606:4700::1:5efe:10.0.0.1", "3ffd:ffff::1"})
        BOOST_TEST(!is_special(text), text);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::address_ranges_test
