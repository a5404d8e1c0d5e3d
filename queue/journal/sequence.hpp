// The durable order of records: what a record, a batch and its commit are numbered by.
#pragma once

#include <chrono>
#include <cstdint>

namespace sluice::queue {

using sequence = std::uint64_t; // of a record; 1 is the first, no gaps

// Records [first, last] are as safe as the durability asked for.
struct committed_batch {
    sequence first = 0;
    sequence last = 0;
    std::uint32_t segment = 0;
    std::uint64_t offset = 0; // of the batch in its segment
    std::uint64_t bytes = 0;
    std::chrono::microseconds duration{0}; // of write and sync
};

// What a record got that was appended: its number, and where its body begins, from the start of
// its batch. A record that was not written has none of these, never a number that could be compared
// with others.
struct appended {
    sequence number = 0;
    std::uint64_t offset_in_batch = 0;
};

} // namespace sluice::queue
