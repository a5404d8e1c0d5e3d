#include "queue/core/far_off.hpp"

#include <algorithm>

namespace sluice::queue {

far_off::hour far_off::hour_of(wall_time t) {
    return std::chrono::floor<std::chrono::hours>(t).time_since_epoch().count();
}

wall_time far_off::begin_of(hour h) {
    return wall_time(std::chrono::hours(h));
}

void far_off::advance(wall_time now) {
    if (!has_near(now)) next_ = std::max(next_, last_near(now) + 1);
}

void far_off::push(slot_index slot) {
    auto const own = hour_of(tasks_[slot].due());
    if (recent_ == hours_.end() || recent_->first != own) {
        recent_ = hours_.try_emplace(own).first;
    }
    recent_->second.push_back(tasks_, slot);
}

void far_off::erase(slot_index slot) {
    take_out(hours_.find(hour_of(tasks_[slot].due())), slot);
}

void far_off::take_out(lists::iterator at, slot_index slot) {
    at->second.erase(tasks_, slot);
    if (!at->second.empty()) return;
    if (recent_ == at) recent_ = hours_.end();
    hours_.erase(at);
}

std::optional<wall_time> far_off::earliest() const {
    if (empty()) return std::nullopt;
    return begin_of(first());
}

std::optional<wall_time> far_off::near_at() const {
    if (empty()) return std::nullopt;
    return begin_of(first() - 1);
}

std::uint64_t far_off::count_before(slot_index slot, std::size_t most) const {
    task_node const& node = tasks_[slot];
    auto const own = hour_of(node.due());
    std::uint64_t before = 0;
    for (auto const& [hour, list] : hours_) {
        if (hour > own) break;
        for (auto at = list.first(); at != no_slot && most > 0; at = tasks_[at].next, --most) {
            task_node const& other = tasks_[at];
            if (other.line == node.line && other.due() < node.due()) ++before;
        }
    }
    return before;
}

} // namespace sluice::queue
