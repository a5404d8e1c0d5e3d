#include "queue/core/lane_share.hpp"

#include <algorithm>

namespace sluice::queue {

lane_options share_of(lane_options whole, std::size_t members) {
    if (members <= 1) return whole;
    // Where the rate cannot be divided the period is multiplied: nothing is lost to rounding.
    if (whole.rate % members == 0)
        whole.rate /= members;
    else
        whole.period *= static_cast<std::chrono::microseconds::rep>(members);
    whole.burst = std::max<std::uint64_t>(1, whole.burst / members);
    whole.concurrency = std::max<std::uint32_t>(
        1, static_cast<std::uint32_t>(std::size_t{whole.concurrency} / members));
    if (whole.adaptive) whole.adaptive->min = std::min(whole.adaptive->min, whole.concurrency);
    return whole;
}

} // namespace sluice::queue
