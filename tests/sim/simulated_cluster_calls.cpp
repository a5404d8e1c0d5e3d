// What callers do to a simulated cluster: plain calls to any gateway, and those with an order key
// by way of its home.
#include "queue/core/order_slot.hpp"
#include "tests/sim/simulated_cluster.hpp"

#include <utility>

namespace sluice::tests {

using namespace std::chrono_literals;

void simulated_cluster::submit_some(simulated_member& to) {
    for (auto n = 1 + random_() % 6; n > 0; --n) {
        if (random_() % 3 == 0) {
            submit_keyed(to);
        } else {
            to.submit(make_task(to, {}), nullptr, true);
        }
    }
}

void simulated_cluster::submit_keyed(simulated_member& taker) {
    std::string const key = random_() % 2 ? "odd" : "even";
    auto const slot = queue::order_slot_of(key);
    auto const& home = taker.homes()->rows()[slot];
    if (home.is_free) return taker.submit(make_task(taker, {}), nullptr, true); // instead of a 503
    queue::held_slot const named{slot, home.generation};
    auto const log = home.log;
    if (log == taker.own().log) return taker.submit(make_task(taker, key), nullptr, true);
    network_.emplace(now_ + some(random_() % 4 ? 100 : 3000),
                     [this, log, named, key] { arrive(log, named, key, now_ + 5s); });
}

// Whoever is frozen finds it when he wakes up; two lives of one log may be frozen at a time.
void simulated_cluster::arrive(std::uint32_t log, queue::held_slot named, std::string const& key,
                               true_time until) {
    bool is_frozen = false;
    for (auto const& each : members_) {
        if (each->state() != simulated_member::life::running || each->own().log != log) continue;
        if (each->is_frozen()) {
            is_frozen = true;
            continue;
        }
        ++forwards_;
        each->submit(make_task(*each, key),
                     std::make_shared<std::vector<queue::held_slot> const>(1, named),
                     random_() % 10 != 0);
        return;
    }
    if (is_frozen && now_ < until)
        network_.emplace(now_ + 100ms,
                         [this, log, named, key, until] { arrive(log, named, key, until); });
}

queue::new_task simulated_cluster::make_task(simulated_member& to, std::string order_key) {
    auto const log = to.own().log;
    // Two I/O threads make the ids, one of them behind a clock that was set back.
    auto const thread = static_cast<unsigned>(random_() % 2);
    auto& ids = ids_.try_emplace({log, thread}, seed_ + 2 * log + thread, log).first->second;
    queue::new_task task;
    auto const now = to.wall();
    task.id = ids.next(thread == 0 ? now : now - 1500ms);
    task.lane = to.lane(random_() % (to.lane_count() - 1));
    task.account = to.account(random_() % 2);
    task.accepted_at = now;
    task.not_before = now + (random_() % 3 ? 0ms : some(9000));
    if (random_() % 12 == 0) task.expires_at = task.not_before + 8s;
    task.extras = std::make_unique<queue::task_extras>();
    if (!order_key.empty()) {
        task.extras->order_key = std::move(order_key);
    } else {
        task.extras->travel_key = random_() % 3;
    }
    if (random_() % 3 == 0) task.extras->callback = "tell me ";
    if (random_() % 4 == 0)
        give_key(task, static_cast<unsigned>(random_() % most_keys), random_() % 8 == 0);
    auto const size = random_() % 5 == 0 ? random_() % 8'000 : random_() % 700;
    task.payload = queue::shared_bytes(to_string(task.id) + std::string(size, 'x'));
    return task;
}

} // namespace sluice::tests
