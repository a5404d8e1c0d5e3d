// Starts requests when the schedule says so, whether or not earlier ones were answered, and counts
// what comes of them. Drives Asio; one thread. A request that is due while every connection waits
// for an answer starts as soon as one is free, and its latency counts from the time it was due:
// nothing is left out, and nothing is kept for it meanwhile, for the schedule itself remembers.
// Ends by itself: at most `grace` after the plan no request is started any more, and each ends
// within the client's time-out.
#pragma once

#include "gateway/client/exchange.hpp"
#include "gateway/stress/load/arrival_schedule.hpp"
#include "gateway/stress/report/tally.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice::gateway::client {
class http_client;
}

namespace sluice::gateway::stress {

// What one request carries; reused from request to request.
struct outgoing {
    std::string_view method = "POST";
    std::string target; // empty: the URL's own
    std::string header_lines;
    std::string body;
};

// Makes the requests and hears what became of them. On the generator's thread.
class request_source {
  public:
    virtual ~request_source() = default;
    virtual void make(request_start const& what, outgoing& into) = 0;
    virtual void on_end(request_end const& what) = 0;
};

struct generator_options {
    rate_plan plan;
    arrivals kind = arrivals::even;
    std::uint64_t seed = 1;
    std::size_t connections = 64;
    std::chrono::milliseconds grace{5'000};
};

// How busy a thread was, from the kernel's account. A generator that is starved is as late as one
// that has too much to do.
struct thread_use {
    std::chrono::nanoseconds ran{0};
    std::chrono::nanoseconds waited{0}; // Ready to run, and not run.
};

class load_generator final : public client::completion {
  public:
    // All must outlive the generator's run.
    load_generator(boost::asio::io_context& io, client::http_client& client,
                   std::shared_ptr<client::pool> to, generator_options options,
                   request_source& source);

    // Called at the end of each second.
    std::function<void(progress const&)> on_second;
    // Asked at the end of each second: accepted and not delivered.
    std::function<double()> in_queue;

    // Once. `on_finished` is called when the last request has ended.
    void start(std::function<void()> on_finished);
    // Starts nothing any more, and waits a second at most for what is under way.
    void interrupt();

    std::chrono::steady_clock::time_point began() const { return began_; }
    tally const& counts() const { return tally_; }
    // The counts with the account of the generator itself. After the end.
    run_result result() const;

    void on_answer(client::outbound_request& done, client::inbound_response const& answer) override;
    void on_failure(client::outbound_request& done, client::failure const& why) override;

  private:
    struct slot {
        client::outbound_request request;
        outgoing content;
        request_start start;
    };
    std::chrono::nanoseconds elapsed() const;
    void pump();
    void start_due(std::chrono::nanoseconds now);
    void end(client::outbound_request& done, unsigned status, queue::cause cause);
    void wait_for_next();
    void wait_for_second();
    void close_second();
    void give_up();
    void finish_if_done();
    void finish();
    bool is_due(std::chrono::nanoseconds now) const { return upcoming_ && *upcoming_ <= now; }

    boost::asio::io_context& io_;
    client::http_client& client_;
    std::shared_ptr<client::pool> to_;
    generator_options options_;
    request_source& source_;
    arrival_schedule schedule_;
    boost::asio::steady_timer next_timer_, second_timer_, end_timer_;
    std::vector<std::unique_ptr<slot>> slots_;
    std::vector<slot*> free_;
    std::chrono::nanoseconds free_since_{0};
    std::optional<std::chrono::nanoseconds> upcoming_;
    std::chrono::nanoseconds plan_end_{0};
    std::chrono::steady_clock::time_point began_;
    std::uint64_t next_number_ = 0;
    tally tally_;
    thread_use use_at_begin_;
    double busy_share_ = 0;
    std::function<void()> on_finished_;
    bool is_pumping_ = false;
    bool is_waiting_ = false; // next_timer_ runs
    bool is_finished_ = false;
    bool is_interrupted_ = false;
};

} // namespace sluice::gateway::stress
