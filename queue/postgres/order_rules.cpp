#include "queue/postgres/order_rules.hpp"

#include <algorithm>
#include <map>

namespace sluice::queue::postgres {

namespace {

// All shares together are all slots; the first in line have one more.
std::size_t share_of(std::span<std::uint32_t const> alive, std::uint32_t log) {
    auto const place = std::ranges::lower_bound(alive, log);
    if (place == alive.end() || *place != log) return 0;
    auto const n = alive.size();
    auto const index = static_cast<std::size_t>(place - alive.begin());
    return order_slots / n + (index < order_slots % n ? 1 : 0);
}

std::size_t count_of(order_rows const& rows, std::uint32_t log) {
    return static_cast<std::size_t>(std::ranges::count(rows, log, &order_row::log));
}

// What each of the others has less than its share.
std::map<std::uint32_t, std::size_t>
lacks_of(order_rows const& rows, std::span<std::uint32_t const> alive, std::uint32_t own) {
    std::map<std::uint32_t, std::size_t> lacks;
    for (auto const log : alive) {
        auto const has = count_of(rows, log);
        auto const share = share_of(alive, log);
        if (log != own && has < share) lacks[log] = share - has;
    }
    return lacks;
}

} // namespace

std::vector<held_slot> slots_to_take(order_rows const& rows, std::span<std::uint32_t const> alive,
                                     std::uint32_t own) {
    std::vector<held_slot> taken;
    auto const share = share_of(alive, own);
    auto const has = count_of(rows, own);
    if (has >= share) return taken;
    auto const n = alive.size();
    auto const index =
        static_cast<std::size_t>(std::ranges::lower_bound(alive, own) - alive.begin());
    // Behind the shares of those before it.
    auto const first = index * (order_slots / n) + std::min(index, order_slots % n);
    for (std::size_t i = 0; i < order_slots && has + taken.size() < share; ++i) {
        auto const slot = static_cast<std::uint16_t>((first + i) % order_slots);
        auto const& row = rows[slot];
        if (row.is_free && row.log != own) taken.push_back({slot, row.generation});
    }
    return taken;
}

std::size_t slots_to_give(order_rows const& rows, std::span<std::uint32_t const> alive,
                          std::uint32_t own) {
    auto const has = count_of(rows, own);
    auto const share = share_of(alive, own);
    if (has <= share) return 0;
    if (share == 0) return has; // it leaves: to nobody, where nobody lacks any
    std::size_t lacking = 0;
    for (auto const& [log, lacks] : lacks_of(rows, alive, own))
        lacking += lacks;
    return std::min(has - share, lacking);
}

std::vector<given_slot> receivers_of(std::vector<held_slot> const& given, order_rows const& rows,
                                     std::span<std::uint32_t const> alive, std::uint32_t own) {
    auto lacks = lacks_of(rows, alive, own);
    std::vector<given_slot> all;
    for (auto const& one : given) {
        auto const most =
            std::ranges::max_element(lacks, {}, [](auto const& each) { return each.second; });
        bool const is_wanted = most != lacks.end() && most->second > 0;
        all.push_back({one, is_wanted ? most->first : 0});
        if (is_wanted) --most->second;
    }
    return all;
}

std::vector<held_slot> slots_of(order_rows const& rows, std::uint32_t log) {
    std::vector<held_slot> all;
    for (std::uint16_t slot = 0; slot < order_slots; ++slot)
        if (rows[slot].log == log) all.push_back({slot, rows[slot].generation});
    return all;
}

} // namespace sluice::queue::postgres
