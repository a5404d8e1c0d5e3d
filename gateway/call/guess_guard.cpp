#include "gateway/call/guess_guard.hpp"

#include <algorithm>

namespace sluice::gateway::call {

namespace {

constexpr std::chrono::seconds sweep_period{1};

} // namespace

guess_guard::key guess_guard::key_of(config::ip_address const& address) {
    auto bytes = address.bytes();
    if (!address.is_v4()) std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
    return bytes;
}

void guess_guard::use(options const& how) {
    std::lock_guard const guard(mutex_);
    if (how == options_) return;
    options_ = how;
    buckets_.clear();
    size_.store(0, std::memory_order_relaxed);
}

std::optional<std::chrono::seconds> guess_guard::wait_of(config::ip_address const& address,
                                                         queue::mono_time now) const {
    if (size_.load(std::memory_order_relaxed) == 0) return std::nullopt;
    std::lock_guard const guard(mutex_);
    auto const found = buckets_.find(key_of(address));
    if (found == buckets_.end()) return std::nullopt;
    auto const ready = found->second.ready_at(now);
    if (ready <= now) return std::nullopt;
    return std::chrono::ceil<std::chrono::seconds>(ready - now);
}

void guess_guard::miss(config::ip_address const& address, queue::mono_time now) {
    std::lock_guard const guard(mutex_);
    auto const which = key_of(address);
    auto place = buckets_.find(which);
    if (place == buckets_.end()) {
        if (buckets_.size() >= options_.addresses) make_room(now);
        queue::token_bucket_options full;
        full.rate = options_.misses;
        full.period = options_.period;
        full.burst = options_.misses;
        place = buckets_.emplace(which, queue::token_bucket(full)).first;
    }
    if (place->second.ready_at(now) <= now) place->second.take(now);
    size_.store(buckets_.size(), std::memory_order_relaxed);
}

// Who has not missed for long has a full bucket again and need not be remembered. Where all have
// missed lately, one is forgotten: a table that is flooded slows down less, and never grows.
void guess_guard::make_room(queue::mono_time now) {
    if (!swept_ || now - *swept_ >= sweep_period) {
        swept_ = now;
        std::erase_if(buckets_, [&](auto const& each) {
            return each.second.ready_at(now, options_.misses) <= now;
        });
    }
    while (buckets_.size() >= options_.addresses)
        buckets_.erase(buckets_.begin());
}

} // namespace sluice::gateway::call
