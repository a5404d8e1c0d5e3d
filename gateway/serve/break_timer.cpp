#include "gateway/serve/break_timer.hpp"

#include <algorithm>

namespace sluice::gateway::serve {

namespace {

using std::chrono::milliseconds;

// How soon a change that is planned meanwhile, or a step of the clock, is noticed. No change is
// planned for less than a minute ahead.
constexpr milliseconds longest_wait{1'000};
constexpr milliseconds shortest_wait{1};

} // namespace

void break_timer::settle() {
    if (is_settling_) {
        is_asked_again_ = true;
        return;
    }
    is_settling_ = true;
    timer_.cancel();
    with_.data.settle_breaks(with_.clock.now().wall, with_.inbox,
                             [this](auto const& outcome) { on_settled(outcome); });
}

void break_timer::on_settled(tables::result<tables::change_outcome> const& outcome) {
    is_settling_ = false;
    if (!outcome) {
        if (outcome.error() == tables::errc::stopping) return;
        if (!has_failed_) {
            with_.lines.warn("planned breaks could not be carried out and will be tried again",
                             {{"error", outcome.error().message()}});
        }
        has_failed_ = true;
        return wait(longest_wait);
    }
    has_failed_ = false;
    if (!is_asked_again_) return wait(shortest_wait);
    is_asked_again_ = false;
    settle();
}

void break_timer::wait(milliseconds least) {
    auto const left = with_.data.next_planned() - with_.clock.now().wall;
    timer_.expires_after(std::clamp(left, least, longest_wait));
    timer_.async_wait([this](boost::system::error_code ec) {
        if (ec) return;
        bool const is_due = has_failed_ || with_.data.next_planned() <= with_.clock.now().wall;
        if (is_due) return settle();
        wait(shortest_wait);
    });
}

} // namespace sluice::gateway::serve
