// All tasks of the engine: a slab of nodes with a free list, and an index from id to slot. A node
// never moves and a slot is stable for the life of its task. Owned by the engine; one thread.
// Never gives memory back: slots of finished tasks are used again.
#pragma once

#include "queue/core/paged_vector.hpp"
#include "queue/core/task_node.hpp"

#include <boost/unordered/unordered_flat_set.hpp>

#include <array>
#include <cstddef>

namespace sluice::queue {

class task_table {
  public:
    task_table();
    task_table(task_table const&) = delete;
    task_table& operator=(task_table const&) = delete;

    task_node& operator[](slot_index slot) { return nodes_[slot]; }
    task_node const& operator[](slot_index slot) const { return nodes_[slot]; }

    // The slot of a task, or no_slot.
    slot_index find(task_id const& id) const;
    // A fresh node with this id. Precondition: the id is not in the table.
    slot_index insert(task_id const& id);
    void erase(slot_index slot);

    std::size_t size() const { return size_; }          // tasks
    std::size_t slots() const { return nodes_.size(); } // tasks and free slots

  private:
    // The index holds slots only and looks into the nodes for the ids: a quarter of the memory.
    struct slot_hash {
        using is_transparent = void;
        using is_avalanching = void;
        task_table const* table;
        std::size_t operator()(task_id const& id) const noexcept {
            // The set tells neighbours apart by the lowest byte: let all bits reach it.
            std::size_t const h = task_id_hash()(id);
            return h ^ h >> 32;
        }
        std::size_t operator()(slot_index slot) const noexcept {
            return (*this)((*table)[slot].id);
        }
    };
    struct slot_equal {
        using is_transparent = void;
        task_table const* table;
        bool operator()(slot_index a, slot_index b) const noexcept { return a == b; }
        bool operator()(task_id const& id, slot_index slot) const noexcept {
            return (*table)[slot].id == id;
        }
        bool operator()(slot_index slot, task_id const& id) const noexcept {
            return (*table)[slot].id == id;
        }
    };
    using shard = boost::unordered_flat_set<slot_index, slot_hash, slot_equal>;

    // Many small tables instead of one: each grows by itself, so that no single insert has to move
    // ten million entries.
    static constexpr std::size_t shard_count = 1024;
    static std::size_t shard_of(task_id const& id) {
        return id.bytes[15] | static_cast<std::size_t>(id.bytes[14] & 3) << 8; // random bits
    }

    paged_vector<task_node> nodes_;
    std::vector<shard> index_;
    slot_index free_ = no_slot;
    std::size_t size_ = 0;
};

} // namespace sluice::queue
