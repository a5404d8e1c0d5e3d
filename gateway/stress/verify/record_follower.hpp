// Reads the NDJSON file of another sink (`sluice sink --record`) as it grows, and feeds it to the
// ledger. That sink runs on the same machine: its monotonic times are this machine's.
// One thread. Reads at most 1 MiB a call; a line above that ends the reading.
#pragma once

#include "gateway/stress/load/arrival_feed.hpp"

#include <chrono>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>

namespace sluice::gateway::stress {

class record_follower {
  public:
    // Begins at the file's present end: what is there belongs to earlier runs.
    record_follower(std::string const& file, arrival_feed& to);

    bool is_open() const { return is_open_; }
    // Takes what has come since; `began` is the run's start on the steady clock. False: nothing
    // was there.
    bool poll(std::chrono::nanoseconds began);
    // Lines that could not be understood.
    std::uint64_t broken() const { return broken_; }

  private:
    void take_line(std::string_view line, std::chrono::nanoseconds began);

    std::ifstream in_;
    arrival_feed& to_;
    std::string rest_; // of a line that is not whole yet
    std::uint64_t broken_ = 0;
    bool is_open_ = false;
};

// RFC 3339 with milliseconds in UTC, as the sink writes it, to Unix milliseconds; 0 where it is
// not that.
std::chrono::milliseconds parse_record_time(std::string_view text);

} // namespace sluice::gateway::stress
