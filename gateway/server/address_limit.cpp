#include "gateway/server/address_limit.hpp"

#include <algorithm>

namespace sluice::gateway::server {

address_limit::key address_limit::key_of(boost::asio::ip::address const& peer) {
    key bytes{};
    if (peer.is_v4()) {
        auto const mapped =
            boost::asio::ip::make_address_v6(boost::asio::ip::v4_mapped, peer.to_v4());
        return mapped.to_bytes();
    }
    auto const whole = peer.to_v6();
    auto const all = whole.to_bytes();
    std::copy_n(all.begin(), whole.is_v4_mapped() ? 16 : 8, bytes.begin());
    return bytes;
}

void address_limit::allow(std::size_t most) {
    std::lock_guard const guard(mutex_);
    most_ = most;
}

bool address_limit::enter(boost::asio::ip::address const& peer) {
    std::lock_guard const guard(mutex_);
    auto const place = open_.try_emplace(key_of(peer), 0).first;
    bool const may = place->second < most_;
    if (may) ++place->second;
    if (place->second == 0) open_.erase(place);
    return may;
}

void address_limit::leave(boost::asio::ip::address const& peer) {
    std::lock_guard const guard(mutex_);
    auto const found = open_.find(key_of(peer));
    if (found != open_.end() && --found->second == 0) open_.erase(found);
}

} // namespace sluice::gateway::server
