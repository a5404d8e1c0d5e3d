// Dense numbers for the values of a metric's label, given by the configuration only: whatever a
// caller sends can never become a label. Written when a configuration is taken, read when metrics
// are rendered; guarded by a mutex, so never on the path of a task.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::telemetry {

// The most series that one metric may have; beyond it values are counted as "other".
inline constexpr std::size_t series_limit = 1000;
inline constexpr std::string_view other_label = "other";

class label_table {
  public:
    // The number of `value`, given now if it is new. 0 ("other") when the table is full. Numbers
    // hold for the life of the process, also when a reload drops the value.
    std::uint32_t intern(std::string_view value);

    // "other" for a number that has no name.
    std::string name(std::uint32_t number) const;

  private:
    mutable std::mutex mutex_;
    std::vector<std::string> names_{std::string(other_label)};
};

} // namespace sluice::gateway::telemetry
