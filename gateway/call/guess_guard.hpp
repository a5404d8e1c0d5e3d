// Slows down whoever guesses short codes: an address that asked for too many unknown ones has to
// wait before it may ask for any. Addresses are remembered in a bounded table. Shared by all I/O
// threads; while nobody has missed, asking costs one look at an atomic.
#pragma once

#include "gateway/config/network.hpp"
#include "queue/core/token_bucket.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

namespace sluice::gateway::call {

class guess_guard {
  public:
    struct options {
        std::uint64_t misses = 30; // in a period, and at once
        std::chrono::milliseconds period = std::chrono::minutes(1);
        std::size_t addresses = 10'000; // that are remembered

        friend bool operator==(options const&, options const&) = default;
    };

    // Other options forget what was.
    void use(options const& how);

    // How long this address must wait before it may ask; nothing when it may. IPv6 addresses
    // count by /64: that is what one guesser has.
    std::optional<std::chrono::seconds> wait_of(config::ip_address const& address,
                                                queue::mono_time now) const;
    // It asked for a code that is unknown.
    void miss(config::ip_address const& address, queue::mono_time now);

    std::size_t size() const { return size_.load(std::memory_order_relaxed); }

  private:
    using key = config::ip_address::v6_bytes;

    static key key_of(config::ip_address const& address);
    void make_room(queue::mono_time now);

    mutable std::mutex mutex_;
    options options_;
    std::map<key, queue::token_bucket> buckets_;
    std::optional<queue::mono_time> swept_;
    std::atomic<std::size_t> size_{0};
};

} // namespace sluice::gateway::call
