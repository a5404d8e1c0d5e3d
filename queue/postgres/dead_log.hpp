// What a dead member's log says, added up: its tasks in slices that can be taken over one by one.
// State is a fold, a put in one segment is ended in another, so that the whole log is read before
// the first slice is. Blocking; on the thread that adopts.
#pragma once

#include "queue/core/claim_job.hpp"
#include "queue/core/engine.hpp"
#include "queue/journal/foreign_slice.hpp"
#include "queue/journal/replay.hpp"

#include <boost/system/result.hpp>

#include <compare>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sluice::queue::postgres {

// A slice has at most so many tasks and bytes of payload; one that is larger stands alone, and
// tasks that must stay together do so whatever they add up to.
struct slice_limits {
    std::size_t tasks = 1000;
    std::uint64_t bytes = 4 << 20;
};

// Whose key, and the checksum of what its call was answered.
struct recorded_key {
    claim_name name;
    std::uint32_t answer = 0;

    friend auto operator<=>(recorded_key const&, recorded_key const&) = default;
};
recorded_key recorded(claim_name const& name, std::string_view answer);

struct dead_log {
    std::vector<foreign_slice> slices; // live tasks and dead letters first, then the history
    std::vector<foreign_lane> lanes;
    std::size_t live_slices = 0; // how many of `slices` hold what must be delivered
    // The keys of all its calls, for claims that are not decided; sorted.
    std::vector<recorded_key> keys;
    std::uint64_t tasks = 0; // live and dead
    std::uint64_t finished = 0;
    replay_report report;
};

// Reads the log that `from` shows. `log` and `epoch` go into the slices' marks. The same log gives
// the same slices to everybody who reads it: nothing is written to it any more. Errors: damaged,
// newer_format, those of `from`.
boost::system::result<dead_log> read_dead_log(job_worker& from, std::uint32_t log,
                                              std::int64_t epoch, instant now,
                                              slice_limits const& limits = {});

} // namespace sluice::queue::postgres
