// [store]: where tasks and tables are kept. A plain value with its defaults.
// Written by load(), only read afterwards.
#pragma once

#include "gateway/config/secret.hpp"

#include <chrono>

namespace sluice::gateway::config {

enum class store_kind {
    embedded, // Journal and SQLite under `data`.
    postgres, // PostgreSQL at `url`, shared by any number of gateways.
};

// [store]: where tasks and tables are kept.
struct store {
    store_kind engine = store_kind::embedded;
    secret url; // Only with postgres, and then must. Keys `url`, `url_file`, or one in `urls`.
    std::chrono::milliseconds lease = std::chrono::seconds(15); // Only with postgres.

    friend bool operator==(store const&, store const&) = default;
};

} // namespace sluice::gateway::config
