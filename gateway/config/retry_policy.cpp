#include "gateway/config/retry_policy.hpp"

namespace sluice::gateway::config {

retry_schedule standard_webhooks_schedule() {
    using namespace std::chrono_literals;
    return {{5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h}};
}

} // namespace sluice::gateway::config
