#include "gateway/config/address_ranges.hpp"

#include <array>
#include <string_view>
#include <vector>

namespace sluice::gateway::config {
namespace {

constexpr std::array<std::string_view, 29> special_networks{
    "0.0.0.0/8",       // this network (RFC 791)
    "10.0.0.0/8",      // private (RFC 1918)
    "100.64.0.0/10",   // carrier-grade NAT (RFC 6598)
    "127.0.0.0/8",     // loopback
    "169.254.0.0/16",  // link-local, metadata services
    "172.16.0.0/12",   // private
    "192.0.0.0/24",    // protocol assignments
    "192.0.2.0/24",    // documentation
    "192.88.99.0/24",  // 6to4 relays, withdrawn
    "192.168.0.0/16",  // private
    "198.18.0.0/15",   // benchmarks
    "198.51.100.0/24", // documentation
    "203.0.113.0/24",  // documentation
    "224.0.0.0/4",     // multicast
    "240.0.0.0/4",     // reserved, broadcast
    "::/96",           // unspecified, loopback, IPv4-compatible
    "64:ff9b:1::/48",  // local NAT64 (RFC 8215)
    "100::/64",        // discard
    "2001::/23",       // protocol assignments, Teredo
    "2001:db8::/32",   // documentation
    "3fff::/20",       // documentation (RFC 9637)
    "5f00::/16",       // segment routing
    "fc00::/7",        // unique local
    "fe80::/10",       // link-local
    "fec0::/10",       // site-local, withdrawn
    "ff00::/8",        // multicast
    "4000::/2",        // not assigned to anybody: only 2000::/3 is
    "8000::/2",        // likewise
    "c000::/3",        // likewise
};

std::vector<network> parse_all() {
    std::vector<network> parsed;
    for (auto const text : special_networks)
        parsed.push_back(network::parse(text).value());
    return parsed;
}

bool is_listed(ip_address const& address) {
    static std::vector<network> const networks = parse_all();
    return contains(networks, address);
}

ip_address embedded(ip_address const& address, std::size_t offset) {
    auto const& bytes = address.bytes();
    return ip_address::v4_bytes{bytes[offset], bytes[offset + 1], bytes[offset + 2],
                                bytes[offset + 3]};
}

} // namespace

bool is_special_address(ip_address const& address) {
    if (is_listed(address)) return true;
    static network const nat64 = network::parse("64:ff9b::/96").value();
    static network const six_to_four = network::parse("2002::/16").value();
    if (nat64.contains(address)) return is_listed(embedded(address, 12));
    return six_to_four.contains(address) && is_listed(embedded(address, 2));
}

} // namespace sluice::gateway::config
