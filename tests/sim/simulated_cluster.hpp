// Two to five names, the processes that live under them, and a seed that says what befalls them:
// kills, freezes, partitions, clean stops, restarts, a server that is away, crashes and fails over.
#pragma once

#include "tests/sim/simulated_member.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sluice::tests {

class simulated_cluster final {
  public:
    static constexpr std::size_t most_members = 5;
    // `members`: names that processes live under; 0: as the seed says.
    explicit simulated_cluster(std::uint64_t seed, planted_bugs const& bugs = {},
                               std::size_t members = 0);
    ~simulated_cluster();

    // What went wrong, or nothing.
    std::string run();

    // What happened, so that a test can tell that it did.
    struct counts {
        std::uint64_t sends = 0;
        std::uint64_t acknowledged = 0;
        std::uint64_t switches = 0; // pauses and resumes that were answered
        std::uint64_t claims = 0;
        std::uint64_t slices = 0;
        std::uint64_t adopted_logs = 0; // to the end
        std::uint64_t repeats = 0;      // of calls with a key, told of the first
        std::uint64_t settled = 0;      // claims that the dead left open
        std::uint64_t forwards = 0;
        std::uint64_t moves = 0; // of slots
    };
    counts seen() const;

  private:
    static constexpr unsigned most_keys = 10; // few, so that they come again

    void act();
    void befall(unsigned draw);
    void submit_some(simulated_member& to);
    queue::new_task make_task(simulated_member& to, std::string order_key);
    // A call with an order key reaches a member, which forwards it to the key's home.
    void submit_keyed(simulated_member& taker);
    void arrive(std::uint32_t log, queue::held_slot named, std::string const& key, true_time until);
    void start_one();
    void start(std::string const& name);
    void befall_server();
    void fail_over();
    void note_claim(std::uint32_t log);
    bool between_jobs();
    void tick(std::chrono::milliseconds by);
    void bury();
    void check_concurrency();
    std::string trouble() const;
    std::string finish();
    std::string finish_keys();
    simulated_member* any();
    bool is_there(simulated_member const* one) const;
    std::vector<simulated_member*> under(std::string const& name);
    std::chrono::milliseconds some(unsigned most_ms);

    std::uint64_t seed_;
    std::mt19937_64 random_;
    true_time now_{};
    planted_bugs bugs_;
    simulated_database db_;
    cluster_judge judge_;
    key_judge keys_;
    cluster_world world_;
    bool has_asynchronous_standby_;
    true_time server_back_{};
    true_time server_well_since_{};
    std::vector<std::string> names_;
    std::vector<std::unique_ptr<simulated_member>> members_;
    std::map<std::pair<std::uint32_t, unsigned>, queue::task_id_generator> ids_; // log, thread
    int next_process_ = 1;
    simulated_member* stepping_ = nullptr;
    bool is_between_ = false;
    std::set<simulated_member*> doomed_;
    std::uint64_t claims_ = 0;
    std::uint64_t forwards_ = 0; // that reached a home
    std::multimap<true_time, std::function<void()>> network_;
};

} // namespace sluice::tests
