// One thing done to many tasks, a slice at a time: whoever asks comes again for the next slice, and
// the core does its work in between. Functions over the dispatcher; core's thread.
#pragma once

#include "queue/core/task_filter.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

namespace sluice::queue {

class dispatcher;

enum class bulk_action : std::uint8_t {
    cancel,  // waiting -> cancelled
    redrive, // dead -> ready
    purge    // dead -> gone
};

// What an action came to.
struct bulk_counts {
    std::uint64_t done = 0;
    std::uint64_t refused = 0; // the state did not allow it, or it is not there (any more)
    std::uint64_t unknown = 0; // the disk failed: it may have been done, the next start shows it
    friend bool operator==(bulk_counts const&, bulk_counts const&) = default;
};
using settled_handler = std::function<void(bulk_counts)>;

// Does it to these tasks. `settled` is told once, when all of it is as safe as the durability asks
// for; with no tasks at once.
void apply_to(dispatcher& core, bulk_action what, std::span<task_id const> tasks,
              std::string_view by, settled_handler settled);

// Whether so many tasks have ended lately that what is known of them would be lost if more did:
// whoever does it to many tasks comes again a little later.
bool must_wait(dispatcher const& core, bulk_action what);

struct bulk_slice {
    std::size_t first = 0;     // place among the tasks
    std::size_t places = 4096; // looked at, at the most
    std::size_t tasks = 256;   // done, at the most
};
struct bulk_step {
    std::optional<std::size_t> next; // where to go on; nothing: all have been looked at
    std::size_t matched = 0;
};
// Does it to those tasks of a slice that match, in the order in which they were accepted: of
// several slices each by itself.
bulk_step apply_to(dispatcher& core, bulk_action what, task_matcher const& which,
                   bulk_slice const& slice, std::string_view by, settled_handler settled);

} // namespace sluice::queue
