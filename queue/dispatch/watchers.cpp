#include "queue/dispatch/watchers.hpp"

#include <utility>

namespace sluice::queue {

void watchers::add(task_id id, std::shared_ptr<watcher> who, port& on) {
    of_.emplace(id, watching{std::move(who), &on, {}});
}

void watchers::show(task_id id, outcome const& own) {
    if (auto const found = of_.find(id); found != of_.end()) found->second.last = own;
}

void watchers::show(attempt const& done, outcome const& result) {
    if (of_.empty()) return;
    bool const has_calls = result.calls.size() == done.companions.size() + 1;
    show(done.id, has_calls ? result.calls.front() : result);
    for (std::size_t i = 0; i < done.companions.size(); ++i)
        show(done.companions[i].id, has_calls ? result.calls[i + 1] : result);
}

void watchers::tell(finished const& end) {
    if (of_.empty()) return;
    auto const found = of_.find(end.id);
    if (found == of_.end()) return;
    auto watching = std::move(found->second);
    of_.erase(found);
    final_outcome told;
    told.id = end.id;
    told.state = end.state;
    told.last = std::move(watching.last);
    told.reason = end.reason;
    told.result = end.result;
    watching.on->tell([who = std::move(watching.who), told = std::move(told)] {
        if (who->is_active) who->on_finished(told);
    });
}

void watchers::forget(task_id id, watcher const* who) {
    auto const found = of_.find(id);
    if (found != of_.end() && found->second.who.get() == who) of_.erase(found);
}

} // namespace sluice::queue
