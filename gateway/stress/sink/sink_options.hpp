// What a sink can be told to do, and the notations of the command line for it. Plain values and
// pure functions: the command line itself is read in main, the same notations are taken by
// POST /__sink/config.
#pragma once

#include "gateway/stress/report/option_value.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::stress {

struct weighted_status {
    unsigned status = 200; // 200 to 599
    double weight = 1;     // Relative to the others, above 0.
    friend bool operator==(weighted_status const&, weighted_status const&) = default;
};

// How long an answer waits.
struct latency_model {
    enum class kind : std::uint8_t {
        constant,  // `values[0]`
        choice,    // one of `values`, each as likely
        normal,    // mean `values[0]`, deviation `values[1]`, never below 0
        log_normal // median `values[0]`; `values[1]` is what 84 % stay below
    };
    kind shape = kind::constant;
    std::vector<std::chrono::microseconds> values{std::chrono::microseconds(0)};
    friend bool operator==(latency_model const&, latency_model const&) = default;
};

// What a sink answers, when, and how often it misbehaves. Rates are shares of all requests, 0 to
// 1; the first that applies wins: reset, half-close, hang, fail_for, fail_rate, then a status by
// weight.
struct behaviour_options {
    std::vector<weighted_status> statuses{{}};
    latency_model latency;
    double reset_rate = 0;                 // The connection is reset instead of an answer.
    double half_close_rate = 0;            // No answer but the end; what comes is read on.
    double hang_rate = 0;                  // No answer; the connection stays open.
    double fail_rate = 0;                  // Answered 500.
    std::chrono::milliseconds fail_for{0}; // From the start: answered 503.
    std::optional<std::chrono::seconds> retry_after; // With every 429 and 503.
    std::optional<std::string> body;                 // Instead of the usual JSON.
    std::chrono::milliseconds slow_body{0};          // A body trickles over this time.
    std::size_t answer_bytes = 0;                    // A shorter body is filled up with spaces.
    friend bool operator==(behaviour_options const&, behaviour_options const&) = default;
};

struct listen_address {
    std::string address = "127.0.0.1"; // A literal address, IPv4 or IPv6 without brackets.
    std::uint16_t port = 9000;         // 0: the system chooses one.
    friend bool operator==(listen_address const&, listen_address const&) = default;
};

// What bounds a sink's memory and its connections.
struct sink_limits {
    std::size_t header_bytes = 64 * 1024;
    std::size_t body_bytes = 16 * 1024 * 1024;
    std::size_t connections = 20'000;    // More are closed at once.
    std::size_t paths = 1'000;           // Counted by path; the rest as "other".
    std::size_t webhook_ids = 4'000'000; // Remembered to find duplicates.
    std::size_t kept_requests = 0;       // The newest, for `recorded()`; tests ask for some.
};

struct sink_options {
    listen_address listen;
    behaviour_options behaviour;
    sink_limits limits;
    std::string record;   // NDJSON file, appended to; empty: none.
    std::string tls_name; // HTTPS with a self-signed certificate for this name; empty: HTTP.
    std::string certificate_file; // Where that certificate is written, for clients to trust.
    bool is_quiet = false;        // No totals at the end.
    unsigned threads = 1;         // 1 to 64; only sink_main reads it.
    std::chrono::milliseconds duration{0}; // Ends by itself; 0: when told to.
    std::uint64_t seed = 1;                // Of everything random.
};

// "200" or "200:90,503:10": statuses 200 to 599 with weights above 0 (1 where none is given).
parsed<std::vector<weighted_status>> parse_statuses(std::string_view text);

// "5ms", "10ms,20ms", "normal:20ms,5ms", "lognormal:20ms,80ms".
parsed<latency_model> parse_latency(std::string_view text);

// A share: "0.1" or "10%"; 0 to 1.
parsed<double> parse_rate(std::string_view text);

// "1000", "64KiB", "10MiB": up to largest_answer.
inline constexpr std::size_t largest_answer = 64 * 1024 * 1024;
parsed<std::size_t> parse_bytes(std::string_view text);

// "127.0.0.1:9000", "[::1]:9000", "localhost:9000", ":9000" (loopback).
parsed<listen_address> parse_listen(std::string_view text);

// "@FILE" or the path of a file that exists: its content, up to 1 MiB; else the text itself.
parsed<std::string> parse_body(std::string const& text);

// The notations back, for GET /__sink/config.
std::string to_string(std::vector<weighted_status> const& statuses);
std::string to_string(latency_model const& latency);

} // namespace sluice::gateway::stress
