#include "gateway/stress/load/rate_search.hpp"

#include "gateway/stress/load/arrival_schedule.hpp"

namespace sluice::gateway::stress {

namespace {

// Below one request in ten seconds there is nothing to find.
constexpr double lowest_rate = 0.1;

} // namespace

rate_search::rate_search(double start, double precision, unsigned most_trials)
    : trial_(start)
    , precision_(precision)
    , trials_left_(most_trials) {}

std::optional<double> rate_search::next() const {
    if (is_over_ || trials_left_ == 0) return std::nullopt;
    return trial_;
}

void rate_search::report(bool is_met) {
    (is_met ? met_ : missed_) = trial_;
    --trials_left_;
    if (met_ && missed_) {
        is_over_ = *missed_ - *met_ <= precision_ * *missed_;
        trial_ = (*met_ + *missed_) / 2;
    } else {
        trial_ = is_met ? trial_ * 2 : trial_ / 2;
        is_over_ = trial_ < lowest_rate || trial_ > highest_rate;
    }
}

} // namespace sluice::gateway::stress
