// The engine's rules once more, as naively as can be: one flat list of tasks, no heaps, no lines,
// no timers. It checks every attempt that the engine hands out and every record that it makes.
#pragma once

#include "engine_fixture.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace sluice::queue::test {

struct model_task {
    task_id id;
    lane_id lane{};
    std::string order_key;
    std::size_t turn = 0; // in its order key; a redriven task takes a new one
    wall_time not_before{};
    wall_time expires_at = never;
    std::uint32_t attempts = 0;
    std::optional<mono_time> retry_at;
    bool is_in_flight = false;
    bool is_dead = false;
};

struct model_lane {
    lane_options options;
    bool is_held = false; // paused or disabled
    mono_time gate_until = mono_time::min();
    wall_time gate_on_disk{}; // the latest that a record speaks of
    std::uint32_t in_flight = 0;
    std::deque<mono_time> sent; // newest last, for the rate
    // The breaker.
    std::uint32_t failures = 0;
    std::optional<mono_time> open_until; // closed: nothing
    std::optional<task_id> probe;
};

class reference_model {
  public:
    std::map<task_id, model_task> tasks; // live and dead
    std::map<lane_id, model_lane> lanes;

    // --- what happened; each checks that it was allowed to
    void on_turn(instant now) { latest_wall_ = std::max(latest_wall_, now.wall); }
    void on_accepted(new_task const& task);
    void on_attempt(attempt const& a, instant now);
    void on_outcome(attempt const& a, outcome const& result, instant now);
    void on_returned(attempt const& a);
    void on_record(record const& r, instant now);

    // Whether a first attempt could go that was not handed out. Lanes with a rate are left out:
    // the bucket's own tests say when a token is there.
    bool has_forgotten(instant now) const;

    std::size_t live() const;
    std::size_t dead() const { return tasks.size() - live(); }
    std::size_t in_flight() const;
    std::size_t terminal_records = 0;

  private:
    bool is_first_of_order(model_task const& task) const;
    bool is_open(model_lane const& lane, instant now) const;
    void check_rate(model_lane const& lane) const;
    void on_breaker(model_lane& lane, attempt const& a, outcome const& result, instant now);

    std::size_t turns_ = 0;
    wall_time latest_wall_{};
};

} // namespace sluice::queue::test
