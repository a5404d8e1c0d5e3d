#include "queue/dead_line.hpp"

#include <algorithm>

namespace sluice::queue {

namespace {

constexpr std::size_t most_looked_at = 4096; // at once: stale ones may lie in a row

} // namespace

void dead_line::sort() {
    std::ranges::stable_sort(entries_, {}, &entry::at);
}

std::optional<task_id> dead_line::take_old(wall_time now, std::uint64_t dead,
                                           dead_limits const& limits, check const& is_dead) {
    for (std::size_t looked = 0; !entries_.empty() && looked < most_looked_at; ++looked) {
        auto const oldest = entries_.front();
        bool const is_stale = !is_dead(oldest.id, oldest.at);
        bool const must_go = oldest.at + limits.time <= now || dead > limits.count;
        if (!is_stale && !must_go) return std::nullopt;
        entries_.pop_front();
        if (!is_stale) return oldest.id;
    }
    return std::nullopt;
}

} // namespace sluice::queue
