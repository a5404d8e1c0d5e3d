#include "queue/core/order_lines.hpp"

#include <boost/container_hash/hash.hpp>

#include <utility>

namespace sluice::queue {

std::uint64_t order_lines::hash_of(slot_index slot) const {
    task_node const& node = tasks_[slot];
    std::size_t seed = std::hash<std::string_view>()(node.extras()->order_key);
    boost::hash_combine(seed, node.line);
    return seed;
}

std::uint32_t& order_lines::count_of(slot_index slot) {
    return counts_[order_slot_of(tasks_[slot].extras()->order_key)];
}

void order_lines::link(line& l, slot_index slot, slot_index before, slot_index behind) {
    task_rest& own = tasks_.made_rest(tasks_[slot]);
    own.order_previous = before;
    own.order_next = behind;
    (before == no_slot ? l.first : tasks_[before].rest()->order_next) = slot;
    (behind == no_slot ? l.last : tasks_[behind].rest()->order_previous) = slot;
}

bool order_lines::is_before(slot_index a, slot_index b) const {
    auto const place = [this](slot_index slot) {
        task_node const& node = tasks_[slot];
        return std::pair(node.extras()->order_turn, node.id);
    };
    return place(a) < place(b);
}

bool order_lines::is_let_go(slot_index slot) const {
    switch (tasks_[slot].seat) {
    case seat::line:
    case seat::reading:
    case seat::in_flight:
    case seat::landed:
        return true;
    default:
        return false;
    }
}

void order_lines::enter(slot_index slot) {
    line& l = lines_[hash_of(slot)];
    ++count_of(slot);
    slot_index before = l.last;
    while (before != no_slot && is_before(slot, before) && !is_let_go(before))
        before = tasks_[before].order_previous();
    link(l, slot, before, before == no_slot ? l.first : tasks_[before].order_next());
}

slot_index order_lines::leave(slot_index slot) {
    auto const found = lines_.find(hash_of(slot));
    line& l = found->second;
    --count_of(slot);
    task_rest& own = *tasks_[slot].rest();
    slot_index const before = own.order_previous;
    slot_index const behind = own.order_next;
    (before == no_slot ? l.first : tasks_[before].rest()->order_next) = behind;
    (behind == no_slot ? l.last : tasks_[behind].rest()->order_previous) = before;
    own.order_previous = own.order_next = no_slot;
    if (l.first == no_slot) lines_.erase(found);
    return before == no_slot ? behind : no_slot;
}

slot_index order_lines::first_of(slot_index slot) const {
    return lines_.find(hash_of(slot))->second.first;
}

} // namespace sluice::queue
