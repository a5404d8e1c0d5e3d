#include "tests/sim/simulated_pace.hpp"

namespace sluice::tests {

using namespace std::chrono_literals;

simulated_pace::simulated_pace(cluster_world& world, queue::dispatcher& core, log_owner own,
                               bool const& is_cut, std::uint64_t seed)
    : world_(world)
    , core_(core)
    , is_cut_(is_cut)
    , random_(seed)
    , keeper_({own.log, own.epoch}) {
    core_.on_starved([this] { is_woken_ = true; });
}

void simulated_pace::step() {
    if (!writes_.empty()) {
        if (is_unlucky(3)) return; // it takes its time
        return end_round();
    }
    if (!is_woken_ && core_.now().mono < next_round_) return;
    begin_round();
}

std::vector<queue::lane_held> simulated_pace::obey(std::vector<queue::lane_order> const& orders) {
    if (orders.empty()) return {};
    return core_.share_lanes(orders);
}

void simulated_pace::begin_round() {
    is_woken_ = false;
    auto const now = core_.now().mono;
    auto const asked = keeper_.report(core_.take_use(keeper_.held()), now);
    next_round_ = keeper_.next_round(now);
    if (asked.empty() || !is_reachable()) return;
    if (generation_ != world_.db.generation()) keeper_.forget_versions();
    generation_ = world_.db.generation();
    if (is_unlucky(10)) {
        generation_ = 0; // the answer is lost, and the connection with it
        return;
    }
    auto const seen = world_.db.look_at_books(asked);
    auto const orders = keeper_.look(seen.books, seen.living, now);
    if (world_.bugs.counts_decrease_at_once) {
        // Planted: what is written as given up is used until the answer has come.
        too_late_ = orders;
        writes_ = keeper_.settle(std::vector<queue::lane_held>(orders.size()));
        if (writes_.empty()) obey(too_late_);
    } else {
        writes_ = keeper_.settle(obey(orders));
    }
    next_round_ = keeper_.next_round(now);
}

void simulated_pace::end_round() {
    auto const now = core_.now().mono;
    auto const writes = std::exchange(writes_, {});
    bool const is_there = is_reachable() && generation_ == world_.db.generation();
    if (!is_there || is_unlucky(6)) {
        // It was never carried out, or it was, or it will be, long after.
        auto& db = world_.db;
        if (is_there && random_() % 3 != 0) {
            auto const after = std::chrono::milliseconds(random_() % (random_() % 2 ? 8000 : 200));
            db.run_later(after, [&db, writes, of = generation_] {
                if (db.generation() == of) db.write_books(writes);
            });
        }
        keeper_.lost();
        keeper_.forget_versions();
        generation_ = 0;
    } else {
        obey(keeper_.wrote(world_.db.write_books(writes), now));
    }
    obey(std::exchange(too_late_, {}));
    next_round_ = keeper_.next_round(now);
}

} // namespace sluice::tests
