// What the threads of one sink share. Internal to the sink: made by `sink`, kept alive by its
// listeners. Every member says how it is guarded.
#pragma once

#include "gateway/stress/sink/sink.hpp"

#include <boost/asio/ssl/context.hpp>

#include <atomic>
#include <chrono>
#include <mutex>

namespace sluice::gateway::stress {

struct sink_state {
    sink_state(sink_options given, sink::hook hook)
        : options(std::move(given))
        , on_request(std::move(hook))
        , stats(options.limits)
        , current(options.behaviour) {}

    sink_options const options;
    sink::hook const on_request;
    sink_stats stats;                               // has its own lock
    std::shared_ptr<boost::asio::ssl::context> tls; // null: HTTP; set before anyone listens
    std::unique_ptr<sink_recorder> recorder;        // has its own lock; set before anyone listens
    std::atomic<std::size_t> connections{0};        // open ones, over all threads

    // A new behaviour from the next request on; `fail_for` counts from now.
    void configure(behaviour_options const& wanted, std::chrono::steady_clock::time_point now) {
        std::lock_guard lock(mutex);
        current = wanted;
        since = now;
        generation.fetch_add(1, std::memory_order_release);
    }

    mutable std::mutex mutex;  // guards `current` and `since`
    behaviour_options current; // what listeners copy when `generation` moves
    std::chrono::steady_clock::time_point since;
    std::atomic<std::uint64_t> generation{0};
};

} // namespace sluice::gateway::stress
