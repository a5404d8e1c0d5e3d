// What an acknowledgement means at this moment, as Sluice-Durability says it. In a cluster it
// changes while the gateway runs: a synchronous standby comes and goes. One for the process; set
// by whoever writes the journal, read by every I/O thread.
#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::gateway::intake {

class durability_label {
  public:
    // "fsync", "interval:50ms", "memory" or "postgres".
    explicit durability_label(std::string always)
        : always_(std::move(always)) {}

    // A synchronous standby confirmed the last batch, or none did.
    void set_replicated(bool is_replicated) {
        is_replicated_.store(is_replicated, std::memory_order_relaxed);
    }
    std::string_view text() const {
        if (is_replicated_.load(std::memory_order_relaxed)) return "replicated";
        return always_;
    }

  private:
    std::string const always_;
    std::atomic<bool> is_replicated_ = false;
};

} // namespace sluice::gateway::intake
