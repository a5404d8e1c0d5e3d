// [limits]: the bounds of the process. Plain values with their defaults; written by load() and
// only read afterwards.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace sluice::gateway::config {

inline constexpr std::uint64_t kibibyte = 1024;
// Below it the journal cannot change over from one segment to the next while it works.
inline constexpr std::uint64_t least_journal_bytes = 1024 * kibibyte;
inline constexpr std::uint64_t gibibyte = 1024 * 1024 * 1024;

// [limits]. What is past one of them is refused, never queued.
struct limits {
    std::size_t uri_bytes = 8 * kibibyte;     // Request target; above it 414.
    std::size_t header_bytes = 16 * kibibyte; // Whole header of one request; above it 431.
    std::size_t header_count = 100;           // Header lines of one request; above it 431.
    std::size_t body_bytes = 256 * kibibyte;  // Above it 413.
    // A body without its content coding; above it 413. Default: four times `body`.
    std::size_t inflated_bytes = 4 * 256 * kibibyte;
    std::size_t connections = 10'000; // Inbound, over all listeners.
    std::size_t address_connections = std::numeric_limits<std::size_t>::max(); // Of one address.
    std::size_t pipelined_requests = 64;         // Read ahead of the answer on one connection.
    std::size_t unsent_answers = 256 * kibibyte; // Of one connection: no request is taken then.
    std::size_t unsent_answers_total = 64 * 1024 * kibibyte; // Of all; then large reads are 503.
    std::size_t batch_tasks = 1'000;                         // Tasks in one POST /v1/tasks:batch.
    std::size_t fanout_tasks = 100;                          // Tasks that one call may become.
    std::size_t contact_numbers = 500;                       // Numbers in one createOutbound.
    std::uint64_t queue_tasks = 10'000'000;                  // Live tasks; above it 503.
    std::uint64_t queue_bytes = 8 * gibibyte;                // Payload in memory; above it 503.
    // What a task keeps of the body that it came with, where its message is another; 0: nothing.
    std::size_t received_bytes = 4 * kibibyte;
    std::uint64_t journal_bytes = 64 * gibibyte; // Disk; above it 503.
    // In a cluster: ends that its database has not taken yet; above it nothing more is handed out.
    std::uint64_t unwritten_ends = 10'000;
    std::uint64_t idempotency_keys = 1'000'000;  // The newest are kept; as many contents (dedup).
    std::uint64_t links = 1'000'000;             // Short links; above it 503.
    std::size_t link_url_bytes = 2 * kibibyte;   // A long URL; above it 422.
    std::uint64_t users = 1'000'000;             // Persons with variables; above it 503.
    std::size_t user_keys = 200;                 // Variables of a person; above it 422.
    std::size_t user_key_bytes = 128;            // A variable's name; above it 422.
    std::size_t user_value_bytes = 4 * kibibyte; // A variable's value; above it 422.
    std::uint64_t agents = 100'000;              // Agents added by admin calls; above it 503.
    std::chrono::milliseconds max_delay = std::chrono::hours(24 * 366);
    std::chrono::milliseconds header_timeout = std::chrono::seconds(10);  // Whole header.
    std::chrono::milliseconds request_timeout = std::chrono::seconds(30); // Header and body.
    std::chrono::milliseconds write_timeout = std::chrono::seconds(30);   // One answer.
    std::chrono::milliseconds idle_timeout = std::chrono::seconds(75);    // Between requests.
    std::chrono::milliseconds wait = std::chrono::seconds(60);            // Most of `Prefer: wait`.
    std::chrono::milliseconds drain_timeout = std::chrono::seconds(30);   // After SIGTERM.
};

} // namespace sluice::gateway::config
