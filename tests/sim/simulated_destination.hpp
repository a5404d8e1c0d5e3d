// The world beyond the gateway: takes attempts, answers later and at random, and holds every send
// against the promises of its lane. One for a whole simulation; outlives the gateway's crashes.
#pragma once

#include "queue/lane_options.hpp"
#include "queue/transport.hpp"
#include "tests/sim/simulated_clock.hpp"

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

    void send(queue::attempt&& a, queue::outcome_sink& sink) override;
    void stop() override {}

    // Pace is kept where an attempt leaves its lane; one whose payload is then read back from the
    // disk arrives as much later as the disk takes. Where that happens the rate cannot be judged
    // from here.
    void ignore_rates() { judges_rates_ = false; }

    // Answers what is due now.
    void answer_due();
    // From now on every answer is a success.
    void heal() { is_healed_ = true; }
    // The gateway is gone: what was under way will never be told.
    void forget_gateway();

    bool is_idle() const { return under_way_.empty(); }
    bool has_delivered(queue::task_id id) const { return delivered_.contains(id); }

    // What was wrong, each a sentence; empty when every promise was kept.
    std::vector<std::string> const& violations() const { return violations_; }

  private:
    struct lane_state {
        queue::lane_options options;
        std::uint32_t in_flight = 0;
        double tokens = 0;
        queue::mono_time filled_at{};
    };
    struct exchange {
        queue::attempt what;
        queue::outcome_sink* sink = nullptr;
        queue::outcome result;
    };

    void check(queue::attempt const& a, lane_state& lane);
    void violate(std::string what, queue::attempt const& a);
    queue::outcome draw_outcome();

    simulated_clock const& clock_;
    std::mt19937_64& random_;
    std::map<queue::lane_id, lane_state> lanes_;
    std::multimap<queue::mono_time, exchange> under_way_;
    std::set<queue::task_id> delivered_;      // the destination said yes
    std::set<queue::task_id> told_delivered_; // and the gateway, still alive, heard it
    std::vector<std::string> violations_;
    bool is_healed_ = false;
    bool judges_rates_ = true;
};

} // namespace sluice::tests
