// How many connections each peer has open, over all listeners that share it, so that one peer
// cannot take all of them. Entered and left once a connection; any thread.
#pragma once

#include <boost/asio/ip/address.hpp>

#include <array>
#include <cstddef>
#include <limits>
#include <map>
#include <mutex>

namespace sluice::gateway::server {

class address_limit {
  public:
    static constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

    explicit address_limit(std::size_t most = no_limit)
        : most_(most) {}

    // For those that enter from now on; who is in stays.
    void allow(std::size_t most);

    // Counts a connection; false, and nothing is counted, where the peer has as many as allowed.
    // IPv6 addresses count by /64: that is what one peer has.
    bool enter(boost::asio::ip::address const& peer);
    // For each connection that entered.
    void leave(boost::asio::ip::address const& peer);

  private:
    using key = std::array<unsigned char, 16>;

    static key key_of(boost::asio::ip::address const& peer);

    std::mutex mutex_;
    std::size_t most_;
    std::map<key, std::size_t> open_; // as many entries as connections, at the most
};

} // namespace sluice::gateway::server
