// The real dispatcher, engine and journal on a simulated disk, clock and destination, all on one
// thread. Dies and comes back as often as the simulation wants.
#pragma once

#include "queue/dispatch/dispatcher.hpp"
#include "queue/journal/file_worker.hpp"
#include "tests/sim/simulated_clock.hpp"
#include "tests/sim/simulated_destination.hpp"
#include "tests/support/simulated_storage.hpp"

#include <boost/asio/io_context.hpp>

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sluice::tests {

// Disk jobs wait here until the simulation lets them run.
class held_jobs final : public queue::job_runner {
  public:
    held_jobs(queue::job_worker& worker, queue::dispatcher::completion done)
        : worker_(worker)
        , done_(std::move(done)) {}

    void submit(queue::disk_job&& job) override { waiting_.push_back(std::move(job)); }
    bool is_idle() const { return waiting_.empty(); }
    void run_one();

  private:
    queue::job_worker& worker_;
    queue::dispatcher::completion done_;
    std::deque<queue::disk_job> waiting_;
};

// Remembers which tasks came to an end. One for a whole simulation.
class finish_observer final : public queue::observer {
  public:
    void on_task_finished(task_finished const& event) override {
        finished_.insert(event.id);
        if (!in_this_life_.insert(event.id).second) twice_ = event.id;
    }
    bool has_seen(queue::task_id id) const { return finished_.contains(id); }
    // After a crash a task whose end was not on the disk ends once more.
    void begin_life() { in_this_life_.clear(); }
    std::optional<queue::task_id> ended_twice() const { return twice_; }

  private:
    std::set<queue::task_id> finished_;
    std::set<queue::task_id> in_this_life_;
    std::optional<queue::task_id> twice_;
};

// Reports go to a lane of their own, as small payloads.
class simulated_reporter final : public queue::outcome_reporter {
  public:
    void use(queue::lane_id lane) { lane_ = lane; }

    std::optional<queue::new_task> make_report(queue::task_details const& ended,
                                               queue::account_id account, std::string_view callback,
                                               queue::task_id id) const override;

  private:
    queue::lane_id lane_{};
};
struct simulation_options {
    std::vector<queue::lane_options> lanes;
    std::vector<std::uint32_t> weights{1, 2}; // of the accounts
    std::chrono::milliseconds resident_horizon{3600 * 1000};
    std::uint64_t journal_limit = 1 << 20;
};
// Lanes of every kind.
std::vector<queue::lane_options> assorted_lanes();

class simulated_gateway final {
  public:
    simulated_gateway(simulated_storage& disk, simulated_clock& clock,
                      simulated_destination& destination, finish_observer& ends,
                      std::mt19937_64& random, simulation_options const& options);
    ~simulated_gateway();

    // Reads the disk back and begins; empty, or why it could not.
    std::string start();

    // What a task looks like where a restart must show the same.
    using picture = std::map<queue::task_id, std::string>;
    picture live_tasks(bool with_attempts) const;

    // One live task, its state and what holds it; for messages.
    std::string why_one_waits() const;

    void submit(queue::new_task&& task);
    // Tasks whose 202 was given since this was asked last.
    std::vector<queue::task_id> take_accepted() { return std::exchange(accepted_, {}); }

    // Runs everything that can run without the disk and without time.
    void settle();
    void run_commits();
    void run_background();
    bool has_jobs() const { return !commits_->is_idle() || !background_->is_idle(); }

    queue::dispatcher& core() { return *core_; }
    queue::lane_id lane(std::size_t i) const { return lanes_[i]; }
    queue::account_id account(std::size_t i) const { return accounts_[i]; }
    std::size_t lane_count() const { return options_.lanes.size(); }
    std::size_t account_count() const { return options_.weights.size(); }
    bool has_failed() const { return has_failed_; }

  private:
    // One call's caller. Answers do not come in the order of the calls.
    struct caller final : queue::submit_handler {
        caller(simulated_gateway& owner_, queue::task_id id_)
            : owner(owner_)
            , id(id_) {}
        void on_submitted(queue::submit_result&& result) override {
            if (!result.ec) owner.accepted_.push_back(id);
        }

        simulated_gateway& owner;
        queue::task_id id;
    };

    queue::dispatcher_options queue_options();
    // Whether the disk had the outcome of this attempt.
    bool has_read_back(queue::task_id id, std::uint32_t attempt, bool is_torn) const;

    queue::file_worker worker_; // of this life: the files that a crash closed are opened again
    simulated_clock& clock_;
    simulated_destination& destination_;
    finish_observer& ends_;
    std::mt19937_64& random_;
    simulation_options options_;
    boost::asio::io_context io_{1};
    queue::names names_;
    simulated_reporter reports_;
    std::vector<queue::lane_id> lanes_;
    std::vector<queue::account_id> accounts_;
    std::unique_ptr<queue::dispatcher> core_;
    queue::port* port_ = nullptr;
    held_jobs* commits_ = nullptr;
    held_jobs* background_ = nullptr;
    std::deque<caller> callers_;
    std::vector<queue::task_id> accepted_;
    bool has_failed_ = false;
};

} // namespace sluice::tests
