// What the tests of a cluster start from: gateways that share a PostgreSQL and a destination.
#pragma once

#include "tests/e2e/gateway_under_test.hpp"
#include "tests/support/wait_until.hpp"

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace sluice::tests::e2e {

// A gateway whose queue is in the database at `url`; what comes to /in/shared goes to `to`.
gateway_settings cluster_member(std::string const& name, std::string const& url,
                                recording_destination const& to, std::string const& more = {});

// Waits until a dead gateway's log was taken over: all survivors work at it, and whoever is the
// last says so, which may be either of these two.
bool wait_for_take_over(gateway_under_test const& one, gateway_under_test const& other);

std::map<std::string, std::size_t> count_by_body(recording_destination const& at);

bool all_arrive(recording_destination const& at, std::set<std::string> const& bodies,
                std::chrono::milliseconds limit = std::chrono::seconds(60));

// Posts numbered bodies to /in/shared of changing ports, from several threads, until it is told to
// end; remembers what was acknowledged. Bounded in count and time.
class steady_load {
  public:
    // `ports`: tried in turn by each thread.
    explicit steady_load(std::vector<std::uint16_t> ports, int threads = 4);
    ~steady_load();

    // Waits until so many more were acknowledged; says whether they were.
    bool wait_for_more(std::size_t count);
    void end();

    std::set<std::string> acknowledged() const;
    // Answers other than 202, and calls without an answer.
    std::size_t refused() const { return refused_; }
    // Status and body of one of the answers that were not 202; empty: there was none.
    std::string refusal() const;
    std::size_t unanswered() const { return unanswered_; }

  private:
    void post_until_end(int thread);

    std::vector<std::uint16_t> const ports_;
    std::atomic<bool> is_over_ = false;
    std::atomic<std::size_t> refused_ = 0;
    std::atomic<std::size_t> unanswered_ = 0;
    mutable std::mutex mutex_;
    std::set<std::string> acknowledged_;
    std::string refusal_;
    std::vector<std::thread> threads_;
};

} // namespace sluice::tests::e2e
