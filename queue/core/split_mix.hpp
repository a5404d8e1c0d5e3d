// SplitMix64: pseudo-random numbers for jitter, names and salts. One seed gives one sequence, each
// seed one of full period. Not for secrets. A value; one thread.
#pragma once

#include <cstdint>

namespace sluice::queue {

class split_mix {
  public:
    explicit split_mix(std::uint64_t seed)
        : state_(seed) {}

    std::uint64_t next() {
        std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
        z = (z ^ z >> 27) * 0x94D049BB133111EBu;
        return z ^ z >> 31;
    }

  private:
    std::uint64_t state_;
};

} // namespace sluice::queue
