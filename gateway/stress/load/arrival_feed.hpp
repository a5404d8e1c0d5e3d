// Tells the ledger what the other end got. It can be told to tell it wrong, to prove that a run
// finds what is wrong: a sink that loses, duplicates or reorders is no better than a gateway that
// does. One thread at a time; what it holds back is bounded.
#pragma once

#include "gateway/stress/report/ledger.hpp"
#include "gateway/stress/sink/sink_options.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::stress {

enum class sabotage : std::uint8_t {
    none,
    lose,      // Answers one request in a hundred and forgets it.
    duplicate, // Takes one in a hundred twice.
    reorder    // Lets later ones of the key pass one in a hundred.
};

// "lose", "duplicate", "reorder".
parsed<sabotage> parse_sabotage(std::string_view text);

class arrival_feed {
  public:
    // Arrivals whose message does not carry `run` are counted as unknown.
    arrival_feed(ledger& to, std::string run, sabotage how = sabotage::none);

    void take(std::string_view body, ledger_arrival const& what);
    // Lets go of what is held back.
    void finish();

    static constexpr std::uint64_t one_in = 100;
    static constexpr unsigned passing = 20; // so many of its key go before a held one

  private:
    struct held {
        std::uint64_t number = 0;
        std::uint32_t key = 0;
        unsigned passed = 0;
        ledger_arrival what;
    };
    void let_go(std::uint32_t key, ledger_arrival const& now);

    ledger& to_;
    std::string run_;
    sabotage how_;
    std::vector<held> held_;
};

} // namespace sluice::gateway::stress
