// What an acknowledgement promises: on disk, on disk within an interval, or in memory only.
// A plain value with its notation; the journal is what keeps the promise.
#pragma once

#include <boost/system/result.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace sluice::gateway::config {

enum class durability_mode {
    fsync,    // The call is answered after its record is on disk.
    interval, // The call is answered at once; the disk follows within `interval`.
    memory,   // Nothing is written. A restart forgets every task.
};

struct durability {
    durability_mode mode = durability_mode::fsync;
    std::chrono::milliseconds interval{0}; // Only with durability_mode::interval.

    // Reads "fsync", "interval:50ms" (1 ms to 10 s) or "memory".
    // Errors: durability_syntax, durability_interval.
    static boost::system::result<durability> parse(std::string_view text);
    // The notation that parse reads: it is what the Sluice-Durability header says.
    std::string to_string() const;

    friend bool operator==(durability const&, durability const&) = default;
};

} // namespace sluice::gateway::config
