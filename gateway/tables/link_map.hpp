// All short links and their clicks, in memory: what redirects are answered from. In parts with a
// lock each, so that threads meet only at the same part and for the time of one look. Any thread
// reads and counts clicks; links are added by the backend's writing thread alone.
#pragma once

#include "gateway/tables/link.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sluice::gateway::tables {

// Clicks that are not kept yet: those since the last time, to be added to what is kept, where other
// gateways add theirs.
struct unsaved_clicks {
    link_code code;
    link_clicks added;
    day_number oldest_day = 0; // of those that are kept
};

class link_map {
  public:
    std::shared_ptr<link const> find(link_code code) const;
    std::shared_ptr<link const> find(link_key const& key) const;
    link_clicks clicks_of(link_code code) const;
    void count_click(link_code code, day_number day);

    // Adds a link, or puts another in the place of the one with this code and leaves its clicks.
    void put(std::shared_ptr<link const> added);
    // At start, in the order of days.
    void restore_total(link_code code, std::uint64_t clicks);
    void restore_day(link_code code, day_clicks const& day);
    // What is kept now, by every gateway: the total, and the days from `since` on. What is unsaved
    // here comes on top. Not while clicks that were taken may be among them or not.
    void refresh_clicks(link_code code, link_clicks const& kept, day_number since);
    void remove(link const& gone);
    std::vector<link_code> codes() const;
    // The newest of an account, newest first; looks at all links.
    std::vector<std::shared_ptr<link const>> newest_of(std::string_view account,
                                                       std::size_t most) const;

    // What was counted since the last time.
    std::vector<unsaved_clicks> take_unsaved();
    // Writing them failed: they are unsaved again.
    void give_back(std::vector<unsaved_clicks> const& failed);

    std::uint64_t size() const { return size_.load(std::memory_order_relaxed); }

  private:
    struct entry {
        std::shared_ptr<link const> what;
        link_clicks clicks;  // with those that are unsaved
        link_clicks unsaved; // none: total 0
    };
    struct alignas(64) part {
        mutable std::shared_mutex mutex;
        std::unordered_map<std::uint64_t, entry> links; // by the code's number
        std::vector<link_code> unsaved;
    };
    struct key_hash {
        std::size_t operator()(link_key const& key) const;
    };
    struct alignas(64) key_part {
        mutable std::shared_mutex mutex;
        std::unordered_map<link_key, link_code, key_hash> codes;
    };

    static constexpr std::size_t part_count = 64;

    part& part_of(link_code code);
    part const& part_of(link_code code) const;

    std::array<part, part_count> parts_;
    std::array<key_part, part_count> key_parts_;
    std::atomic<std::uint64_t> size_{0};
};

} // namespace sluice::gateway::tables
