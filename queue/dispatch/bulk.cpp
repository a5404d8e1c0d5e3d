#include "queue/dispatch/bulk.hpp"

#include "queue/core/error.hpp"
#include "queue/dispatch/dispatcher.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace sluice::queue {

namespace {

// Counts the answers of one slice.
struct tally {
    std::size_t missing = 0;
    bulk_counts counts;
    settled_handler settled;

    void count(boost::system::error_code ec) {
        if (ec == errc::outcome_unknown) {
            ++counts.unknown;
        } else {
            ++(ec ? counts.refused : counts.done);
        }
        if (--missing == 0) settled(counts);
    }
};

} // namespace

void apply_to(dispatcher& core, bulk_action what, std::span<task_id const> tasks,
              std::string_view by, settled_handler settled) {
    if (tasks.empty()) return settled({});
    auto const all = std::make_shared<tally>();
    all->missing = tasks.size();
    all->settled = std::move(settled);
    auto const done = [all](boost::system::error_code ec) { all->count(ec); };
    for (auto const& id : tasks) {
        switch (what) {
        case bulk_action::cancel:
            core.cancel(id, by, done);
            break;
        case bulk_action::redrive:
            core.redrive(id, by, done);
            break;
        case bulk_action::purge:
            core.purge(id, done);
            break;
        }
    }
}

bool must_wait(dispatcher const& core, bulk_action what) {
    return what == bulk_action::cancel && core.disk().is_history_behind();
}

bulk_step apply_to(dispatcher& core, bulk_action what, task_matcher const& which,
                   bulk_slice const& slice, std::string_view by, settled_handler settled) {
    bulk_step step;
    // First all of them: what is done changes the engine.
    std::vector<std::pair<std::uint64_t, task_id>> found;
    if (!which.is_void() && slice.tasks > 0) {
        step.next = core.state().visit_some(slice.first, slice.places, [&](task_view const& task) {
            if (which(task)) found.emplace_back(task.extras ? task.extras->order_turn : 0, task.id);
            return found.size() < slice.tasks;
        });
    }
    step.matched = found.size();
    // Places are given anew to whoever is redriven: in the order in which they were accepted.
    std::ranges::sort(found);
    std::vector<task_id> tasks;
    tasks.reserve(found.size());
    for (auto const& [turn, id] : found)
        tasks.push_back(id);
    apply_to(core, what, tasks, by, std::move(settled));
    return step;
}

} // namespace sluice::queue
