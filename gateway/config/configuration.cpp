#include "gateway/config/configuration.hpp"

#include <algorithm>
#include <thread>

namespace sluice::gateway::config {

unsigned configuration::thread_count() const noexcept {
    // hardware_concurrency may say 0 where the system does not tell.
    return threads.value_or(std::max(1U, std::thread::hardware_concurrency()));
}

bool configuration::admin_is_public() const noexcept {
    // With port 0 each listener gets a port of its own.
    return admin.port != 0 && std::ranges::find(listen, admin) != listen.end();
}

bool configuration::admin_is_exposed() const noexcept {
    return !admin_token && !admin.address.is_loopback();
}

} // namespace sluice::gateway::config
