// In a cluster: calls with a key on their way to being claimed, and claims until they are decided.
// Knows no statement, no clock and no thread: it is given times, makes jobs, is told what they came
// to, and says what becomes of the calls. Owned by the dispatcher, on the core's thread.
//
//     ask -> next_job -> (carried out) -> finish -> a verdict, or the call is asked for again
//     won -> the record is written -> count, or give_back where it came to nothing
//
// Whoever meets a claim of ours that is not decided waits for us. So a call that waits for another
// gateway's claim holds none of its own: two that wait for each other would wait for ever.
#pragma once

#include "queue/core/claim_job.hpp"
#include "queue/core/time.hpp"
#include "queue/dispatch/port.hpp"

#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sluice::queue {

struct claim_options {
    std::chrono::milliseconds lifetime = usual_key_lifetime; // of keys that name none of their own
    // Between two jobs: under load many calls go into one. A call that finds nothing under way goes
    // at once.
    std::chrono::milliseconds gather{10};
    // After which it is said without a call to say it with that claims are decided; others wait.
    std::chrono::milliseconds tell_decided{50};
    std::chrono::milliseconds ask_again{100}; // about another gateway's claim
    std::chrono::milliseconds patience{2000}; // with a gateway that lives and does not decide
    // So old may a job become before calls with keys are refused at once.
    std::chrono::milliseconds stall_after{1000};
    std::size_t most_keys = 1000; // of one job
    std::uint64_t most_bytes = 1 << 20;
};

// For metrics.
struct claim_counts {
    std::uint64_t won = 0;        // keys
    std::uint64_t met = 0;        // calls with a key that another gateway has claimed
    std::uint64_t given_back = 0; // keys whose call came to nothing
    std::uint64_t jobs = 0;
};

class claim_line {
  public:
    explicit claim_line(claim_options const& options)
        : options_(options) {}

    struct call {
        port* from = nullptr;
        submission what;
        mono_time since{};
    };
    // No error: the keys are claimed under `turn`, and the tasks may be written. Errors:
    // duplicate_key with `first_answer`, key_conflict, key_in_progress, content_in_progress,
    // key_orphaned, store_away.
    struct verdict {
        call of;
        boost::system::error_code ec;
        claim_turn turn = 0;
        std::string first_answer;
    };

    // A call that has keys.
    void ask(call&& one);
    // What is to be carried out next; nothing while a job is under way.
    std::optional<claim_job> next_job(mono_time now);
    std::vector<verdict> finish(claim_job const& job, claim_result&& result, mono_time now);

    // The record is safe.
    void count(claim_turn turn);
    // There is no record, and never will be.
    void give_back(claim_turn turn);

    // Takes out the calls that have waited since `before` or longer. What is claimed for them is
    // given back.
    std::vector<call> give_up(mono_time before);

    std::optional<mono_time> next_wakeup() const;
    // How long the job that is under way has been so; zero: none is.
    std::chrono::milliseconds age(mono_time now) const;
    bool is_stalled(mono_time now) const;
    // Nobody waits, and all that is decided was said; or nothing can be said any more.
    bool is_idle() const;
    bool has_failed() const { return has_failed_; }
    claim_counts const& counts() const { return counts_; }

  private:
    struct waiting {
        call one;
        std::vector<claim_job::want> keys;
        mono_time next{}; // not before
        bool is_given_up = false;
    };

    claim_turn decided() const;
    bool fits(waiting const& one, claim_job const& job, std::uint64_t bytes) const;
    void judge(waiting&& one, std::span<claim_finding> found, mono_time now,
               std::vector<verdict>& into);
    void put_back(claim_turn turn, std::vector<claim_name> const& names);
    mono_time due_at() const;

    claim_options options_;
    std::deque<waiting> waiting_;
    std::vector<waiting> asked_; // in the job under way
    // Claimed, or about to be, and not known to be decided; the names that must be given back.
    std::map<claim_turn, std::vector<claim_name>> open_;
    std::vector<claim_job::back> given_back_; // their turns are open until a job takes them
    claim_turn last_turn_ = 0;
    claim_turn said_ = 0; // in a job that was carried out
    std::uint64_t jobs_ = 0;
    std::optional<mono_time> out_since_;
    mono_time sent_at_ = mono_time::min();
    bool has_failed_ = false;
    claim_counts counts_;
};

} // namespace sluice::queue
