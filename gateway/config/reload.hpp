// What a reload can and cannot change. Pure comparison of two configurations.
// The program asks before it swaps configurations and warns with the answer.
#pragma once

#include "gateway/config/configuration.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::config {

// The keys that differ and take effect only at the next start, in the order of the file: those of
// the listeners, the disk and the queue. tls where it is switched on or off; new files are taken up
// by a reload.
std::vector<std::string> settings_that_need_restart(configuration const& running,
                                                    configuration const& wanted);

// Whether a key such as "limits.queue_tasks" takes effect only at the next start. Those of [tls] do
// not: only switching it on or off does.
bool needs_restart(std::string_view key);

} // namespace sluice::gateway::config
