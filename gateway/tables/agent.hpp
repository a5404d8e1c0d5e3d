// Agents of an account and their breaks, as values. An agent is known by the number: country code
// and digits, as codecs::normalise_number gives them.
#pragma once

#include "queue/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::tables {

using queue::wall_time;

enum class break_source : std::uint8_t { webhook, admin };
std::string_view to_string(break_source source);
std::optional<break_source> to_break_source(std::string_view text);

// [start, end); still open where there is no end. The intervals of one agent never overlap.
struct agent_break {
    wall_time start{};
    std::optional<wall_time> end;
    break_source source = break_source::webhook; // of its begin

    friend bool operator==(agent_break const&, agent_break const&) = default;
};

struct agent_state {
    std::string cli;
    bool is_configured = false;           // stands in the configuration, cannot be removed
    std::optional<wall_time> break_since; // on a break now

    friend bool operator==(agent_state const&, agent_state const&) = default;
};

// An agent and the breaks that were asked for, in the order of time, uncut.
struct agent_breaks {
    std::string cli;
    std::vector<agent_break> breaks;

    friend bool operator==(agent_breaks const&, agent_breaks const&) = default;
};

// Changes that wait for their time, of one agent.
inline constexpr std::size_t max_planned_breaks = 64;
// What one transaction carries out of them; the rest follows in the next.
inline constexpr std::size_t max_settled_at_once = 1'000;

struct break_change {
    std::string account;
    std::string cli;
    bool on_break = false;
    wall_time at{};
    break_source source = break_source::webhook;
};

// Breaks that began and ended, in this order; each `at` is the time when it happened, which is
// never before the agent's last change.
using break_changes = std::vector<break_change>;

// What a change came to: of a break, or of the list of agents.
enum class change_outcome {
    changed,
    unchanged, // it was so already
};

// When a change that is wanted `at` happens to an agent with that last break: never before it.
// Nothing where it is so already.
std::optional<wall_time> change_time(std::optional<agent_break> const& last, bool on_break,
                                     wall_time at);

struct account_agents {
    std::string account;
    std::vector<std::string> clis;
};

} // namespace sluice::gateway::tables
