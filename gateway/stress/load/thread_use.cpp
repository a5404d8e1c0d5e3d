#include "gateway/stress/load/thread_use.hpp"

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <fstream>

namespace sluice::gateway::stress {

thread_use use_of_this_thread() {
    std::ifstream account("/proc/thread-self/schedstat");
    std::int64_t ran = 0;
    std::int64_t waited = 0;
    if (account >> ran >> waited && ran > 0)
        return {std::chrono::nanoseconds(ran), std::chrono::nanoseconds(waited)};
    timespec used{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return {std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec), {}};
}

double busy_share(thread_use const& before, thread_use const& after,
                  std::chrono::nanoseconds wall) {
    if (wall.count() <= 0) return 0;
    auto const busy = (after.ran - before.ran) + (after.waited - before.waited);
    auto const share = static_cast<double>(busy.count()) / static_cast<double>(wall.count());
    return std::clamp(share, 0.0, 1.0);
}

} // namespace sluice::gateway::stress
