#include "gateway/client/address_policy.hpp"

#include "gateway/config/address_ranges.hpp"

#include <algorithm>

namespace sluice::gateway::client {

namespace {
constexpr std::size_t named_in_message = 4;
}

bool is_address_allowed(config::ip_address const& address,
                        std::span<config::network const> allow_networks) {
    return !config::is_special_address(address) || config::contains(allow_networks, address);
}

judged_addresses judge_addresses(std::span<config::ip_address const> addresses,
                                 std::span<config::network const> allow_networks) {
    judged_addresses judged;
    std::size_t refused = 0;
    for (auto const& address : addresses) {
        if (is_address_allowed(address, allow_networks)) {
            bool const is_new = std::ranges::find(judged.allowed, address) == judged.allowed.end();
            if (is_new) judged.allowed.push_back(address);
        } else if (++refused <= named_in_message) {
            if (!judged.refused.empty()) judged.refused += ", ";
            judged.refused += address.to_string();
        }
    }
    if (refused > named_in_message) judged.refused += ", …";
    return judged;
}

} // namespace sluice::gateway::client
