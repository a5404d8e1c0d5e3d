// The host of a URL as browsers read it (WHATWG URL, "host parsing"). Pure.
#pragma once

#include "gateway/config/network.hpp"
#include "gateway/config/url.hpp"

#include <boost/system/result.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace sluice::gateway::config {

struct url_host {
    std::string name; // ASCII, lower case
    std::optional<ip_address> literal;
};

// `text` is what stands between "//" and the port, without brackets, beginning at `offset` of
// `url`. Percent-encoded bytes are decoded, then the name is written by UTS 46.
boost::system::result<url_host, url_problem> read_host(std::string_view url, std::size_t offset,
                                                       std::string_view text);

// "127.1", "0x7f000001" and "2130706433" are addresses. Nothing for a name. Error: url_host for one
// that ends in a number and is no address.
boost::system::result<std::optional<ip_address>> parse_host(std::string_view host);

// `the character "|" (U+007C) at position 9`: positions count characters from 1.
std::string name_character(std::string_view url, std::size_t offset);

} // namespace sluice::gateway::config
