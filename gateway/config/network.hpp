// IP addresses and networks as values: parsed once, compared without any socket library.
// An IPv4 address that comes mapped into IPv6 (::ffff:192.0.2.1) is the IPv4 address everywhere.
// network_asio.hpp converts from and to Boost.Asio's addresses. No names are resolved here.
#pragma once

#include <boost/system/result.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sluice::gateway::config {

// An IPv4 or IPv6 address, without port and without zone.
class ip_address {
  public:
    using v4_bytes = std::array<std::uint8_t, 4>;
    using v6_bytes = std::array<std::uint8_t, 16>;

    // 0.0.0.0.
    ip_address() noexcept;
    ip_address(v4_bytes bytes) noexcept;
    // A v4-mapped address (RFC 4291 section 2.5.5.2) becomes the IPv4 address.
    ip_address(v6_bytes bytes) noexcept;

    // 127.0.0.1.
    static ip_address loopback_v4() noexcept;

    // Reads dotted decimal or RFC 4291 text, without brackets and without a zone.
    // Error: network_syntax.
    static boost::system::result<ip_address> parse(std::string_view text);

    bool is_v4() const noexcept { return is_v4_; }
    bool is_loopback() const noexcept;
    // Network byte order; an IPv4 address in its mapped form.
    v6_bytes const& bytes() const noexcept { return bytes_; }
    // The last four bytes. Only meaningful where is_v4().
    v4_bytes bytes_v4() const noexcept;
    std::string to_string() const;

    friend bool operator==(ip_address const&, ip_address const&) = default;

  private:
    v6_bytes bytes_{};
    bool is_v4_ = true;
};

// An address with a prefix length. IPv4 networks hold IPv4 addresses only, IPv6 networks
// IPv6 addresses only: "::/0" does not hold 192.0.2.1.
class network {
  public:
    // Reads "10.0.0.0/8", "2001:db8::/32", or one address alone. Bits behind the prefix are
    // cleared, so "127.0.0.1/8" is 127.0.0.0/8. Error: network_syntax.
    static boost::system::result<network> parse(std::string_view text);

    bool contains(ip_address const& address) const noexcept;
    // In the notation of the address's own family: 0..32 or 0..128.
    unsigned prefix_length() const noexcept;
    ip_address const& address() const noexcept { return address_; }
    std::string to_string() const;

    friend bool operator==(network const&, network const&) = default;

  private:
    network(ip_address address, unsigned prefix_bits) noexcept;

    ip_address address_;
    unsigned prefix_bits_ = 128; // of the 128-bit form, where IPv4 is mapped
};

// True when any of the networks holds the address.
bool contains(std::span<network const> networks, ip_address const& address) noexcept;

} // namespace sluice::gateway::config
