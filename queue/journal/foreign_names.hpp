// What the names in records are called that were decoded with another table: a thread that decodes
// has a table of its own, because nobody may look into one while it grows. Values; one thread.
#pragma once

#include "queue/core/record.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace sluice::queue {

// The names that a table got since the last look at it, in their order.
struct new_names {
    std::vector<std::string> lanes;
    std::vector<std::string> accounts;
};

class foreign_names {
  public:
    // The next names of the other table get their numbers in ours.
    void learn(new_names const& theirs, names& ours);
    // Their numbers in `r` become ours.
    void translate(record& r) const;
    // Ours for theirs; of what they did not name the same.
    lane_id ours(lane_id theirs) const;
    account_id ours(account_id theirs) const;

  private:
    std::vector<lane_id> lanes_; // by their number
    std::vector<account_id> accounts_;
};

// Tells a table's new names.
class name_watch {
  public:
    new_names take_new(names const& table);

  private:
    std::size_t lanes_ = 0; // that have been told
    std::size_t accounts_ = 0;
};

} // namespace sluice::queue
