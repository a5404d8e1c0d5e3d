// An engine whose lane lets tasks travel together, and a driver that journals what it sends. Shared
// by the tests of batches. One thread.
#pragma once

#include "engine_fixture.hpp"

#include <set>

namespace sluice::queue::test {

using group = std::set<task_id>;

inline group members(attempt const& a) {
    group all{a.id};
    for (attempt const& companion : a.companions)
        all.insert(companion.id);
    return all;
}

struct batch_fixture : engine_fixture {
    batch_fixture() { configure(batching()); }

    static lane_options batching(std::uint32_t batch = 500) {
        lane_options o;
        o.batch = batch;
        o.retry.schedule = {1s};
        o.retry.jitter = 0;
        o.retry.max_attempts = 5;
        return o;
    }

    task_id travel(std::uint64_t key = 7, std::string_view account_name = "163",
                   wall_time expires_at = never) {
        auto task = make(0ms, account_name);
        task.expires_at = expires_at;
        task.extras = std::make_unique<task_extras>();
        task.extras->travel_key = key;
        return accept(std::move(task));
    }

    // What the driver journals before it sends.
    void start(attempt const& a) {
        if (a.is_render_time_new || a.is_batch_new) happen(started{a.id, a.rendered_at, a.batch});
        for (attempt const& c : a.companions) {
            if (c.is_render_time_new || a.is_batch_new) {
                happen(started{c.id, c.rendered_at, a.batch});
            }
        }
    }
    attempt send_one() {
        attempt a = take_one();
        start(a);
        return a;
    }
    static outcome refused() {
        outcome o = failed(422);
        o.verdict = verdict::final_failure;
        return o;
    }
    static outcome cut() {
        outcome o;
        o.cause = cause::cut;
        return o;
    }
};

} // namespace sluice::queue::test
