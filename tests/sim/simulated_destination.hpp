// The world beyond the gateway: takes attempts, answers later and at random, and holds every send
// against the promises of its lane. One for a whole simulation; outlives the gateway's crashes.
#pragma once

#include "queue/core/lane_options.hpp"
#include "queue/dispatch/transport.hpp"
#include "tests/sim/simulated_clock.hpp"

#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace sluice::tests {

class simulated_destination final : public queue::transport {
  public:
    simulated_destination(simulated_clock const& clock, std::mt19937_64& random);

    // What the lane with this number promises.
    void set_lane(queue::lane_id lane, queue::lane_options const& options);

    queue::lane_options const& options(queue::lane_id lane) const {
        return lanes_.at(lane).options;
    }

    void send(queue::attempt&& a, queue::outcome_sink& sink) override;
    void stop() override {}

    // Tasks with this key go in the order in which they are named here. `is_open` says whether an
    // acknowledged task has not come to its end.
    void expect_order(std::string key, queue::task_id id);
    void judge_order_by(std::function<bool(queue::task_id)> is_open) { is_open_ = is_open; }
    // No answer of this lane disables it: it leads to many receivers.
    void keep_open(queue::lane_id lane) { lanes_[lane].stays_open = true; }
    // An operator opened a lane that was disabled.
    void resume(queue::lane_id lane) {
        lanes_[lane].is_disabled = lanes_[lane].is_disabled_soon = false;
    }

    // Scenarios: what is answered instead of at random, after this long; and who sees every send.
    using script = std::function<queue::outcome(queue::attempt const&)>;
    void answer_by(script answers, std::chrono::milliseconds latency);
    void watch(std::function<void(queue::attempt const&)> seen) { seen_ = std::move(seen); }

    // Answers what is due now.
    void answer_due();
    // The gateway has heard everything that was answered.
    void note_heard();
    // From now on every answer is a success.
    void heal() { is_healed_ = true; }
    // The gateway is gone: what was under way will never be told. `has_all`: its disk was told all
    // that it was told.
    void forget_gateway(bool has_all);
    // It is back. Gates that were closed by an answer which its disk knows are closed still, by the
    // wall clock or, where that was stepped, by either of the two.
    using known_answer = std::function<bool(queue::task_id, std::uint32_t attempt)>;
    void keep_gates(known_answer const& is_known);

    bool is_idle() const { return under_way_.empty(); }
    bool has_delivered(queue::task_id id) const { return delivered_.contains(id); }

    // What was wrong, each a sentence; empty when every promise was kept.
    std::vector<std::string> const& violations() const { return violations_; }
    // Waits before retries that were seen, and those of exactly the configured length.
    std::uint32_t waits() const { return waits_; }
    std::uint32_t exact_waits() const { return exact_waits_; }
    // Gates that were still closed when a gateway came back.
    std::uint32_t kept_gates() const { return kept_gates_; }

  private:
    // A gate that an answer closed.
    struct closing {
        queue::task_id id;
        std::uint32_t attempt = 0;
        queue::mono_time until{};
        int clock_steps_ahead = 0; // that there had been
        bool was_read_back = false;
    };
    struct lane_state {
        queue::lane_options options;
        std::vector<closing> closings;
        std::uint32_t in_flight = 0;
        double tokens = 0;
        queue::mono_time filled_at{};
        queue::mono_time gate_until = queue::mono_time::min(); // that it asked for
        bool is_disabled = false;                              // it said 410
        bool is_disabled_soon = false; // and the gateway is about to hear it
        bool stays_open = false;       // a 410 of it is no more than that
    };
    // How an attempt failed, for the wait until the next.
    struct failure {
        queue::instant at;
        int clock_steps = 0;
        std::chrono::milliseconds asked_for{0};
    };
    struct exchange {
        queue::attempt what;
        queue::outcome_sink* sink = nullptr;
        queue::outcome result;
    };

    void check(queue::attempt const& a, lane_state& lane);
    void check_rate(queue::attempt const& a, lane_state& lane);
    void check_order(queue::attempt const& a);
    void check_company(queue::attempt const& a, lane_state const& lane);
    void check_task(queue::attempt const& task, queue::attempt const& carrier);
    void check_wait(queue::attempt const& a, lane_state const& lane, bool is_in_batch);
    void draw_calls(queue::attempt const& a, queue::outcome& whole);
    void note_taken(exchange const& e);
    void note_answer(exchange const& e);
    void violate(std::string what, queue::attempt const& a);
    queue::outcome draw_outcome();

    simulated_clock const& clock_;
    std::mt19937_64& random_;
    std::map<queue::lane_id, lane_state> lanes_;
    std::multimap<queue::mono_time, exchange> under_way_;
    // Batches as they were sent first, and of each task that may have been taken in a batch which
    // one it was: it must go again in the same.
    std::map<std::uint64_t, std::set<queue::task_id>> companies_;
    std::map<queue::task_id, std::uint64_t> doubtful_;
    std::set<queue::task_id> delivered_;      // the destination said yes
    std::set<queue::task_id> told_delivered_; // and the gateway, still alive, heard it
    std::vector<std::string> violations_;
    std::map<queue::task_id, std::string> keys_;
    std::map<std::string, std::set<queue::task_id>> in_order_; // by key
    std::function<bool(queue::task_id)> is_open_;
    std::map<queue::task_id, failure> failures_; // the last of each task, in this gateway's life
    std::uint32_t waits_ = 0;
    std::uint32_t exact_waits_ = 0; // without any jitter
    std::uint32_t kept_gates_ = 0;
    script script_;
    std::chrono::milliseconds script_latency_{0};
    std::function<void(queue::attempt const&)> seen_;
    bool is_healed_ = false;
};

} // namespace sluice::tests
