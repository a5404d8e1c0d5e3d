// What `sluice load`, `stress` and `sink` share of their command lines. Values are read when all
// flags are there; what cannot be read is a std::invalid_argument whose sentence names the flag.
#pragma once

#include "gateway/stress/load/load_options.hpp"

#include <CLI/App.hpp>

#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace sluice::gateway::cli {

// On standard error; exit_usage.
int tell_wrong_use(char const* what);

template <class T>
T take(char const* flag, stress::parsed<T> value) {
    if (value) return std::move(*value);
    throw std::invalid_argument(std::string(flag) + ": " + value.error().message);
}

template <class Duration>
Duration take_time(char const* flag, std::string const& text) {
    return std::chrono::duration_cast<Duration>(take(flag, stress::parse_time(text)));
}

// Runs a command with what `read` makes of its flags; what cannot be read is told, and is 64.
template <class Read, class Run>
int run_with_flags(Read read, Run run) {
    decltype(read()) options;
    try {
        options = read();
    } catch (std::invalid_argument const& e) {
        return tell_wrong_use(e.what());
    }
    return run(std::move(options));
}

// The flags of a run: its rate, its length, its objectives, its reports.
struct run_flags {
    std::string rate = "1000", ramp, steps, duration = "10s", arrivals = "even";
    std::vector<std::string> objectives;
    stress::report_files files;
    std::size_t connections = 64;
    std::uint64_t seed = 1;
    bool is_quiet = false;

    void add_to(CLI::App& command);
    // Fills plan, kind, connections, objectives, files, seed and is_quiet.
    void read(stress::load_options& out) const;
};

} // namespace sluice::gateway::cli
