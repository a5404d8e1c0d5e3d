// What a dead member of the cluster left becomes this gateway's own.
#include "queue/core/error.hpp"
#include "queue/dispatch/dispatcher.hpp"

#include <utility>

namespace sluice::queue {

// One batch of the journal: the tasks, and behind them the ends of those that are finished, which
// thereby go the way of every end into the history.
void dispatcher::adopt(foreign_slice&& slice, done_handler done) {
    if (is_draining_) return done(errc::stopping);
    if (journal_.has_failed()) return done(errc::outcome_unknown);
    receive_order(slice);
    std::vector<record> records;
    records.reserve(2 * slice.tasks.size());
    for (auto& task : slice.tasks) {
        task.what.task.account = names_.accounts.intern(task.account);
        engine_.admit_own(task.what.task);
        records.emplace_back(std::move(task.what));
    }
    for (auto& task : slice.tasks) {
        if (!task.end) continue;
        // Its lane is numbered by the other gateway; how that stands comes as a foreign_lane.
        task.end->gate = {};
        task.end->is_adopted = true;
        records.emplace_back(std::move(*task.end));
    }
    auto const places = journal_.adopt(slice.mark, records);
    if (places.size() != records.size() || places.empty()) return done(errc::outcome_unknown);
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (auto* const task = std::get_if<accepted>(&records[i])) {
            waiting_.push({places[i], std::move(*task), {nullptr, true, nullptr}});
            continue;
        }
        waiting_.when_safe(places[i], [this, r = std::move(records[i]),
                                       number = places[i].number](boost::system::error_code ec) {
            auto const& end = std::get<finished>(r);
            auto const whole = ec ? std::nullopt : engine_.finish(end, clock_.now());
            if (whole) journal_.keep(*whole, end, number);
        });
    }
    waiting_.when_safe(places.back(), std::move(done));
    wake();
}

} // namespace sluice::queue
