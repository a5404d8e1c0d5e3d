// What the dispatcher tells of its lanes to whoever shares their limits out between gateways, and
// takes from it.
#include "queue/dispatch/dispatcher.hpp"

#include <algorithm>

namespace sluice::queue {

std::vector<lane_report> dispatcher::take_use(std::vector<std::string> const& held) {
    auto const now = clock_.now();
    std::vector<bool> is_held(names_.lanes.size());
    for (auto const& name : held)
        if (auto const lane = names_.lanes.find(name))
            is_held[static_cast<std::size_t>(*lane)] = true;
    std::vector<lane_report> all;
    for (std::size_t i = 0; i < is_held.size(); ++i) {
        auto const lane = static_cast<lane_id>(i);
        auto report = engine_.take_use(lane, now);
        if (!report) continue;
        auto& use = report->use;
        // Nothing is handed out any more: others may have what it held.
        if (is_draining_) use.ready = 0;
        if (is_draining_) use.lacks_rate = use.lacks_slots = false;
        bool const is_busy = use.sent > 0 || use.most_in_flight > 0 || use.ready > 0;
        if (is_busy || is_held[i]) all.push_back(std::move(*report));
    }
    return all;
}

std::vector<lane_held> dispatcher::share_lanes(std::vector<lane_order> const& orders) {
    auto const now = clock_.now();
    std::vector<lane_held> done;
    done.reserve(orders.size());
    for (auto const& order : orders) {
        auto const lane = names_.lanes.find(order.name);
        done.push_back(lane ? engine_.share_lane(*lane, order.share, order.tokens, now)
                            : lane_held{});
    }
    if (is_started_) wake();
    return done;
}

std::vector<std::string> dispatcher::unknown_lanes(std::vector<std::string> names) const {
    std::erase_if(names, [&](std::string const& name) {
        auto const lane = names_.lanes.find(name);
        return lane && engine_.view(*lane).is_configured;
    });
    return names;
}

} // namespace sluice::queue
