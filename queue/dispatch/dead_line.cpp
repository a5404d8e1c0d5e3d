#include "queue/dispatch/dead_line.hpp"

#include <algorithm>

namespace sluice::queue {

void dead_line::sort() {
    std::ranges::stable_sort(entries_, {}, &entry::at);
}

bool dead_line::drop_old(wall_time now, std::uint64_t dead, dead_limits const& limits,
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
