// What the configuration says about the journal. Plain values with their defaults.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace sluice::queue {

// When a record counts as safe.
struct durability {
    enum class kind : std::uint8_t {
        fsync,    // written and synced
        interval, // written; synced every `interval`
        memory    // taken; written soon, never synced
    };
    kind mode = kind::fsync;
    std::chrono::milliseconds interval{50};
};
std::string to_string(durability const& d); // "fsync", "interval:50ms", "memory"

// The least `limit` that lets the journal work for ever: segments, and what is kept back.
inline constexpr std::uint64_t least_journal_bytes = 1 << 20;

struct journal_options {
    durability safe;
    // How long a record of append_later may wait for company.
    std::chrono::milliseconds flush_after{10};
    std::uint64_t segment_bytes = 64ull << 20;      // smaller where the disk is small
    std::uint64_t first_segment_bytes = 1ull << 20; // filled before the first call is taken
    // What is done of a segment in the background before a body that is read back has its turn, and
    // what a start reads of it at a time.
    std::uint64_t portion_bytes = 2ull << 20;
    std::uint64_t batch_bytes = 4ull << 20;        // a batch that is this long is closed
    std::uint64_t limit = 64ull << 30;             // limits.journal_bytes: of all our files
    std::chrono::milliseconds measure_every{1000}; // free space; four times as often when short
    // The history of finished tasks, cut a whole file at a time by whichever bound is met first.
    std::chrono::milliseconds retention_time{24ll * 3600 * 1000};
    std::uint64_t retention_count = 1'000'000;
    std::uint64_t history_segment_bytes = 16ull << 20;
    // Where more than this many records wait to be written nothing more is handed out, so that the
    // ends of attempts do not gather without a bound while what keeps the journal is away; and
    // after this long without a commit no new work is admitted. Zero: no such bound.
    std::uint64_t unwritten_records = 0;
    std::chrono::milliseconds stall_after{0};
    bool skip_damage = false; // go on at start where journal_errc::damaged would stop it
    std::uint64_t seed = 1;   // of the segments' salts; must be unpredictable outside tests
};

} // namespace sluice::queue
