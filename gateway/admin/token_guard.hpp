// Slows down whoever guesses the admin token, and tells the log. A right token is never slowed,
// unless so many wrong ones wait that nobody of such an address is heard. Admin thread.
#pragma once

#include "gateway/call/guess_guard.hpp"
#include "gateway/call/refusal.hpp"
#include "gateway/telemetry/log.hpp"
#include "queue/dispatch/clock.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>

namespace sluice::gateway::admin {

struct token_guard_options {
    call::guess_guard::options guesses = {.misses = 10}; // of an address, before it is slowed
    std::chrono::milliseconds pause{1000};               // before each further answer
    std::size_t waiting = 16;                            // answers that wait so at a time
};

class token_guard {
  public:
    // All of them outlive it.
    token_guard(boost::asio::io_context& io, queue::clock const& clock, telemetry::log& lines,
                token_guard_options const& how = {});

    // 429 where a call is not even looked at.
    call::checked<void> may_try(server::request const& req) const;
    // Answers a call whose token was wrong: at once for the first few of an address, then with 429
    // and later.
    void refuse_guess(server::exchange& on, call::refusal why);

  private:
    boost::asio::io_context& io_;
    queue::clock const& clock_;
    telemetry::log& lines_;
    token_guard_options const how_;
    call::guess_guard guesses_;
    std::size_t waiting_ = 0;
};

} // namespace sluice::gateway::admin
