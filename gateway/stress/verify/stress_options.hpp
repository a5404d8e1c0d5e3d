// What `sluice stress` is told to do. Plain values; the command line is read in gateway/cli.
#pragma once

#include "gateway/stress/load/arrival_feed.hpp"
#include "gateway/stress/load/load_options.hpp"
#include "gateway/stress/sink/sink_options.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace sluice::gateway::stress {

// The gateway that a run starts for itself.
struct own_gateway {
    std::string program; // path of the executable
    std::string durability = "fsync";
    unsigned threads = 1;
    std::size_t concurrency = 128;           // of the destination
    std::chrono::milliseconds kill_every{0}; // 0: never
};

struct stress_options {
    load_options load;       // plan, connections, objectives, reports; not its URL and body
    std::string gateway_url; // Where to post, at a gateway that runs already; empty: start one.
    own_gateway gateway;
    listen_address sink_listen{"127.0.0.1", 0};
    behaviour_options sink;  // of the run's own sink
    std::string sink_url;    // Of a sink that runs already: where the own gateway delivers.
    std::string sink_record; // What that one records (--record); empty: the own sink.
    std::uint32_t keys = 0;  // order keys; 0: no order
    std::chrono::milliseconds delay{0}; // Each task asks for up to so much; 0: at once.
    std::size_t body_bytes = 300;
    std::chrono::milliseconds drain_timeout{60'000}; // without a single arrival
    std::chrono::milliseconds settle{500};           // after the last delivery, for duplicates
    sabotage wrong = sabotage::none;

    // Tasks are posted one by one as JSON where they need an order key or a time.
    bool is_by_tasks() const { return keys > 0 || delay.count() > 0; }
};

// The sentence for what cannot be done, among it a run that needs more records than a ledger has;
// empty: all is well.
std::string problem_of(stress_options const& options);

// The objectives of the run: what was asked for, and that nothing accepted is lost, early,
// reordered or, unless the gateway is killed, delivered twice, where that was not asked otherwise.
std::vector<objective> all_objectives(stress_options const& options);

} // namespace sluice::gateway::stress
