// Durable order of records: the seam between the engine and what keeps it. The embedded engine's
// journal implements it; a clustered one can. Single-threaded: called on the core's thread only,
// and it calls back on that thread only.
#pragma once

#include "queue/core/record.hpp"

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <cstdint>
#include <functional>

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

// What an appended record got: its number, and where its body begins, from the start of its batch.
struct appended {
    sequence number = 0;
    std::uint64_t offset_in_batch = 0;
};

class store {
  public:
    virtual ~store() = default;

    // Whether `bytes` of new work fit on the disk; room for their terminal records is reserved.
    // Error: disk_full. `give_back` undoes it.
    virtual boost::system::result<void> reserve(std::uint64_t tasks, std::uint64_t bytes) = 0;
    virtual void give_back(std::uint64_t tasks, std::uint64_t bytes) = 0;

    // Adds a record to the batch that is being filled. `append` asks for the batch to go as soon
    // as the disk is free; `append_later` lets it ride along, 10 ms later at the most.
    virtual appended append(record const& r) = 0;
    virtual appended append_later(record const& r) = 0;

    virtual bool has_failed() const = 0; // a sync failed: nothing is accepted any more
};

} // namespace sluice::queue
