// One process of a cluster: the real dispatcher, engine and journal over the simulated database,
// its membership, its adoptions, its own clocks. It is stepped: each of its threads does a little.
// Frozen it is not stepped, while its clocks go on.
#pragma once

#include "tests/sim/simulated_adoption.hpp"
#include "tests/sim/simulated_claims.hpp"
#include "tests/sim/simulated_destination.hpp"
#include "tests/sim/simulated_gateway.hpp"
#include "tests/sim/simulated_homes.hpp"
#include "tests/sim/simulated_lanes.hpp"
#include "tests/sim/simulated_membership.hpp"
#include "tests/sim/simulated_pace.hpp"

#include <boost/asio/io_context.hpp>

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace sluice::tests {

class simulated_member final : private queue::sending_right,
                               private queue::transport,
                               private queue::observer {
  public:
    enum class life { joining, running, draining, over };

    // `between`: what happens while it reads a dead log.
    simulated_member(cluster_world& world, std::string name, int process,
                     simulated_adoption::interlude between);
    ~simulated_member();

    // So much true time passes.
    void advance(std::chrono::milliseconds by);
    void step();

    void freeze(true_time until, bool is_suspended);
    void cut(true_time until);
    void drain();
    // Wakes, can reach the server again, and meets no more faults.
    void heal();

    // `named`: of a call that another forwarded. Whoever does not listen is not told the answer.
    void submit(queue::new_task&& task, std::shared_ptr<std::vector<queue::held_slot> const> named,
                bool is_listening);
    // Null before the queue runs.
    simulated_homes const* homes() const { return homes_.get(); }
    void cancel(queue::task_id id);
    void change_lane(std::size_t i, bool is_pause);
    void resume_lanes();

    std::string const& name() const { return name_; }
    int process() const { return process_; }
    life state() const { return life_; }
    bool is_frozen() const { return is_frozen_; }
    bool is_cut() const { return is_cut_; }
    bool takes_calls() const { return life_ == life::running && !is_frozen_; }
    log_owner own() const { return membership_.own(); }
    bool is_joined() const { return membership_.is_joined(); }
    // Nothing has kept it from renewing since then.
    true_time well_since() const { return well_since_; }
    queue::wall_time wall() const { return clock_.now().wall; }
    // Attempts of a lane, by its name, that are under way and are this life's of its log.
    std::uint32_t in_flight(std::string const& lane) const;
    std::size_t lane_count() const { return lanes_.size(); }
    queue::lane_id lane(std::size_t i) const { return lanes_[i]; }
    queue::account_id account(std::size_t i) const { return accounts_[i]; }
    std::vector<std::string> const& violations() const { return destination_.violations(); }
    bool is_idle() const;
    std::string why_one_waits() const;
    // A lane that stands here as it does not in the table; empty: none.
    std::string stray_lane() const;

  private:
    struct caller final : queue::submit_handler {
        caller(simulated_member& owner_, queue::task_id id_, bool is_listening_)
            : owner(owner_)
            , id(id_)
            , is_listening(is_listening_) {}
        void on_submitted(queue::submit_result&& result) override {
            if (is_listening || result.ec) owner.answer(id, result);
        }

        simulated_member& owner;
        queue::task_id id;
        bool is_listening;
    };
    // Jobs wait here until they are decided.
    class patient_jobs final : public queue::job_runner {
      public:
        patient_jobs(simulated_log_worker& worker, queue::dispatcher::completion done)
            : worker_(worker)
            , done_(std::move(done)) {}
        void submit(queue::disk_job&& job) override { waiting_.push_back(std::move(job)); }
        bool is_idle() const { return waiting_.empty(); }
        bool run_one();

      private:
        simulated_log_worker& worker_;
        queue::dispatcher::completion done_;
        std::deque<queue::disk_job> waiting_;
    };

    bool holds() const override { return membership_.holds(boot_) && pauses_.is_current(boot_); }
    void send(queue::attempt&& a, queue::outcome_sink& sink) override;
    void stop() override {}
    void on_task_finished(task_finished const& event) override;
    void on_storage_failed(std::string_view operation, boost::system::error_code) override;

    void on_lane_changed(queue::lane_id lane, std::string_view what, std::string_view) override;

    cluster_judge::actor actor() const { return {name_, own(), holds()}; }
    void answer(queue::task_id id, queue::submit_result const& result);
    bool settle_keys(queue::engine const& read);
    void start_queue();
    void configure();
    void run_queue();
    void settle();
    void run_jobs();
    void go_on_ending();
    void failed(boost::system::error_code ec);

    cluster_world& world_;
    std::string name_;
    int process_;
    life life_ = life::joining;
    double pace_; // of its clocks
    double rest_ = 0;
    simulated_clock clock_;
    queue::postgres::boot_time boot_;
    bool is_cut_ = false;
    bool is_frozen_ = false;
    bool is_suspended_ = false;
    std::chrono::milliseconds slept_{0};
    true_time wakes_at_{};
    true_time mended_at_{};
    true_time well_since_;
    simulated_membership membership_;
    simulated_lanes pauses_;
    simulated_destination destination_;
    simulated_adoption::interlude between_;
    queue::names names_;
    simulated_reporter reports_;
    boost::asio::io_context io_{1};
    std::vector<queue::lane_id> lanes_; // the reports' comes last
    std::vector<queue::account_id> accounts_;
    std::deque<caller> callers_;
    std::unique_ptr<simulated_log_worker> worker_;
    std::unique_ptr<queue::dispatcher> core_;
    queue::port* port_ = nullptr;
    patient_jobs* commits_ = nullptr;
    patient_jobs* background_ = nullptr;
    simulated_claims* claims_ = nullptr;
    std::unique_ptr<simulated_adoption> adoption_;
    std::unique_ptr<simulated_pace> pace_of_all_;
    std::unique_ptr<simulated_homes> homes_;
    std::string failed_at_ = "the start";
    bool is_drained_ = false;
    true_time ends_at_{};
};

} // namespace sluice::tests
