// The report of breaks: each break as far as it lies in the report's window, totals for each agent
// and for each of its days. Values, made from values; any thread.
#pragma once

#include "gateway/agents/report_window.hpp"

#include <chrono>
#include <span>
#include <string>
#include <vector>

namespace sluice::gateway::agents {

struct reported_break {
    interval span;        // cut to the window, and to now where the break is not over
    bool is_open = false; // it is not over, as far as the window shows
    std::chrono::seconds length{0};
    tables::break_source source = tables::break_source::webhook;
};

struct day_total {
    std::chrono::local_days date;
    std::chrono::seconds length{0};
};

struct agent_report {
    std::string cli; // country code and digits
    std::chrono::seconds total{0};
    std::vector<reported_break> breaks; // in the order of time
    std::vector<day_total> days;        // those that have a break, in the order of time
};

struct break_report {
    interval window;
    std::string time_zone;
    std::vector<agent_report> agents;
};

// `breaks` of one agent, in the order of time, none overlapping another; those outside the window
// do not count. `days` are the window's. The lengths of the breaks, and those of the days, add up
// to the total.
agent_report report_of(std::string cli, std::span<tables::agent_break const> breaks,
                       interval const& window, std::span<day_span const> days,
                       queue::wall_time now);

// How an agent stands.
struct agent_status {
    std::string cli;
    bool is_on_break = false;
    std::optional<queue::wall_time> since; // the start of the break, where there is one
    std::chrono::seconds break_today{0};   // of the local day, up to now
};

// `breaks` are those that have a part in today.
agent_status status_of(tables::agent_state const& agent,
                       std::span<tables::agent_break const> breaks, interval const& today,
                       queue::wall_time now);

} // namespace sluice::gateway::agents
