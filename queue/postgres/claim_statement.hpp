// The one statement that claims keys, gives claims back and says what is decided. Blocking; used on
// the thread of the claim_worker.
#pragma once

#include "queue/core/claim_job.hpp"
#include "queue/postgres/connection.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace sluice::queue::postgres {

// Who claims, and when.
struct claimant {
    std::uint32_t log = 0;
    std::int64_t epoch = 0;
    std::int64_t period = 0;     // now
    std::int64_t open_since = 0; // the period of the oldest claim that is not decided after the job
    std::chrono::milliseconds timeout{0};
};

// What the statement did.
enum class claim_outcome {
    done,
    repeated,  // it had been done before: `of_wants` are what is there now
    new_period // nothing: another period has begun, or the mark is not there
};
struct claim_answer {
    claim_outcome outcome = claim_outcome::done;
    std::vector<claim_finding> of_wants;
};

// Plans that stay good while a table grows from nothing. Once a connection.
boost::system::result<void> prepare_claims(connection& to, std::chrono::milliseconds timeout);

// Errors: those of the connection, `fenced`.
boost::system::result<claim_answer> claim_keys(connection& to, claimant const& by,
                                               claim_job const& job);

// As a claim's key stands in its row, and back.
std::string claim_key(claim_name const& name);
claim_name claim_name_of(std::string_view key);

} // namespace sluice::queue::postgres
