// An indexed four-ary heap: items in the order of their keys, first come first served where keys
// are equal. Each item knows its place, so that taking one out of the middle or giving it another
// key costs O(log n), as `cancel` and moving timers need. Owned by one object of the core; it never
// reads a clock: keys are numbers.
#pragma once

#include "queue/core/paged_vector.hpp"

#include <cstdint>

namespace sluice::queue {

inline constexpr std::uint32_t no_position = 0xFFFFFFFF;

// `Positions` maps an item to the place where its position is kept:
// `std::uint32_t& operator()(std::uint32_t item) const`. An item is in one schedule with that place
// at a time. 16 bytes an item.
template <class Positions>
class schedule {
  public:
    struct entry {
        std::int64_t key;
        std::uint32_t item;
        std::uint32_t turn; // orders equal keys; wraps around
    };

    explicit schedule(Positions positions)
        : positions_(positions) {}

    bool empty() const { return heap_.empty(); }
    std::size_t size() const { return heap_.size(); }
    // The item with the smallest key. Precondition of `top` and `pop`: not empty.
    entry const& top() const { return heap_[0]; }
    // In no particular order; for looking through all of them.
    entry const& at(std::size_t i) const { return heap_[i]; }

    void push(std::uint32_t item, std::int64_t key) {
        heap_.push_back({key, item, ++turns_});
        rise(heap_.size() - 1, heap_.back());
    }

    void pop() { remove_at(0); }

    // Precondition of the others: `item` is in this schedule.
    void erase(std::uint32_t item) { remove_at(positions_(item)); }
    std::int64_t key_of(std::uint32_t item) const { return heap_[positions_(item)].key; }

    // Behind everything that has the same key already.
    void rekey(std::uint32_t item, std::int64_t key) {
        settle(positions_(item), {key, item, ++turns_});
    }

  private:
    static constexpr std::size_t arity = 4;

    static bool is_before(entry const& a, entry const& b) {
        if (a.key != b.key) return a.key < b.key;
        return static_cast<std::int32_t>(a.turn - b.turn) < 0;
    }

    void put(std::size_t position, entry const& e) {
        heap_[position] = e;
        positions_(e.item) = static_cast<std::uint32_t>(position);
    }

    void remove_at(std::size_t position) {
        positions_(heap_[position].item) = no_position;
        entry const last = heap_.back();
        heap_.pop_back();
        if (position < heap_.size()) settle(position, last);
    }

    // Puts `e` where it belongs, beginning with a gap at `position`.
    void settle(std::size_t position, entry const& e) {
        if (position > 0 && is_before(e, heap_[(position - 1) / arity])) {
            rise(position, e);
        } else {
            sink(position, e);
        }
    }

    void rise(std::size_t position, entry const e) {
        while (position > 0) {
            std::size_t const parent = (position - 1) / arity;
            if (!is_before(e, heap_[parent])) break;
            put(position, heap_[parent]);
            position = parent;
        }
        put(position, e);
    }

    void sink(std::size_t position, entry const e) {
        for (;;) {
            std::size_t const first = position * arity + 1;
            if (first >= heap_.size()) break;
            std::size_t const end = first + arity < heap_.size() ? first + arity : heap_.size();
            std::size_t best = first;
            for (std::size_t child = first + 1; child < end; ++child) {
                if (is_before(heap_[child], heap_[best])) best = child;
            }
            if (!is_before(heap_[best], e)) break;
            put(position, heap_[best]);
            position = best;
        }
        put(position, e);
    }

    paged_vector<entry> heap_;
    Positions positions_;
    std::uint32_t turns_ = 0;
};

} // namespace sluice::queue
