// The limits of one listener and of every connection on it.
// A plain value: copied into the listener, which reads it anew for each request. Sizes are bytes,
// times are durations; a limit of zero refuses everything it bounds.
#pragma once
#include "gateway/http/refusal.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <string>

namespace sluice::gateway::server {

class address_limit;

// Writes the body of an answer that the server itself gives (`application/problem+json`) into
// `out`, which is empty when it is called.
using problem_writer = std::function<void(http::refusal const&, std::string& out)>;

// Told of every exception that ended a connection. Called on the listener's thread.
using failure_sink = std::function<void(std::exception_ptr)>;

struct server_options {
    // Request line and header fields together, and chunk extensions and trailers together.
    std::size_t header_limit = 16 * 1024;
    // The request-target; a longer one is answered 414.
    std::size_t uri_limit = 8 * 1024;
    // Header fields of one request; more are answered 431.
    std::size_t max_headers = 100;
    // The body after chunks are taken apart; more is answered 413. See exchange::limit_body.
    std::uint64_t body_limit = 256 * 1024;

    // From the first byte of a request to the end of its header, and from the accept to the
    // first byte. The TLS handshake has to end within it as well.
    std::chrono::milliseconds header_timeout{10'000};
    // From the first byte of a request to the last byte of its body.
    std::chrono::milliseconds request_timeout{30'000};
    // For one write of ready answers, however many reads of the peer it takes.
    std::chrono::milliseconds write_timeout{30'000};
    // Between an answer and the first byte of the next request.
    std::chrono::milliseconds idle_timeout{75'000};
    // After an answer that closes while the peer is still sending: how long its bytes are read
    // and dropped, so that it can read the answer before the connection is reset.
    std::chrono::milliseconds linger_timeout{2'000};
    // How many such bytes are read at most.
    std::size_t linger_limit = 4 * 1024 * 1024;
    // Pause of accepting after the system ran out of descriptors or memory.
    std::chrono::milliseconds accept_pause{100};

    // Of a listener at an IPv6 address, when it is opened: takes no IPv4 connections, which another
    // listener has that port for. The system's "[::]" takes both.
    bool is_v6_only = false;
    // Open connections of this listener (one thread's share); one more is closed at once.
    std::size_t max_connections = 10'000;
    // A connection whose descriptor is this or more is closed at once: those are kept for others
    // (gateway/http/descriptors.hpp).
    std::size_t descriptor_limit = std::numeric_limits<std::size_t>::max();
    // Shared by every listener that counts together; null: a peer may have all of them.
    std::shared_ptr<address_limit> per_address;
    // Requests of one connection that are worked on at the same time.
    std::size_t pipeline_limit = 64;

    // Bytes of answers that were given and not yet written. Of one connection: above it no further
    // request is taken from it. Of all connections of this listener: above it each is worked on for
    // one request at a time, and a read whose answer is large is answered 503.
    std::size_t unsent_limit = 256 * 1024;
    std::size_t unsent_total_limit = 64 * 1024 * 1024;

    // Default: RFC 9457 with `type` "about:blank".
    problem_writer write_problem;
    // Default: nobody is told; the connection is closed all the same.
    failure_sink on_failure;
};

} // namespace sluice::gateway::server
