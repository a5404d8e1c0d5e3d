// One request as it was received: views into memory that its connection owns.
// Valid until the exchange it belongs to is answered. Read by the handler on the connection's
// thread; never decodes, never joins duplicate fields.
#pragma once
#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sluice::gateway::server {

struct header_field {
    std::string_view name;
    std::string_view value; // without the white space around it
};

struct request {
    std::string_view method; // GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS
    // Path and query as received; of the absolute form (RFC 9112 section 3.2.2) what follows the
    // authority, "/" if nothing does. "*" with OPTIONS (section 3.2.4).
    std::string_view target;
    std::string_view path;  // not decoded; begins with "/", or is "*"
    std::string_view query; // not decoded, without "?"
    // From the absolute form if there is one, else from Host; empty only in HTTP/1.0.
    std::string_view host;
    std::span<header_field const> headers; // in the order received; trailers are never here
    std::string_view body;                 // whole, chunks taken apart; empty in on_header
    boost::asio::ip::address peer;
    std::chrono::steady_clock::time_point received; // when its first bytes were read
    unsigned version_minor = 1;                     // HTTP/1.x; more than 1 is treated as 1
    bool is_tls = false;
    // Which sizes the names in `headers` have: bit n where one has n bytes, the last for all larger
    // ones. A call is asked for a dozen fields that hardly any brings: then this is the answer.
    std::uint32_t name_sizes = ~std::uint32_t{0};
    static constexpr std::uint32_t size_bit(std::string_view name) {
        return std::uint32_t{1} << std::min<std::size_t>(name.size(), 31);
    }

    // The first field of this name (letter case does not matter); empty if there is none.
    std::string_view header(std::string_view name) const;
    bool has(std::string_view name) const;
    // How many fields have this name.
    std::size_t count(std::string_view name) const;
};

} // namespace sluice::gateway::server
