// The circuit breaker of one lane: opens after a row of failures or by their share, stays open for
// a while, then lets exactly one attempt through as a probe. Owned by a lane; never reads a clock.
#pragma once

#include "queue/core/failure_window.hpp"
#include "queue/core/lane_options.hpp"
#include "queue/core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace sluice::queue {

// What an outcome says about the destination's health.
enum class health : std::uint8_t {
    good,   // it answers
    bad,    // it does not, or says that it cannot
    unknown // the attempt says nothing about it
};

class breaker {
  public:
    enum class passage : std::uint8_t {
        free,  // attempts go
        probe, // one attempt may go, and decides
        shut   // nothing goes
    };

    explicit breaker(breaker_options const& options)
        : options_(options)
        , open_for_(options.open_for)
        , window_(options.window) {}

    // Keeps its state: a changed configuration does not close an open breaker.
    void reconfigure(breaker_options const& options);

    passage at(mono_time now) const;
    bool is_open() const { return phase_ != phase::closed; }
    bool is_probing() const { return phase_ == phase::probing; }
    std::uint32_t failures_in_a_row() const { return failures_; }
    // What opened it, in a few words; empty while it is closed.
    std::string const& why() const { return why_; }
    // When a probe may go; nothing while the probe is under way or the breaker is closed.
    std::optional<mono_time> opens_at() const;

    // How it stood before a restart: open until `until`, or closed.
    void restore_open(mono_time until, std::string why) {
        why_ = std::move(why);
        open(until);
    }
    void restore_closed() { phase_ = phase::closed; }

    // The attempt that is about to go is the probe. Precondition: at(now) is `probe`.
    void send_probe() { phase_ = phase::probing; }
    // Only the probe's outcome counts while the breaker is open; those of attempts that were
    // under way when it opened are old news.
    void on_outcome(health h, bool is_probe, mono_time now);

  private:
    enum class phase : std::uint8_t { closed, open, probing };
    void open(mono_time until);
    void count(health h, mono_time now);

    breaker_options options_;
    phase phase_ = phase::closed;
    std::uint32_t failures_ = 0; // in a row
    std::chrono::milliseconds open_for_;
    mono_time until_{};
    failure_window window_;
    std::string why_;
};

} // namespace sluice::queue
