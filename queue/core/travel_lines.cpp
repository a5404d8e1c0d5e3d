#include "queue/core/travel_lines.hpp"

#include <boost/container_hash/hash.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include <algorithm>

namespace sluice::queue {

namespace {

constexpr std::size_t smallest_sweep = 64;

bool waits(task_node const& node) {
    return node.seat == seat::line && node.may_join();
}

} // namespace

std::uint64_t travel_lines::hash_of(slot_index slot) const {
    task_node const& node = tasks_[slot];
    std::size_t seed = node.line;
    boost::hash_combine(seed, node.extras()->travel_key);
    return seed;
}

bool travel_lines::is_like(slot_index a, slot_index b) const {
    task_node const& one = tasks_[a];
    task_node const& other = tasks_[b];
    return one.line == other.line && one.extras()->travel_key == other.extras()->travel_key;
}

void travel_lines::enter(slot_index slot) {
    line& l = lines_[hash_of(slot)];
    if (l.slots.size() > 2 * l.waiting + smallest_sweep) sweep(l);
    l.slots.push_back(slot);
    ++l.waiting;
}

void travel_lines::leave(slot_index slot) {
    auto const found = lines_.find(hash_of(slot));
    if (found != lines_.end() && --found->second.waiting == 0) lines_.erase(found);
}

slot_index travel_lines::first_like(slot_index slot) {
    auto const found = lines_.find(hash_of(slot));
    if (found == lines_.end()) return no_slot;
    line& l = found->second;
    for (; l.first < l.slots.size(); ++l.first) {
        slot_index const other = l.slots[l.first];
        if (other != slot && waits(tasks_[other]) && is_like(slot, other)) return other;
    }
    return no_slot;
}

// What left is dropped, and what left and came back stands once.
void travel_lines::sweep(line& l) {
    boost::unordered_flat_set<slot_index> seen;
    std::vector<slot_index> kept;
    for (std::size_t i = l.first; i < l.slots.size(); ++i) {
        if (waits(tasks_[l.slots[i]]) && seen.insert(l.slots[i]).second) {
            kept.push_back(l.slots[i]);
        }
    }
    l.slots = std::move(kept);
    l.first = 0;
}

} // namespace sluice::queue
