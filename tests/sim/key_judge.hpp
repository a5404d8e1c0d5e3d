// Holds what becomes of calls with a key against the promise: each key is one task, whoever is
// asked, and whoever repeats a call is told of that task. One for a whole simulation; knows the
// database's truth.
#pragma once

#include "queue/core/task.hpp"
#include "queue/dispatch/port.hpp"
#include "tests/sim/simulated_database.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace sluice::tests {

// What a call with the key number `key` brings. `body`: which of the key's requests it is.
void give_key(queue::new_task& to, unsigned key, unsigned body);

class key_judge final {
  public:
    explicit key_judge(simulated_database const& db)
        : db_(db) {}

    void submitted(queue::new_task const& task);
    void told(queue::task_id id, queue::submit_result const& result);
    // What was acknowledged is lost, and known to be.
    void excuse_missing() { is_excused_ = true; }
    // Has this call been told something that is final?
    bool is_settled(queue::task_id id) const { return settled_.contains(id); }
    // Empty: none yet.
    std::string last_answer(queue::task_id id) const;

    void check_all();
    std::vector<std::string> const& violations() const { return violations_; }
    std::uint64_t repeats() const { return repeats_; } // answered with the first call's answer

  private:
    void check(queue::claim_name const& key);
    void violate(std::string what) { violations_.push_back(std::move(what)); }

    struct call {
        queue::claim_name key;
        std::array<std::uint8_t, 16> body{};
    };

    simulated_database const& db_;
    std::map<queue::task_id, call> calls_;
    std::map<queue::claim_name, std::set<queue::task_id>> by_key_;
    std::set<queue::task_id> settled_;
    std::map<queue::task_id, std::string> last_;
    std::vector<std::string> violations_;
    std::uint64_t repeats_ = 0;
    bool is_excused_ = false;
};

} // namespace sluice::tests
