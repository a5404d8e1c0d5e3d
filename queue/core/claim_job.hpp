// What a gateway of a cluster asks the others' common store about the keys of its calls. Values.
//
// A call with a key is written only after the gateway has *claimed* the key: a row that all
// gateways see, made before the task's record. It has the gateway's log and epoch and a *turn*, a
// number that this gateway gives once. A claim *counts* when the record is in that log. Which do is
// not written into the rows: each gateway says up to which turn all of its claims are *decided*,
// that is, they count or their rows are gone again. What lies above is not known yet.
#pragma once

#include "queue/core/task.hpp"

#include <boost/system/error_code.hpp>

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <vector>

namespace sluice::queue {

using claim_turn = std::uint64_t; // of one log and epoch, from 1

// The keys of callers and those made of contents are two sets.
struct claim_name {
    std::array<std::uint8_t, 16> key{};
    bool is_content = false;

    friend auto operator<=>(claim_name const&, claim_name const&) = default;
};

// One statement, that is done whole or not at all, and once however often it is sent.
struct claim_job {
    struct want {
        claim_turn turn = 0;
        bool is_content = false;
        idempotency what; // with its lifetime

        claim_name name() const { return {what.key, is_content}; }
    };
    struct back {
        claim_turn turn = 0;
        claim_name name;
    };

    std::uint64_t number = 0;     // grows with each job of a log and epoch
    claim_turn decided = 0;       // when this is done
    std::vector<want> wants;      // no name twice
    std::vector<back> given_back; // their calls came to nothing

    bool is_empty() const { return wants.empty() && given_back.empty(); }
};

enum class claim_standing : std::uint8_t {
    won,       // the key is ours
    counts,    // a call with it was accepted
    undecided, // a gateway that lives has claimed it
    orphaned,  // whoever claimed it is gone, and what became of it is being found out
    unseen     // another was faster by so little that its row is not seen yet
};

struct claim_finding {
    claim_standing standing = claim_standing::unseen;
    std::array<std::uint8_t, 16> body{}; // of counts, undecided and orphaned: the other call's
    std::string answer;                  // of counts: what the other call was answered
};

struct claim_result {
    boost::system::error_code error;     // nothing more will ever be claimed
    std::vector<claim_finding> of_wants; // in their order; empty with an error
};

// Carries a job out, on whatever thread, and says so to whoever made it. One at a time.
class claim_runner {
  public:
    virtual ~claim_runner() = default;
    virtual void submit(claim_job&& job) = 0;
};

// A claim whose gateway is gone before it said what became of it.
struct undecided_claim {
    claim_name name;
    std::int64_t epoch = 0;
    claim_turn turn = 0;
    std::string answer; // what the call would have been told
};

} // namespace sluice::queue
