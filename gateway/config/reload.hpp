// What a reload can and cannot change. Pure comparison of two configurations.
#pragma once

#include "gateway/config/configuration.hpp"

#include <string>
#include <vector>

namespace sluice::gateway::config {

/// The keys that differ and take effect only at the next start (listen, admin, data, durability,
/// threads, store.*, tls.certificate where TLS is switched on or off, …), in the order of the file.
std::vector<std::string> settings_that_need_restart(configuration const& running,
                                                    configuration const& wanted);

} // namespace sluice::gateway::config
