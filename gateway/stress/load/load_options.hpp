// What `sluice load` is told to do: where to, how often, with what, and what is to be met. Plain
// values; the command line is read in gateway/cli.
#pragma once

#include "gateway/stress/load/arrival_schedule.hpp"
#include "gateway/stress/load/body_template.hpp"
#include "gateway/stress/report/objective.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sluice::gateway::stress {

// One request, over and over.
struct request_options {
    std::string url;
    std::string method = "POST";
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;                      // The same for all, unless there is a template.
    std::optional<body_template> rendered; // Rendered for each.
    std::optional<std::string> ca;         // PEM file of who may sign the target's certificate.
};

// Where a run's result goes beside the terminal; empty: nowhere.
struct report_files {
    std::string json;
    std::string percentiles; // HDR percentile text
    std::string html;
};

struct load_options {
    request_options request;
    rate_plan plan;
    arrivals kind = arrivals::even;
    std::size_t connections = 64;
    std::chrono::milliseconds timeout{10'000}; // of one request, once it is sent
    // After the plan's end: how long requests that are due and still unsent are kept up with.
    std::chrono::milliseconds grace{5'000};
    std::vector<objective> objectives;
    report_files files;
    std::uint64_t seed = 1;              // of everything random
    bool is_quiet = false;               // no progress, even on a terminal
    std::optional<double> find_max_from; // search, beginning with this rate
};

inline constexpr std::size_t most_connections = 20'000;

} // namespace sluice::gateway::stress
