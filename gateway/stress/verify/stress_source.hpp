// The requests of a stress run: numbered messages to a route, or the same as tasks with an order
// key or a time. Writes down in the ledger what was started and how it was answered. On the
// generator's thread.
#pragma once

#include "gateway/stress/load/load_generator.hpp"
#include "gateway/stress/report/ledger.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <random>
#include <string>

namespace sluice::gateway::stress {

struct stress_source_options {
    std::string run;                    // which run a message belongs to
    std::uint32_t keys = 0;             // messages go round these order keys; 0: none
    std::chrono::milliseconds delay{0}; // up to so much, drawn for each
    std::size_t body_bytes = 300;
    bool is_by_tasks = false; // wrap each message into a task for `destination`
    std::string destination;
    std::uint64_t seed = 1;
};

class stress_source final : public request_source {
  public:
    // `unix_now` is asked for the time of delayed tasks.
    stress_source(stress_source_options options, ledger& to,
                  std::function<std::chrono::milliseconds()> unix_now);

    void make(request_start const& what, outgoing& into) override;
    void on_end(request_end const& what) override;

  private:
    std::chrono::milliseconds draw_time();

    stress_source_options options_;
    ledger& ledger_;
    std::function<std::chrono::milliseconds()> unix_now_;
    std::mt19937_64 random_;
    std::string message_; // reused
};

} // namespace sluice::gateway::stress
