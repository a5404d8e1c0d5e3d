// The gateway that `sluice stress` starts, as a child process: started, killed and started again on
// the same ports with the same data, as a machine does that loses its power. A thread of its own
// does all that, from the first start to the end, for the child dies with the thread that made it.
// What the child writes goes to a file.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <sys/types.h>
#include <thread>

namespace sluice::gateway::stress {

struct gateway_process_options {
    std::string program;
    std::string configuration; // file
    std::string log;           // file
    std::uint16_t port = 0;    // a connection to it says that the gateway is up
    std::chrono::milliseconds kill_every{0};
    std::chrono::milliseconds start_limit{30'000};
};

class gateway_process {
  public:
    explicit gateway_process(gateway_process_options options);
    // Ends the child.
    ~gateway_process();
    gateway_process(gateway_process const&) = delete;
    gateway_process& operator=(gateway_process const&) = delete;

    // Starts the child and waits until it listens. False: it ended, or the time is over.
    bool start();
    // Kills it no more, and makes sure that it is up. False: it could not be started again.
    bool stop_killing();
    // SIGTERM, and waits; SIGKILL after ten seconds.
    void stop();

    std::uint64_t kills() const { return kills_; }
    // The code of an end that nobody asked for (128 + N: by signal N).
    std::optional<int> unexpected_end() const;

  private:
    enum class wish : std::uint8_t { run, no_more_kills, end };

    void live();
    bool bring_up();
    void kill_now();
    bool is_ended();
    void end_gently();
    bool wait_for(wish least, std::chrono::milliseconds limit);
    void report(bool is_up);

    gateway_process_options options_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    wish wish_ = wish::run;
    std::optional<bool> is_up_; // told once it is known; cleared by a wish
    std::optional<int> unexpected_;
    std::atomic<std::uint64_t> kills_{0};
    pid_t child_ = -1;
    int status_ = 0;
    std::thread thread_; // last: it uses all the others
};

// A TCP port of 127.0.0.1 that nobody listens on, below those that the kernel gives to outgoing
// connections: none of these can take it while the gateway is down. 0: there is none.
std::uint16_t free_loopback_port(std::uint64_t seed);

} // namespace sluice::gateway::stress
