#include "gateway/client/address_policy.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

namespace sluice::gateway::client::address_policy_test {
namespace {

config::ip_address address(std::string_view text) {
    return config::ip_address::parse(text).value();
}

BOOST_AUTO_TEST_SUITE(address_policy)

BOOST_AUTO_TEST_CASE(special_addresses_are_refused) {
    constexpr std::array<std::string_view, 38> refused{"0.0.0.0",
                                                       "0.1.2.3",
                                                       "10.0.0.1",
                                                       "100.64.0.1",
                                                       "100.127.255.255",
                                                       "127.0.0.1",
                                                       "127.255.255.254",
                                                       "169.254.0.1",
                                                       "169.254.169.254",
                                                       "172.16.0.1",
                                                       "172.31.255.255",
                                                       "192.0.0.1",
                                                       "192.0.2.1",
                                                       "192.168.0.1",
                                                       "198.18.0.1",
                                                       "198.19.255.255",
                                                       "198.51.100.1",
                                                       "203.0.113.1",
                                                       "224.0.0.1",
                                                       "240.0.0.1",
                                                       "255.255.255.255",
                                                       "::",
                                                       "::1",
                                                       "::ffff:127.0.0.1",
                                                       "::ffff:10.0.0.1",
                                                       "::127.0.0.1",
                                                       "64:ff9b::7f00:1",
                                                       "64:ff9b::a00:1",
                                                       "64:ff9b:1::1",
                                                       "2001::1",
                                                       "2001:db8::1",
                                                       "2002:7f00:1::",
                                                       "2002:a00:1::1",
                                                       "fc00::1",
                                                       "fd00:ec2::254",
                                                       "fe80::1",
                                                       "fec0::1",
                                                       "ff02::1"};
    for (auto const text : refused)
        BOOST_TEST(!is_address_allowed(address(text), {}), text);
}

BOOST_AUTO_TEST_CASE(public_addresses_are_allowed) {
    constexpr std::array<std::string_view, 11> allowed{
        "1.1.1.1",       "8.8.8.8",         "9.255.255.255", "11.0.0.0",
        "100.63.0.1",    "100.128.0.1",     "172.15.0.1",    "172.32.0.1",
        "223.255.255.1", "2606:4700::1111", "2a00:1450::1"};
    for (auto const text : allowed)
        BOOST_TEST(is_address_allowed(address(text), {}), text);
}

BOOST_AUTO_TEST_CASE(a_listed_network_lets_a_special_address_pass) {
    std::array const networks{config::network::parse("10.1.0.0/16").value()};
    BOOST_TEST(is_address_allowed(address("10.1.2.3"), networks));
    BOOST_TEST(is_address_allowed(address("::ffff:10.1.2.3"), networks));
    BOOST_TEST(!is_address_allowed(address("10.2.0.1"), networks));
    BOOST_TEST(!is_address_allowed(address("127.0.0.1"), networks));
}

BOOST_AUTO_TEST_CASE(every_address_is_judged_and_the_order_is_kept) {
    std::array const found{address("10.0.0.1"), address("8.8.8.8"), address("::1"),
                           address("1.1.1.1"), address("8.8.8.8")};
    auto const judged = judge_addresses(found, {});
    BOOST_TEST_REQUIRE(judged.allowed.size() == 2);
    BOOST_TEST(judged.allowed[0].to_string() == "8.8.8.8");
    BOOST_TEST(judged.allowed[1].to_string() == "1.1.1.1");
    BOOST_TEST(judged.refused == "10.0.0.1, ::1");
}

BOOST_AUTO_TEST_CASE(a_message_names_only_the_first_refused_ones) {
    std::vector<config::ip_address> const found(100, address("10.0.0.1"));
    auto const judged = judge_addresses(found, {});
    BOOST_TEST(judged.allowed.empty());
    BOOST_TEST(judged.refused == "10.0.0.1, 10.0.0.1, 10.0.0.1, 10.0.0.1, …");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::gateway::client::address_policy_test
