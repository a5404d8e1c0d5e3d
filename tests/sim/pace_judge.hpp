// Stands at the destinations of a whole cluster: never faster than the rate allows in any window,
// whoever sends. In true time.
#pragma once

#include "queue/core/lane_options.hpp"
#include "tests/sim/simulated_database.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace sluice::tests {

class pace_judge final {
  public:
    // What was wrong with an attempt that goes now; empty: nothing.
    std::string sent(std::string const& lane, queue::lane_options const& whole, true_time now) {
        if (whole.rate == 0) return {};
        auto& b =
            buckets_.try_emplace(lane, bucket{static_cast<double>(whole.burst), now}).first->second;
        std::chrono::duration<double> const passed = now - b.filled_at;
        // Clocks of members go up to 3 % faster than the world's.
        double const rate = 1.035 * static_cast<double>(whole.rate) /
                            std::chrono::duration<double>(whole.period).count();
        b.tokens = std::min(static_cast<double>(whole.burst), b.tokens + passed.count() * rate);
        b.filled_at = now;
        b.tokens -= 1;
        return b.tokens < -1e-6 ? lane + " is sent to faster than its rate by all together" : "";
    }

  private:
    struct bucket {
        double tokens = 0;
        true_time filled_at{};
    };
    std::map<std::string, bucket> buckets_;
};

} // namespace sluice::tests
