// Who asks the program to stop before it has started. SIGTERM and SIGINT end it at once with 0:
// nothing has been acknowledged yet, and the disk is as a kill leaves it. A SIGHUP waits for the
// end of the start. Made before the configuration is read, from then on a thread of its own.
#pragma once

#include "gateway/telemetry/log.hpp"

#include <mutex>
#include <thread>

namespace sluice::gateway::serve {

class start_watch {
  public:
    // These signals; before any other thread is there. What comes from then on waits for the watch.
    static void hold_signals();

    start_watch();
    // Of a start that failed.
    ~start_watch() { end(); }
    start_watch(start_watch const&) = delete;
    start_watch& operator=(start_watch const&) = delete;

    // How the line is written that says so.
    void log_by(telemetry::log_options const& options);

    // The start is over: others take the signals, and what has come and was not dealt with.
    void hand_over();

  private:
    void watch();
    void end();

    int signals_ = -1;
    int over_ = -1; // an event: the watch is not needed any more
    std::mutex mutex_;
    telemetry::log_options options_;
    std::thread thread_;
};

} // namespace sluice::gateway::serve
