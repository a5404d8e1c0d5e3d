#include "gateway/config/pace.hpp"

namespace sluice::gateway::config {

std::vector<std::chrono::milliseconds> standard_webhooks_schedule() {
    using namespace std::chrono_literals;
    return {5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h};
}

queue::retry_options default_retry() {
    queue::retry_options options;
    options.schedule = standard_webhooks_schedule();
    options.max_attempts = static_cast<std::uint32_t>(options.schedule.size()) + 1;
    return options;
}

queue::lane_options default_pace() {
    queue::lane_options options;
    options.retry = default_retry();
    return options;
}

} // namespace sluice::gateway::config
