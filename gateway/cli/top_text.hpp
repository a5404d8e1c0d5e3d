// What `sluice top` shows: a gateway's counters at two moments, as rates, above its destinations.
// Pure; any thread.
#pragma once

#include "gateway/cli/table.hpp"
#include "gateway/cli/when.hpp"

#include <boost/json/array.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace sluice::gateway::cli {

// The sum over all series of a family in Prometheus' text form whose labels have `label` in them.
double metric_sum(std::string_view page, std::string_view family, std::string_view label = {});
// The highest of them, 0 where there are none.
double metric_most(std::string_view page, std::string_view family);

struct top_sample {
    queue::mono_time at{};
    double accepted = 0, delivered = 0, dead = 0, attempts = 0, refused = 0; // since the start
    double scheduled = 0, ready = 0, in_flight = 0, retry = 0, held_dead = 0, oldest_seconds = 0;
};
top_sample read_sample(std::string_view metrics, queue::mono_time at);

struct top_view {
    std::string url;
    bool is_ready = false;
    top_sample before, now; // the same at the beginning: no rates are known yet
    boost::json::array destinations;
    time_style when;
    std::size_t rows = 0; // of the screen, which it fits; 0: of any number
};
std::string top_text(top_view const& of, table_layout const& how);

} // namespace sluice::gateway::cli
