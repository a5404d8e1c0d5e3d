// Finds the slot of a task by its id. Holds slots only and looks into the nodes for the ids. A
// group of twelve slots is one line of the processor's cache, so that finding a task among millions
// waits once for the index and once for the node; about 7 bytes a task. Gives memory back by `trim`
// only. Owned by the task table; one thread.
//
// Inside: many small tables instead of one, each of which grows by itself, so that no insert has to
// move ten million entries. Within a table an entry lies in its home group or in the first one
// behind it that has room; each group that it had to pass counts it, so that a search knows where
// to end, and what is erased leaves nothing behind. What `reserve` makes for all
// tables is one piece of memory in large pages: a look at a group somewhere in it then misses no
// table of addresses.
#pragma once

#include "queue/core/slab.hpp"
#include "queue/core/task_node.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <vector>

namespace sluice::queue {

class task_index {
  public:
    // `nodes` outlives this object; a slot in the index has its node there.
    explicit task_index(slab<task_node> const& nodes)
        : nodes_(nodes)
        , tables_(table_count)
        , own_(table_count) {}

    // no_slot: it is not there.
    slot_index find(task_id const& id) const;
    // Its node has its id. Precondition: no slot with this id is in the index.
    void insert(slot_index slot);
    // Its node still has its id. Precondition: it is in the index.
    void erase(slot_index slot);
    // Brings near what `find` and `insert` of this id will look at.
    void prefetch(task_id const& id) const;
    // Makes room for so many entries at once, as often as is known how many come: growing step by
    // step moves each entry five times.
    void reserve(std::size_t entries);
    // Gives back room of tables that are hardly half full: more was expected than came.
    void trim();

  private:
    static constexpr std::size_t group_size = 12;
    struct alignas(64) group {
        std::array<std::uint8_t, group_size> tags{}; // a part of the hash; 0: free
        std::uint32_t passed = 0;                    // entries that lie behind for want of room
        std::array<slot_index, group_size> slots{};
    };
    static_assert(sizeof(group) == 64);
    class tag_matches;
    struct give_back {
        void operator()(group* memory) const { std::free(memory); }
    };
    using memory = std::unique_ptr<group, give_back>;
    struct table {
        std::span<group> groups;
        std::size_t entries = 0;
    };
    static constexpr std::size_t table_count = 1024;

    static std::size_t groups_for(std::size_t entries);
    static std::span<group> made_groups(std::size_t count, memory& owner);
    static void place(std::span<group> groups, std::uint64_t hash, slot_index slot);
    void resize(std::size_t number, std::size_t groups);
    void move_into(std::size_t number, std::span<group> groups);
    void leave_block();

    slab<task_node> const& nodes_;
    std::vector<table> tables_;
    std::vector<memory> own_;  // of the tables that grew by themselves, by number
    memory block_;             // of all others, until the last of them has grown
    std::size_t in_block_ = 0; // tables
};

} // namespace sluice::queue
