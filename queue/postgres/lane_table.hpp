// The statements over the table of lanes. Blocking; on the thread that owns the connection. Each is
// one statement and one transaction, so that the row of the clock is held for no longer.
#pragma once

#include "queue/core/lane_stand.hpp"
#include "queue/postgres/connection.hpp"

#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace sluice::queue::postgres {

struct lane_sight {
    std::uint64_t version = 0; // of the clock: all changes up to it have been seen
    std::vector<lane_stand> rows;
};

class lane_table {
  public:
    lane_table(connection& to, std::chrono::milliseconds timeout)
        : to_(to)
        , timeout_(timeout) {}

    // Each has the connection's errors.

    // The rows that were changed behind `seen`; 0: all.
    boost::system::result<lane_sight> look(std::uint64_t seen);
    // Writes it under a version above `seen` and all that were given; the row as it is then.
    boost::system::result<lane_stand> change(lane_wish const& wish, std::uint64_t seen);
    // Adds these stands to the rows (lane_stand.hpp); those that say nothing new change nothing.
    // `is_plain`: what is not ASCII in their reasons is written as question marks.
    boost::system::result<void> merge(std::vector<lane_stand> const& stands, std::uint64_t seen,
                                      bool is_plain = false);

  private:
    boost::system::result<rows> run(std::string_view sql, parameters const& values);

    connection& to_;
    std::chrono::milliseconds timeout_;
};

} // namespace sluice::queue::postgres
