// What stands around the load of a stress run: the sink on its thread (or the record of another
// one), the gateway as a child process in a directory of its own, and the ledger that both ends
// write into. Made, used and destroyed on the main thread; cleans everything up.
#pragma once

#include "gateway/stress/load/arrival_feed.hpp"
#include "gateway/stress/report/ledger.hpp"
#include "gateway/stress/sink/sink.hpp"
#include "gateway/stress/verify/gateway_process.hpp"
#include "gateway/stress/verify/record_follower.hpp"
#include "gateway/stress/verify/stress_options.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>

namespace sluice::gateway::stress {

// A directory that is removed with everything in it.
class work_directory {
  public:
    work_directory();
    ~work_directory();
    work_directory(work_directory const&) = delete;
    work_directory& operator=(work_directory const&) = delete;
    // Empty when none could be made.
    std::string const& path() const { return path_; }

  private:
    std::string path_;
};

class stress_stage {
  public:
    explicit stress_stage(stress_options const& options);
    ~stress_stage();

    // Opens the sink and starts the gateway; the sentence for what failed, or nothing.
    std::string open();
    // The run's times count from now on.
    void begin(std::chrono::steady_clock::time_point at);
    // Lets the feed tell what it holds back.
    void finish_feed();
    // The gateway is not killed any more. False: it could not be started again.
    bool stop_killing();
    void close();

    ledger& book() { return ledger_; }
    std::string const& run() const { return run_; }
    std::string target() const; // URL to post to
    std::string const& secret() const { return secret_; }
    std::uint64_t kills() const { return gateway_ ? gateway_->kills() : 0; }
    std::optional<int> unexpected_end() const;
    std::string log_tail() const; // of the gateway

  private:
    std::string open_sink();
    std::string open_gateway();
    bool try_gateway(std::uint64_t seed);
    void on_request(sink_request const& request, arrival at, unsigned status);
    void follow();

    stress_options const& options_;
    work_directory directory_;
    std::string run_;
    std::string secret_;
    ledger ledger_;
    arrival_feed feed_; // used on the sink's thread
    std::atomic<std::int64_t> began_ns_{0};
    boost::asio::io_context io_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    boost::asio::steady_timer follow_timer_;
    bool is_closing_ = false; // on the sink's thread
    std::unique_ptr<sink> sink_;
    std::unique_ptr<record_follower> follower_;
    std::thread thread_; // the sink's
    std::unique_ptr<gateway_process> gateway_;
    std::uint16_t port_ = 0;
};

} // namespace sluice::gateway::stress
