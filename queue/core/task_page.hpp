// One page of the tasks that match a filter, newest first, out of millions: all of them are looked
// at in steps, so that the core does other things in between, and only the page is remembered. Used
// on the core's thread; what comes in meanwhile may be missing.
#pragma once

#include "queue/core/task_filter.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace sluice::queue {

class task_page {
  public:
    // At most `limit` tasks that were accepted before `before` (an id; nil: the newest).
    task_page(task_matcher filter, task_id before, std::size_t limit);

    // Looks at the next `places`. True when all have been looked at.
    bool advance(engine const& from, std::size_t places);

    // How many match, those of other pages included.
    std::uint64_t total() const { return total_; }
    // How many of them come behind this page.
    std::uint64_t behind() const { return behind_; }
    // The latest of the times that the filter goes by, of all that match.
    wall_time newest() const { return newest_; }
    // The page, newest first. Once, when all have been looked at.
    std::vector<task_id> take_ids();

  private:
    void look(task_view const& task);

    task_matcher filter_;
    task_id before_;
    std::size_t limit_;
    std::size_t next_ = 0;
    std::uint64_t total_ = 0;
    std::uint64_t behind_ = 0;
    wall_time newest_{};
    std::vector<task_id> heap_; // the newest so far, the oldest of them first
};

} // namespace sluice::queue
