#include "queue/dispatch/dead_letters.hpp"

#include <algorithm>

namespace sluice::queue {

void dead_letters::note(record const& r) {
    if (auto const* const end = std::get_if<finished>(&r)) {
        if (end->state == task_state::dead) add(end->id, end->at);
    } else if (auto const* const in = std::get_if<accepted>(&r)) {
        if (in->state == task_state::dead) add(in->task.id, in->finished_at);
    }
}

void dead_letters::sort() {
    std::ranges::stable_sort(entries_, {}, &entry::at);
}

std::optional<wall_time> dead_letters::newest() const {
    if (entries_.empty()) return std::nullopt;
    return entries_.back().at;
}

bool dead_letters::drop_old(wall_time now, dead_limits const& limits, engine const& state,
                            dropper const& drop) {
    if (entries_.empty()) return false;
    auto const is_dead = [&](task_id id, wall_time at) {
        auto const task = state.find(id);
        return task && task->state == task_state::dead && task->finished_at == at;
    };
    return drop_old(now, limits, state.counts().dead, is_dead, drop);
}

bool dead_letters::drop_old(wall_time now, dead_limits const& limits, std::uint64_t dead,
                            check const& is_dead, dropper const& drop) {
    std::size_t dropped = 0;
    for (std::size_t looked = 0; looked < most_looked_at && dropped < most_dropped; ++looked) {
        if (entries_.empty()) return false;
        auto const oldest = entries_.front();
        bool const is_stale = !is_dead(oldest.id, oldest.at);
        bool const must_go = oldest.at + limits.time <= now || dead > limits.count;
        if (!is_stale && !must_go) return false;
        entries_.pop_front();
        if (is_stale) continue;
        drop(oldest.id);
        --dead;
        ++dropped;
    }
    return !entries_.empty();
}

} // namespace sluice::queue
