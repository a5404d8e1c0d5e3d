// An engine with a manual clock and a journal that is a plain list of records: what the driver
// does, without a disk. Tests of the engine's files share it. One thread.
#pragma once

#include "queue/core/engine.hpp"
#include "queue/core/error.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace sluice::queue::test {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

inline constexpr wall_time start_of_time{std::chrono::milliseconds{1'764'000'000'000}};

// Counts what the engine says about records in the journal.
class release_count final : public release_sink {
  public:
    void on_live(location where) override { ++live_[key(where)]; }
    void on_released(location where) override {
        auto const found = live_.find(key(where));
        BOOST_REQUIRE_MESSAGE(found != live_.end(), "released what was not live");
        if (--found->second == 0) live_.erase(found);
    }
    std::size_t live() const { return live_.size(); }

  private:
    static std::tuple<std::uint32_t, std::uint64_t> key(location l) {
        return {l.segment, l.offset};
    }
    std::map<std::tuple<std::uint32_t, std::uint64_t>, int> live_;
};

// Everything that replay must bring back, one line a task; tasks in flight count as waiting.
std::string fingerprint(engine const& e);

struct engine_fixture {
    explicit engine_fixture(engine_options const& o = {});

    // Lanes and accounts by name, made at need.
    lane_id lane(std::string_view name = "crm") { return table.lanes.intern(name); }
    account_id account(std::string_view name = "163") { return table.accounts.intern(name); }
    void configure(lane_options const& options_of_lane, std::string_view name = "crm") {
        configured[lane(name)] = options_of_lane;
        core.configure_lane(lane(name), options_of_lane, now);
    }

    // The clock.
    void pass(milliseconds time) {
        now.wall += time;
        now.mono += time;
    }
    void step_wall(milliseconds by) { now.wall += by; }

    // A task that is due after `delay`.
    new_task make(milliseconds delay = 0ms, std::string_view account_name = "163");
    // Admits, journals and applies; returns the id.
    task_id accept(new_task&& task);
    task_id accept(milliseconds delay = 0ms) { return accept(make(delay)); }

    // A record happens: it is journalled and applied. `carry_out`: what an operator asked for.
    void happen(record&& r);
    void carry_out(boost::system::result<record>&& r) { happen(std::move(r).value()); }

    // What an engine hands out when its driver reads payloads back at once, as "read".
    static void take_due(engine& from, instant now, std::size_t max, std::vector<attempt>& due,
                         std::vector<record>& expired);
    // What may go now. Expired tasks are applied.
    std::vector<attempt> take(std::size_t max = 100);
    // Exactly one attempt may go now, and it is returned.
    attempt take_one();
    std::vector<task_id> take_ids(std::size_t max = 100);
    // Moves the clock to the next wake-up and takes what goes then; at most `limit` wake-ups.
    std::vector<attempt> sleep_and_take(int limit = 1000);

    void end(attempt const& a, outcome&& result);
    void deliver(attempt const& a) { end(a, delivered()); }
    void fail(attempt const& a, std::uint16_t status = 500) { end(a, failed(status)); }

    static outcome delivered();
    static outcome failed(std::uint16_t status = 500);

    task_state state_of(task_id id) const;
    std::string dead_reason(task_id id) const;
    std::vector<hold_reason> reasons(task_id id) const;

    // Another engine that saw the same journal.
    std::unique_ptr<engine> replayed(release_sink& sink);

    engine_options options;
    names table;
    release_count released;
    engine core;
    instant now{start_of_time, mono_time(std::chrono::hours(1))};
    task_id_generator ids{42};
    std::vector<record> journal;
    std::map<lane_id, lane_options> configured;
    std::uint64_t offset = 0;
    std::uint32_t segment = 1; // of records that are accepted; 0: kept nowhere
};

} // namespace sluice::queue::test
