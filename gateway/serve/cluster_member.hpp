// This gateway as a member of a cluster: its place among the others, its log in PostgreSQL, the
// logs of the dead that it takes over. The app makes one where [store] says so, and nothing of it
// where it does not. Lives on the main thread; the threads inside end with it.
//
// Life: `join` (blocking), the queue recovers from `worker` (`settle_keys`), `lanes().open`,
// `key_claims`, `begin_order`, `start`, later `stop`.
#pragma once

#include "gateway/config/configuration.hpp"
#include "gateway/intake/durability_label.hpp"
#include "gateway/serve/cluster_lanes.hpp"
#include "gateway/telemetry/log.hpp"
#include "queue/dispatch/dispatcher.hpp"
#include "queue/postgres/adoption.hpp"
#include "queue/postgres/claim_worker.hpp"
#include "queue/postgres/log_worker.hpp"
#include "queue/postgres/membership.hpp"
#include "queue/postgres/order_homes.hpp"
#include "queue/postgres/pace_member.hpp"

#include <boost/asio/io_context.hpp>

#include <atomic>
#include <functional>
#include <memory>

namespace sluice::gateway::serve {

class cluster_member final : public queue::sending_right {
  public:
    cluster_member(config::configuration const& settings, intake::durability_label& durability,
                   telemetry::log& lines, std::string version);
    ~cluster_member();

    // exit_ok, or what the program ends with; said in the log.
    // `address`: where this gateway's internal listener is. `waits_for`: told what it waits for.
    int join(std::string const& address, std::function<void(std::string)> waits_for);

    queue::job_worker& worker() { return *worker_; }
    // When the own log was read, before any key is let go and anything is taken: decides which
    // claims of a former self count. Why it could not is said in the log.
    boost::system::error_code settle_keys(queue::engine const& from);
    // What claims keys in all gateways' common tables.
    queue::dispatcher::claim_runner_factory key_claims();
    // As long as a key may be remembered by this configuration.
    void remember_keys(config::configuration const& settings);
    std::uint32_t log() const { return joined_.log; }
    // Any thread: the lease lasts, and what is known of pauses is what all know.
    bool holds() const override { return membership_->holds() && lanes_->is_current(); }
    cluster_lanes& lanes() { return *lanes_; }
    queue::postgres::shared_members members() const { return membership_->view(); }
    queue::postgres::log_status status() const { return worker_->status(); }
    queue::postgres::claim_status claim_status() const { return claims_->status(); }
    queue::postgres::membership const& lease() const { return *membership_; }
    queue::postgres::pace_status pace() const;
    std::string json() const; // GET /v1/cluster
    // "gw-1, log 2, epoch 3, 3 members alive, lease 12 s"
    std::string summary() const;
    // Why calls are not taken or nothing is sent; empty: all is well. `stalled_for`: how long the
    // commit that is under way has been so.
    std::string trouble(std::chrono::milliseconds stalled_for) const;

    // The homes of order keys, before any call comes in: `core` has recovered.
    void begin_order(queue::dispatcher& core, boost::asio::io_context& core_io);
    queue::postgres::order_homes& homes() { return *homes_; } // any thread, after begin_order
    std::size_t owned_slots() const { return homes_ ? homes_->owned() : 0; }

    struct owner {
        queue::dispatcher& core;
        boost::asio::io_context& core_io;  // where `core` runs
        std::function<void()> cut;         // any thread: the lease has ended
        std::function<void(int code)> end; // any thread: the program must end
    };
    void start(owner const& by);

    // Nothing waits for PostgreSQL any more, nothing is taken over, and `owner` is told nothing.
    // While `core` still runs. `says_good_bye`: the journal was closed, and the others need not
    // wait for the lease to end.
    void stop(bool says_good_bye);

  private:
    template <class Answer, class Ask>
    Answer ask_core(Ask ask);
    void start_pace();
    queue::postgres::adoption::given give(queue::foreign_slice&& slice);

    config::configuration const& settings_;
    intake::durability_label& durability_;
    telemetry::log& log_;
    std::string version_;
    queue::postgres::joined joined_;
    std::unique_ptr<queue::postgres::log_worker> worker_;
    std::unique_ptr<queue::postgres::claim_worker> claims_;
    std::optional<owner> by_;
    std::unique_ptr<cluster_lanes> lanes_;
    std::atomic<bool> is_stopping_ = false;
    std::unique_ptr<queue::postgres::order_homes> homes_;
    std::unique_ptr<queue::postgres::adoption> adoption_;
    std::unique_ptr<queue::postgres::pace_member> pace_;
    std::unique_ptr<queue::postgres::membership> membership_; // last: its thread uses the others
};

} // namespace sluice::gateway::serve
