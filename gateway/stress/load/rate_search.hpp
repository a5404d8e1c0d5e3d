// Looks for the highest rate that meets the objectives: doubles until one fails, then halves the
// gap until it is narrow. Pure: it is told how each trial ended. `sluice load --find-max`.
#pragma once

#include <optional>

namespace sluice::gateway::stress {

class rate_search {
  public:
    // `start` is the first rate tried; `precision` 0.05: within five percent.
    explicit rate_search(double start, double precision = 0.05, unsigned most_trials = 25);

    // The rate to try next; nothing when the search is over.
    std::optional<double> next() const;
    // How the trial at `next()` ended.
    void report(bool is_met);

    std::optional<double> highest_met() const { return met_; }
    std::optional<double> lowest_missed() const { return missed_; }

  private:
    double trial_;
    double precision_;
    unsigned trials_left_;
    std::optional<double> met_;
    std::optional<double> missed_;
    bool is_over_ = false;
};

} // namespace sluice::gateway::stress
