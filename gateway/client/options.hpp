// Limits that hold for every destination of a client. Those of one destination are in endpoint.
// A plain value, never changed after the client was made.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <limits>

namespace sluice::gateway::client {

struct client_options {
    // Status line and header fields of an answer together with the interim (1xx) answers before
    // it; more is bad_answer.
    std::size_t header_limit = 16 * 1024;
    // Interim answers before the final one; more is bad_answer.
    std::size_t max_interim_answers = 16;
    // Chunk sizes, extensions and trailers together; more is bad_answer.
    std::size_t chunk_overhead_limit = 16 * 1024;
    // A connection whose descriptor would be this or more waits for one that is given back: those
    // are kept for others (gateway/http/descriptors.hpp).
    std::size_t descriptor_limit = std::numeric_limits<std::size_t>::max();
    // An unused connection is closed after this time.
    std::chrono::milliseconds idle_timeout = std::chrono::seconds(60);
    // Unused connections of one destination on this thread; one more is closed.
    std::size_t max_idle = 256;
    // Asked right before each write of a request: false, and it is not sent (cause::stopped), or
    // not to its end (cause::cut). For a gateway that may have lost its tasks to another. Empty:
    // always.
    std::function<bool()> may_send = {};
    // Memory for reading, one piece for the whole thread; also the size of one read.
    std::size_t read_bytes = 64 * 1024;
};

} // namespace sluice::gateway::client
