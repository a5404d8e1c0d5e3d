#include "gateway/config/network.hpp"

#include "gateway/config/error.hpp"

#include <boost/endian/conversion.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>

namespace sluice::gateway::config {
namespace {

constexpr unsigned mapped_bits = 96; // length of ::ffff:0:0/96
constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::uint8_t mask_of_byte(unsigned prefix_bits, unsigned byte) noexcept {
    unsigned const bits =
        std::clamp(static_cast<int>(prefix_bits) - static_cast<int>(byte) * 8, 0, 8);
    return static_cast<std::uint8_t>(0xff00U >> bits);
}

std::uint64_t first_half(ip_address const& address) noexcept {
    return boost::endian::load_big_u64(address.bytes().data());
}
std::uint64_t second_half(ip_address const& address) noexcept {
    return boost::endian::load_big_u64(address.bytes().data() + 8);
}

// The highest bits of a half, all of them from 64 on.
std::uint64_t mask_of(unsigned bits) noexcept {
    if (bits == 0) return 0;
    return bits >= 64 ? ~std::uint64_t{0} : ~(~std::uint64_t{0} >> bits);
}

} // namespace

ip_address::ip_address() noexcept
    : ip_address(v4_bytes{}) {}

ip_address::ip_address(v4_bytes bytes) noexcept {
    std::ranges::copy(mapped_prefix, bytes_.begin());
    std::ranges::copy(bytes, bytes_.begin() + mapped_prefix.size());
}

ip_address::ip_address(v6_bytes bytes) noexcept
    : bytes_(bytes)
    , is_v4_(std::ranges::equal(mapped_prefix, std::span(bytes).first<12>())) {}

ip_address ip_address::loopback_v4() noexcept {
    return v4_bytes{127, 0, 0, 1};
}

boost::system::result<ip_address> ip_address::parse(std::string_view text) {
    std::string const terminated(text.substr(0, INET6_ADDRSTRLEN));
    if (terminated.size() != text.size() || terminated.find('\0') != std::string::npos)
        return error::network_syntax;
    v4_bytes v4;
    if (::inet_pton(AF_INET, terminated.c_str(), v4.data()) == 1) return ip_address(v4);
    v6_bytes v6;
    if (::inet_pton(AF_INET6, terminated.c_str(), v6.data()) == 1) return ip_address(v6);
    return error::network_syntax;
}

bool ip_address::is_loopback() const noexcept {
    if (is_v4_) return bytes_[12] == 127;
    v6_bytes one{};
    one[15] = 1;
    return bytes_ == one;
}

ip_address::v4_bytes ip_address::bytes_v4() const noexcept {
    return {bytes_[12], bytes_[13], bytes_[14], bytes_[15]};
}

std::string ip_address::to_string() const {
    char text[INET6_ADDRSTRLEN];
    void const* from = is_v4_ ? bytes_.data() + mapped_prefix.size() : bytes_.data();
    return ::inet_ntop(is_v4_ ? AF_INET : AF_INET6, from, text, sizeof(text));
}

network::network(ip_address address, unsigned prefix_bits) noexcept
    : prefix_bits_(prefix_bits) {
    auto bytes = address.bytes();
    for (unsigned i = 0; i < bytes.size(); ++i)
        bytes[i] &= mask_of_byte(prefix_bits, i);
    address_ = bytes;
}

boost::system::result<network> network::parse(std::string_view text) {
    auto const slash = text.find('/');
    auto const address = ip_address::parse(text.substr(0, slash));
    if (!address) return address.error();
    if (slash == std::string_view::npos) return network(*address, 128);

    auto const digits = text.substr(slash + 1);
    unsigned bits = 0;
    auto const [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (ec != std::errc() || end != digits.data() + digits.size()) return error::network_syntax;

    // "::ffff:10.0.0.0/104" counts its bits in the IPv6 form, "10.0.0.0/8" in the IPv4 form.
    bool const dotted_only = address->is_v4() && text.find(':') == std::string_view::npos;
    if (bits > (dotted_only ? 32U : 128U)) return error::network_syntax;
    // Between the families there is nothing: a mapped address with a shorter prefix is a mistake.
    if (address->is_v4() && !dotted_only && bits < mapped_bits) return error::network_syntax;
    return network(*address, dotted_only ? bits + mapped_bits : bits);
}

bool network::contains(ip_address const& address) const noexcept {
    if (address.is_v4() != address_.is_v4()) return false;
    // The bits behind the prefix are zero in address_.
    return (first_half(address) & mask_of(prefix_bits_)) == first_half(address_) &&
           (second_half(address) & mask_of(prefix_bits_ > 64 ? prefix_bits_ - 64 : 0)) ==
               second_half(address_);
}

unsigned network::prefix_length() const noexcept {
    return address_.is_v4() ? prefix_bits_ - mapped_bits : prefix_bits_;
}

std::string network::to_string() const {
    return address_.to_string() + '/' + std::to_string(prefix_length());
}

bool contains(std::span<network const> networks, ip_address const& address) noexcept {
    return std::ranges::any_of(networks, [&](network const& one) { return one.contains(address); });
}

} // namespace sluice::gateway::config
