#include "queue/core/task_index.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <new>

namespace sluice::queue {

namespace {

// Fuller groups pass more entries on; a table that grows by more is emptier for longer, one that
// grows by less moves its entries more often: four times each instead of once. Up to half a million
// tasks the room does not matter, and moving took 3 % of an accept.
constexpr std::size_t fullness_percent = 85;
constexpr std::size_t small_groups = 48; // of a table
constexpr std::size_t small_growth_percent = 200;
constexpr std::size_t growth_percent = 125;
// Tables with more groups than they would have twice as many entries for are made smaller.
constexpr std::size_t most_spare = 2;

std::uint64_t hash_of(task_id const& id) {
    std::uint64_t const h = task_id_hash()(id);
    return h ^ h >> 32;
}

// Random bits of an id that its hash does not tell apart.
std::size_t table_number(task_id const& id) {
    return id.bytes[15] | static_cast<std::size_t>(id.bytes[14] & 3) << 8;
}

std::uint8_t tag_of(std::uint64_t hash) {
    auto const tag = static_cast<std::uint8_t>(hash >> 16);
    return tag == 0 ? 1 : tag;
}

// From the upper half of the hash: as even as a remainder, without a division.
std::size_t home_of(std::uint64_t hash, std::size_t groups) {
    return static_cast<std::size_t>((hash >> 32) * groups >> 32);
}

std::size_t behind(std::size_t at, std::size_t groups) {
    return at + 1 == groups ? 0 : at + 1;
}

} // namespace

// The places in a group that have a tag, eight compared at a time: a fifth of looking at each. Some
// that have another one may be among them, but not before the first that has it.
class task_index::tag_matches {
  public:
    tag_matches(group const& g, std::uint8_t tag) {
        static_assert(std::endian::native == std::endian::little && group_size == 12);
        std::uint64_t low = 0;
        std::uint32_t high = 0;
        std::memcpy(&low, g.tags.data(), sizeof low);
        std::memcpy(&high, g.tags.data() + sizeof low, sizeof high);
        low_ = zero_bytes(low ^ ones * tag);
        high_ = zero_bytes(high ^ ones * tag) & 0xFFFF'FFFF;
    }

    // The next one; group_size: there is none.
    std::size_t next() {
        if (low_ != 0) return take(low_);
        return high_ != 0 ? take(high_) + sizeof low_ : group_size;
    }

  private:
    static constexpr std::uint64_t ones = 0x0101'0101'0101'0101;

    static std::uint64_t zero_bytes(std::uint64_t word) {
        return (word - ones) & ~word & ones * 0x80;
    }
    static std::size_t take(std::uint64_t& bits) {
        auto const at = static_cast<std::size_t>(std::countr_zero(bits)) / 8;
        bits &= bits - 1;
        return at;
    }

    std::uint64_t low_;
    std::uint64_t high_;
};

slot_index task_index::find(task_id const& id) const {
    auto const& groups = tables_[table_number(id)].groups;
    if (groups.empty()) return no_slot;
    auto const hash = hash_of(id);
    auto const tag = tag_of(hash);
    auto at = home_of(hash, groups.size());
    for (std::size_t looked = 0; looked < groups.size(); ++looked) {
        auto const& g = groups[at];
        tag_matches matches(g, tag);
        for (auto i = matches.next(); i < group_size; i = matches.next()) {
            if (g.tags[i] == tag && nodes_[g.slots[i]].id == id) return g.slots[i];
        }
        if (g.passed == 0) return no_slot;
        at = behind(at, groups.size());
    }
    return no_slot;
}

void task_index::insert(slot_index slot) {
    auto const& id = nodes_[slot].id;
    auto const number = table_number(id);
    auto& t = tables_[number];
    if (groups_for(t.entries + 1) > t.groups.size()) {
        auto const size = t.groups.size();
        auto const percent = size < small_groups ? small_growth_percent : growth_percent;
        resize(number, std::max(size + 1, size * percent / 100));
    }
    place(t.groups, hash_of(id), slot);
    ++t.entries;
}

// There is room somewhere: tables are never full.
void task_index::place(std::span<group> groups, std::uint64_t hash, slot_index slot) {
    for (auto at = home_of(hash, groups.size());; at = behind(at, groups.size())) {
        auto& g = groups[at];
        auto const free = tag_matches(g, 0).next();
        if (free == group_size) {
            ++g.passed;
            continue;
        }
        g.tags[free] = tag_of(hash);
        g.slots[free] = slot;
        return;
    }
}

void task_index::erase(slot_index slot) {
    auto const& id = nodes_[slot].id;
    auto& t = tables_[table_number(id)];
    auto const hash = hash_of(id);
    auto const tag = tag_of(hash);
    for (auto at = home_of(hash, t.groups.size());; at = behind(at, t.groups.size())) {
        auto& g = t.groups[at];
        tag_matches matches(g, tag);
        for (auto i = matches.next(); i < group_size; i = matches.next()) {
            if (g.tags[i] != tag || g.slots[i] != slot) continue;
            g.tags[i] = 0;
            --t.entries;
            return;
        }
        --g.passed;
    }
}

void task_index::prefetch(task_id const& id) const {
    auto const& groups = tables_[table_number(id)].groups;
    if (!groups.empty()) __builtin_prefetch(&groups[home_of(hash_of(id), groups.size())], 1);
}

std::size_t task_index::groups_for(std::size_t entries) {
    return (entries * 100 + group_size * fullness_percent - 1) / (group_size * fullness_percent);
}

// Ids fall into the tables by chance: a fuller one has its part and twice the root of it.
void task_index::reserve(std::size_t entries) {
    auto const part = entries / table_count;
    auto const by_chance = static_cast<std::size_t>(2 * std::sqrt(static_cast<double>(part)));
    auto const groups = groups_for(part + part / 32 + by_chance + 1);
    bool const is_for_all =
        std::ranges::all_of(tables_, [&](table const& t) { return t.groups.size() < groups; });
    if (!is_for_all) {
        for (std::size_t i = 0; i < table_count; ++i) {
            if (tables_[i].groups.size() < groups) resize(i, groups);
        }
        return;
    }
    memory block;
    auto all = made_groups(groups * table_count, block);
    for (std::size_t i = 0; i < table_count; ++i) {
        move_into(i, all.subspan(i * groups, groups));
        own_[i].reset();
    }
    block_ = std::move(block);
    in_block_ = table_count;
}

void task_index::trim() {
    for (std::size_t i = 0; i < table_count; ++i) {
        auto const needed = groups_for(tables_[i].entries + 1);
        if (tables_[i].groups.size() > most_spare * needed) resize(i, needed);
    }
}

// Empty ones. Large pages for what is large.
std::span<task_index::group> task_index::made_groups(std::size_t count, memory& owner) {
    constexpr std::size_t large = std::size_t{2} << 20;
    auto const bytes = count * sizeof(group);
    auto const alignment = bytes >= large ? large : alignof(group);
    owner.reset(static_cast<group*>(std::aligned_alloc(alignment, bytes)));
    if (!owner) throw std::bad_alloc();
    prefer_huge_pages(owner.get(), bytes);
    std::uninitialized_value_construct_n(owner.get(), count);
    return {owner.get(), count};
}

void task_index::resize(std::size_t number, std::size_t groups) {
    memory own;
    move_into(number, made_groups(groups, own));
    if (!own_[number]) leave_block();
    own_[number] = std::move(own);
}

void task_index::leave_block() {
    if (in_block_ != 0 && --in_block_ == 0) block_.reset();
}

// The nodes lie all over the memory: those of the next group are asked for while those of this one
// are moved, which takes a fifth of the time.
void task_index::move_into(std::size_t number, std::span<group> groups) {
    auto& t = tables_[number];
    auto const ask_for = [this](group const& g) {
        for (std::size_t i = 0; i < group_size; ++i) {
            if (g.tags[i] != 0) __builtin_prefetch(&nodes_[g.slots[i]].id);
        }
    };
    if (!t.groups.empty()) ask_for(t.groups.front());
    for (std::size_t at = 0; at < t.groups.size(); ++at) {
        if (at + 1 < t.groups.size()) ask_for(t.groups[at + 1]);
        auto const& g = t.groups[at];
        for (std::size_t i = 0; i < group_size; ++i) {
            if (g.tags[i] != 0) place(groups, hash_of(nodes_[g.slots[i]].id), g.slots[i]);
        }
    }
    t.groups = groups;
}

} // namespace sluice::queue
