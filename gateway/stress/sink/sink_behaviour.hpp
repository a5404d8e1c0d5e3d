// Decides what happens to the next request: answered how and when, left hanging, closed
// or reset.
// A state machine without I/O or clock: one object per thread, drawing from a seed, so that a run
// can be repeated.
#pragma once

#include "gateway/stress/sink/sink_options.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>

namespace sluice::gateway::stress {

struct reaction {
    enum class kind : std::uint8_t { answer, hang, half_close, reset };
    kind what = kind::answer;
    unsigned status = 200; // 0 unless answered.
    std::chrono::microseconds delay{0};
    std::optional<std::chrono::seconds> retry_after;
    std::chrono::milliseconds body_time{0}; // Over which the body trickles.
    friend bool operator==(reaction const&, reaction const&) = default;
};

class behaviour {
  public:
    behaviour(behaviour_options options, std::uint64_t seed);

    // What to do with a request that came `since_start` after the sink's start.
    reaction next(std::chrono::milliseconds since_start);

    // From the next request on; the random sequence goes on.
    void configure(behaviour_options options);
    behaviour_options const& options() const { return options_; }

  private:
    bool happens(double rate);
    unsigned pick_status();
    std::chrono::microseconds pick_delay();

    behaviour_options options_;
    double total_weight_ = 0;
    std::mt19937_64 random_;
};

} // namespace sluice::gateway::stress
