// The rate limit of one lane: in any window of length t it lets through at most
// rate * t / period + burst attempts. Whole numbers only, so that nothing is lost or gained by
// rounding over years. Owned by a lane; never reads a clock.
#pragma once

#include "queue/core/time.hpp"

#include <cstdint>

namespace sluice::queue {

struct token_bucket_options {
    std::uint64_t rate = 0; // tokens a period; 0: unlimited
    std::chrono::microseconds period{1'000'000};
    std::uint64_t burst = 1; // tokens that may gather
};

class token_bucket {
  public:
    // A bucket that limits nothing.
    token_bucket() = default;
    // A bucket that has been full for ever, so that attempts of the past can be charged.
    explicit token_bucket(token_bucket_options const& options);

    // Other limits, with no more whole tokens than there were: a change of the configuration is
    // no way to send more.
    void reconfigure(token_bucket_options const& options, mono_time now);

    // As one of several that share a rate: what has gathered stays as far as it fits, what is added
    // to the burst comes empty, and so does a bucket that limited nothing. A burst of 0 lets
    // nothing through.
    void reshape(token_bucket_options const& options, mono_time now);
    // Tokens that another bucket has lost. They are kept as far as they fit.
    void add(std::uint64_t tokens, mono_time now);

    // When the `count`-th token from now can be taken, if nobody else takes one; `now` or earlier
    // means at once.
    mono_time ready_at(mono_time now, std::uint64_t count = 1) const;

    // Whole tokens that can be taken at `now`. Precondition: there is a rate.
    std::uint64_t tokens_at(mono_time now) const { return level_at(now) / period_; }

    // Takes a token. Precondition: ready_at(now) <= now.
    void take(mono_time now);
    // Counts an attempt that was made before the restart.
    void charge(mono_time at);
    // The token that was taken last was not used. Only before time passes: what is given back
    // later would come on top of what has gathered since.
    void give_back();

  private:
    // A token is `period_` units, and each microsecond brings `rate_` of them.
    std::uint64_t level_at(mono_time now) const;

    std::uint64_t rate_ = 0;
    std::uint64_t period_ = 1;
    std::uint64_t capacity_ = 0;
    std::uint64_t level_ = 0;
    mono_time at_{}; // of `level_`
};

} // namespace sluice::queue
