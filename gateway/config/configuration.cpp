#include "gateway/config/configuration.hpp"

#include <algorithm>
#include <array>
#include <thread>
#include <unistd.h>

namespace sluice::gateway::config {

unsigned configuration::thread_count() const noexcept {
    // hardware_concurrency may say 0 where the system does not tell.
    return threads.value_or(std::max(1U, std::thread::hardware_concurrency()));
}

std::string configuration::member_name() const {
    if (!clustering.name.empty()) return clustering.name;
    std::array<char, 256> host{};
    bool const has_host = ::gethostname(host.data(), host.size() - 1) == 0;
    // As long as a name may be, with the port behind it.
    auto name = std::string(has_host ? host.data() : "localhost").substr(0, 58);
    return name + ':' + std::to_string(listen.front().port);
}

bool configuration::admin_is_public() const noexcept {
    // With port 0 each listener gets a port of its own.
    return admin.port != 0 && std::ranges::find(listen, admin) != listen.end();
}

bool configuration::admin_is_exposed() const noexcept {
    return !admin_token && !admin.address.is_loopback();
}

} // namespace sluice::gateway::config
