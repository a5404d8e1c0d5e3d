// Holds what a cluster does against its promises: nothing acknowledged is lost, nothing refused
// appears, a task ends once, nothing goes out from whoever does not own it or is written as ended,
// order keys and batches keep together. One for a whole simulation; knows the database's truth.
#pragma once

#include "queue/core/attempt.hpp"
#include "tests/sim/simulated_database.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sluice::tests {

class cluster_judge final {
  public:
    explicit cluster_judge(simulated_database const& db)
        : db_(db) {}

    // Who does something.
    struct actor {
        std::string name;
        log_owner own;
        bool has_lease = false; // by its own clock
    };

    // --- what callers know
    // `line`: who goes in order with it; empty: nobody.
    void submitted(queue::new_task const& task, std::string line);
    void accepted(queue::task_id id);
    void refused(queue::task_id id) { refused_.insert(id); }
    std::set<queue::task_id> const& acknowledged() const { return accepted_; }

    // --- what members do
    void sent(actor const& by, queue::attempt const& a);
    // To this lane. `knows_less`: it believes that the server is away.
    void sent_to(actor const& by, std::string const& lane, true_time now, bool knows_less);
    // An operator was told that the table has this version of the lane.
    void switched(std::string const& lane, std::uint64_t version);
    void ended(actor const& by, queue::task_id id);
    // A standby leads that lacks what was acknowledged: that is lost, and known to be.
    void excuse_missing();

    // How many acknowledged tasks have no end, or no report of it.
    std::size_t open() const;
    // At the end of all.
    void check_all();

    void violate(std::string what) { violations_.push_back(std::move(what)); }
    std::vector<std::string> const& violations() const { return violations_; }
    std::uint64_t sends() const { return sends_; }
    std::uint64_t switches() const { return switches_; }

  private:
    bool has_report(queue::task_id id, database_state::end const& end) const;
    void check_task(actor const& by, queue::attempt const& task);
    void check_order(actor const& by, queue::task_id id);
    void check_company(queue::attempt const& a);

    simulated_database const& db_;
    std::map<queue::task_id, std::string> payloads_;
    std::set<queue::task_id> with_callback_;
    std::map<queue::task_id, std::string> keys_;
    std::map<std::string, std::set<queue::task_id>> in_order_;
    std::uint64_t moments_ = 0; // calls and acknowledgements, one after the other
    std::map<queue::task_id, std::uint64_t> called_at_;
    std::map<queue::task_id, std::uint64_t> accepted_at_;
    std::map<std::uint64_t, std::set<queue::task_id>> companies_;
    std::set<queue::task_id> accepted_;
    std::set<queue::task_id> refused_;
    std::set<queue::task_id> ended_; // some member said so
    std::vector<std::string> violations_;
    std::map<std::string, std::uint64_t> switched_;
    std::uint64_t sends_ = 0;
    std::uint64_t switches_ = 0;
    bool is_excused_ = false;
};

} // namespace sluice::tests
