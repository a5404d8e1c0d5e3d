#include "gateway/config/address_ranges.hpp"

#include <array>
#include <string_view>
#include <vector>

namespace sluice::gateway::config {
namespace {

constexpr auto special_networks = std::to_array<std::string_view>({
    "0.0.0.0/8",       // this network (RFC 791)
    "10.0.0.0/8",      // private (RFC 1918)
    "100.64.0.0/10",   // carrier-grade NAT (RFC 6598), a metadata service
    "127.0.0.0/8",     // loopback
    "169.254.0.0/16",  // link-local, metadata services
    "168.63.129.16",   // a metadata service with an address that looks public
    "172.16.0.0/12",   // private
    "192.0.0.0/24",    // protocol assignments, a metadata service
    "192.0.2.0/24",    // documentation
    "192.88.99.0/24",  // 6to4 relays, withdrawn
    "192.168.0.0/16",  // private
    "198.18.0.0/15",   // benchmarks
    "198.51.100.0/24", // documentation
    "203.0.113.0/24",  // documentation
    "224.0.0.0/4",     // multicast
    "240.0.0.0/4",     // reserved, broadcast
    "::/3",            // loopback, IPv4-compatible and -translated, local NAT64, discard, …
    "2001::/23",       // protocol assignments, Teredo
    "2001:db8::/32",   // documentation
    "3ffe::/16",       // a withdrawn test network
    "3fff::/20",       // documentation (RFC 9637)
    "4000::/2",        // not assigned to anybody: only 2000::/3 is
    "8000::/1",        // likewise; unique local, link-local, site-local, multicast
});

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

// An interface identifier with an IPv4 address in it, to which a router on the way would turn
// (ISATAP, RFC 5214 section 6.1).
bool has_isatap_identifier(ip_address const& address) {
    auto const& bytes = address.bytes();
    return !address.is_v4() && (bytes[8] & 0xfd) == 0 && bytes[9] == 0 && bytes[10] == 0x5e &&
           bytes[11] == 0xfe;
}

} // namespace

bool is_special_address(ip_address const& address) {
    static network const nat64 = network::parse("64:ff9b::/96").value(); // RFC 6052 section 2.1
    static network const six_to_four = network::parse("2002::/16").value();
    if (nat64.contains(address)) return is_listed(embedded(address, 12));
    if (is_listed(address)) return true;
    if (six_to_four.contains(address)) return is_listed(embedded(address, 2));
    return has_isatap_identifier(address) && is_listed(embedded(address, 12));
}

} // namespace sluice::gateway::config
