// How a file that was read becomes written_keys. Used by load() only.
#pragma once

#include "gateway/config/written_keys.hpp"

#include <toml++/toml.h>

namespace sluice::gateway::config {

written_keys keys_written(toml::table const& root, file_fingerprints const& files);

} // namespace sluice::gateway::config
