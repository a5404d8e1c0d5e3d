// Counts the calls of accounts against their `rate`. One counter an account, shared by all I/O
// threads and kept over a reload: the limit holds over the whole process. Never reads a clock.
#pragma once

#include "gateway/config/pace.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::gateway::plan {

// A token bucket as one number: the moment at which it would be full again (the generic cell rate
// algorithm). Any thread.
class call_rate {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    // Nothing: the call may come in and is counted. Otherwise nothing is counted, and it is how
    // long the next call has to wait.
    std::optional<std::chrono::nanoseconds> take(config::rate_limit const& limit, time_point now);

  private:
    std::atomic<std::int64_t> full_at_{std::numeric_limits<std::int64_t>::min()}; // Nanoseconds.
};

// The counters by account id. Any thread.
class call_rates {
  public:
    // Made at the first time, the same ever after.
    std::shared_ptr<call_rate> of(std::string_view account);

  private:
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<call_rate>, std::less<>> rates_;
};

} // namespace sluice::gateway::plan
