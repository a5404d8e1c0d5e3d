#include "gateway/tables/link_map.hpp"

#include <algorithm>
#include <utility>

namespace sluice::gateway::tables {

namespace {

// Codes are random, but their bytes are not evenly so.
std::size_t mixed(std::uint64_t number) {
    number ^= number >> 33;
    number *= 0xff51afd7ed558ccdULL;
    number ^= number >> 33;
    return number;
}

void add(link_clicks& to, day_clicks const& more) {
    auto& days = to.days;
    // From the end: it is today's, unless the clock was set back.
    auto const after = std::find_if(days.rbegin(), days.rend(),
                                    [&](day_clicks const& each) { return each.day <= more.day; });
    if (after != days.rend() && after->day == more.day) {
        after->clicks += more.clicks;
        return;
    }
    days.insert(after.base(), more);
    if (days.size() > max_link_days) days.erase(days.begin());
}

} // namespace

std::size_t link_map::key_hash::operator()(link_key const& key) const {
    std::uint64_t first = 0;
    std::memcpy(&first, key.data(), sizeof(first));
    return first;
}

link_map::part& link_map::part_of(link_code code) {
    return parts_[mixed(code.number()) % part_count];
}

link_map::part const& link_map::part_of(link_code code) const {
    return parts_[mixed(code.number()) % part_count];
}

std::shared_ptr<link const> link_map::find(link_code code) const {
    auto const& in = part_of(code);
    std::shared_lock const guard(in.mutex);
    auto const found = in.links.find(code.number());
    return found == in.links.end() ? nullptr : found->second.what;
}

std::shared_ptr<link const> link_map::find(link_key const& key) const {
    auto const& in = key_parts_[key_hash()(key) % part_count];
    std::optional<link_code> code;
    {
        std::shared_lock const guard(in.mutex);
        if (auto const found = in.codes.find(key); found != in.codes.end()) code = found->second;
    }
    return code ? find(*code) : nullptr;
}

link_clicks link_map::clicks_of(link_code code) const {
    auto const& in = part_of(code);
    std::shared_lock const guard(in.mutex);
    auto const found = in.links.find(code.number());
    return found == in.links.end() ? link_clicks() : found->second.clicks;
}

void link_map::count_click(link_code code, day_number day) {
    auto& in = part_of(code);
    std::unique_lock const guard(in.mutex);
    auto const found = in.links.find(code.number());
    if (found == in.links.end()) return;
    auto& counted = found->second;
    if (counted.unsaved.total == 0) in.unsaved.push_back(code);
    for (auto* const each : {&counted.clicks, &counted.unsaved}) {
        ++each->total;
        add(*each, {day, 1});
    }
}

void link_map::put(std::shared_ptr<link const> added) {
    auto const code = added->code;
    {
        auto& in = part_of(code);
        std::unique_lock const guard(in.mutex);
        auto& place = in.links[code.number()];
        if (!place.what) size_.fetch_add(1, std::memory_order_relaxed);
        place.what = added;
    }
    auto& keys = key_parts_[key_hash()(added->key) % part_count];
    std::unique_lock const guard(keys.mutex);
    keys.codes.insert_or_assign(added->key, code);
}

void link_map::restore_total(link_code code, std::uint64_t clicks) {
    auto& in = part_of(code);
    std::unique_lock const guard(in.mutex);
    auto const found = in.links.find(code.number());
    if (found != in.links.end()) found->second.clicks.total = clicks;
}

void link_map::restore_day(link_code code, day_clicks const& day) {
    auto& in = part_of(code);
    std::unique_lock const guard(in.mutex);
    auto const found = in.links.find(code.number());
    if (found != in.links.end()) found->second.clicks.days.push_back(day);
}

void link_map::refresh_clicks(link_code code, link_clicks const& kept, day_number since) {
    auto& in = part_of(code);
    std::unique_lock const guard(in.mutex);
    auto const found = in.links.find(code.number());
    if (found == in.links.end()) return;
    auto& [what, clicks, unsaved] = found->second;
    clicks.total = kept.total + unsaved.total;
    std::erase_if(clicks.days, [&](day_clicks const& each) { return each.day >= since; });
    for (auto const& day : kept.days)
        add(clicks, day);
    for (auto const& day : unsaved.days) {
        if (day.day >= since) add(clicks, day);
    }
}

void link_map::remove(link const& gone) {
    {
        auto& keys = key_parts_[key_hash()(gone.key) % part_count];
        std::unique_lock const guard(keys.mutex);
        auto const found = keys.codes.find(gone.key);
        // The key may be another link's by now.
        if (found != keys.codes.end() && found->second == gone.code) keys.codes.erase(found);
    }
    auto& in = part_of(gone.code);
    std::unique_lock const guard(in.mutex);
    size_.fetch_sub(in.links.erase(gone.code.number()), std::memory_order_relaxed);
}

std::vector<link_code> link_map::codes() const {
    std::vector<link_code> all;
    for (auto const& in : parts_) {
        std::shared_lock const guard(in.mutex);
        for (auto const& [number, each] : in.links)
            all.push_back(each.what->code);
    }
    return all;
}

std::vector<std::shared_ptr<link const>> link_map::newest_of(std::string_view account,
                                                             std::size_t most) const {
    std::vector<std::shared_ptr<link const>> all;
    for (auto const& in : parts_) {
        std::shared_lock const guard(in.mutex);
        for (auto const& [number, each] : in.links) {
            if (each.what->account == account) all.push_back(each.what);
        }
    }
    auto const shown = all.begin() + static_cast<std::ptrdiff_t>(std::min(most, all.size()));
    std::ranges::partial_sort(all, shown, [](auto const& a, auto const& b) {
        return a->created != b->created ? a->created > b->created : a->code.view() < b->code.view();
    });
    all.erase(shown, all.end());
    return all;
}

std::vector<unsaved_clicks> link_map::take_unsaved() {
    std::vector<unsaved_clicks> all;
    for (auto& in : parts_) {
        std::unique_lock const guard(in.mutex);
        for (auto const code : in.unsaved) {
            auto const found = in.links.find(code.number());
            if (found == in.links.end()) continue; // purged meanwhile
            auto& [what, clicks, unsaved] = found->second;
            all.push_back({code, std::exchange(unsaved, {}), clicks.days.front().day});
        }
        in.unsaved.clear();
    }
    return all;
}

void link_map::give_back(std::vector<unsaved_clicks> const& failed) {
    for (auto const& one : failed) {
        auto& in = part_of(one.code);
        std::unique_lock const guard(in.mutex);
        auto const found = in.links.find(one.code.number());
        if (found == in.links.end()) continue;
        auto& unsaved = found->second.unsaved;
        if (unsaved.total == 0) in.unsaved.push_back(one.code);
        unsaved.total += one.added.total;
        for (auto const& day : one.added.days)
            add(unsaved, day);
    }
}

} // namespace sluice::gateway::tables
