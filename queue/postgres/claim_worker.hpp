// Claims the keys of a gateway's calls in PostgreSQL, job by job. Owned by the cluster's member,
// used on the thread of the claim_thread unless a function says otherwise.
//
// A job never fails because the server is away: it is sent again over a new connection, until it is
// known what it came to. Errors that end the claiming: `fenced`, what the server refuses for good,
// `unreachable` after `stop`.
#pragma once

#include "queue/core/claim_job.hpp"
#include "queue/postgres/claim_statement.hpp"
#include "queue/postgres/connection.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace sluice::queue::postgres {

struct claim_worker_options {
    connect_options connect;
    std::uint32_t log = 0;
    std::int64_t epoch = 0;
    std::chrono::milliseconds longest = usual_key_lifetime; // that a claim may live
    std::chrono::milliseconds statement_timeout{10'000};
    // Between two tries; doubled up to `longest_pause`.
    std::chrono::milliseconds first_pause{50};
    std::chrono::milliseconds longest_pause{1000};
    // The server refuses for good, and no key can be claimed any more; on the thread of `run`.
    std::function<void(std::string const& why)> tell_refusal = {};
};

// For metrics.
struct claim_status {
    std::uint64_t statements = 0;
    std::uint64_t repeated = 0; // jobs of which the answer had been lost
};

class claim_worker {
  public:
    explicit claim_worker(claim_worker_options options);

    claim_result run(claim_job const& job);
    // Now and then: a new period begins, old ones are dropped. What goes wrong waits for the next
    // time.
    void tidy();

    // Any thread.
    void set_longest(std::chrono::milliseconds lifetime); // never makes it shorter
    void stop();
    claim_status status() const;

  private:
    boost::system::error_code connect();
    boost::system::error_code enter_period();
    boost::system::error_code ask(claim_job const& job, claim_result& into);
    boost::system::result<claim_answer> send(claim_job const& job);
    std::int64_t open_since(claim_job const& job);
    bool pause();
    std::chrono::milliseconds longest() const;

    claim_worker_options const options_;
    std::optional<connection> to_;
    std::int64_t period_ = 0;
    std::chrono::milliseconds noted_{0};         // the longest lifetime, in this period
    std::map<std::int64_t, claim_turn> claimed_; // the last turn of each period
    std::chrono::milliseconds pause_{0};
    mutable std::mutex mutex_; // of what follows
    std::condition_variable wakes_;
    bool is_stopping_ = false;
    std::chrono::milliseconds longest_;
    claim_status status_;
};

} // namespace sluice::queue::postgres
