// The program's log: one line on standard error for each thing that went wrong or changed.
// Made and owned by main, shared by reference; every function may be called on any thread.
// Writing happens on a thread of its own; when that cannot keep up the oldest lines are dropped
// and counted, a caller never waits for the disk or the terminal. Never given a body or a secret:
// what may hold one goes through redact.hpp first.
#pragma once

#include "gateway/config/log.hpp"
#include "gateway/telemetry/log_line.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string_view>

namespace sluice::gateway::telemetry {

struct log_options {
    config::log_level level = config::log_level::info;
    config::log_format format = config::log_format::automatic;
    std::uint32_t lines_per_second = 10; // Of one message; more are counted only. 0: no limit.
    std::size_t queued_lines = 4096;     // Waiting for the writing thread; then the oldest go.
    std::ostream* out = nullptr;         // Null: standard error. Must outlive the log.
    // For tests; by default the monotonic clock of the machine.
    std::function<std::chrono::steady_clock::time_point()> clock;
};

// What became of the lines so far.
struct log_counts {
    std::uint64_t written = 0;    // Given to the writing thread.
    std::uint64_t suppressed = 0; // Held back by `lines_per_second`.
    std::uint64_t dropped = 0;    // Pushed out of a full queue.
};

class log {
  public:
    explicit log(log_options const& options);
    // Writes what is queued and what was suppressed, then joins the writing thread.
    ~log();
    log(log const&) = delete;
    log& operator=(log const&) = delete;

    // `message` is a literal of the program and names the kind of line: what varies is a field.
    //     log.warn("task is dead", {{"task", id}, {"destination", name}, {"attempts", 7}});
    void debug(std::string_view message, log_fields fields = {});
    void info(std::string_view message, log_fields fields = {});
    void warn(std::string_view message, log_fields fields = {});
    void error(std::string_view message, log_fields fields = {});

    // What must not be thinned out, however much there is of it: what operators did, calls where
    // they are asked for. No line of these is held back by `lines_per_second`.
    void record(config::log_level level, std::string_view message, log_fields fields = {});

    // Whether a line of this level is written at all: asked before costly fields are made.
    bool is_enabled(config::log_level level) const;
    // Takes effect at once, also while others log (SIGHUP).
    void set_level(config::log_level level);

    // Reports suppressed lines whose second is over. The owner calls it about once a second.
    void tick();

    log_counts counts() const;

  private:
    class writer;
    std::unique_ptr<writer> writer_;
};

// Whether lines are JSON: `automatic` is text on a terminal and JSON elsewhere.
bool is_json(config::log_format format, bool is_terminal);

} // namespace sluice::gateway::telemetry
