// What the counters of both directions are made of: relaxed atomics, so that a count costs as much
// as an ordinary addition.
#pragma once

#include <atomic>
#include <cstdint>

namespace sluice::gateway::http {

// A number with one writing thread and any number of reading ones.
class counter {
  public:
    void add(std::uint64_t n = 1) {
        value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }
    void subtract(std::uint64_t n = 1) {
        value_.store(value_.load(std::memory_order_relaxed) - n, std::memory_order_relaxed);
    }
    std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> value_{0};
};

} // namespace sluice::gateway::http
