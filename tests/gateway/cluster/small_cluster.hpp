// Gateways of one cluster inside of the test's process, without PostgreSQL: each has its queue,
// its public, admin and internal listener on loopback, and a view of the cluster that the test
// gives. Nothing is ever delivered. One thread runs them all; the test speaks HTTP to them.
#pragma once

#include "gateway/admin/door.hpp"
#include "gateway/cluster/node.hpp"
#include "gateway/endpoints/front_door.hpp"
#include "gateway/intake/durability_label.hpp"
#include "gateway/intake/key_claims.hpp"
#include "gateway/intake/wait_list.hpp"
#include "gateway/telemetry/io_metrics.hpp"
#include "queue/dispatch/dispatcher.hpp"
#include "queue/journal/file_worker.hpp"
#include "tests/gateway/tables/backend_fixture.hpp"
#include "tests/sim/simulated_clock.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/temporary_directory.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace sluice::tests {

class small_cluster;

class small_gateway {
  public:
    small_gateway(small_cluster& owner, std::string name, std::uint32_t log,
                  std::string_view secret);
    ~small_gateway();

    std::string const& name() const { return name_; }
    std::uint32_t log() const { return log_; }
    std::string internal_address() const { return node_->address(); }
    http_client callers(std::chrono::milliseconds patience = std::chrono::seconds(30)) const {
        return http_client(public_->endpoint().port(), patience);
    }
    http_client operators() const { return http_client(admin_listener_->endpoint().port()); }

  private:
    friend class small_cluster;
    void open();
    void open_doors();

    small_cluster& owner_;
    std::string name_;
    std::uint32_t log_;
    temporary_directory directory_;
    gateway::tables::test::backend_fixture tables_;
    simulated_clock clock_;
    gateway::telemetry::io_metrics metrics_;
    gateway::telemetry::core_metrics core_metrics_;
    gateway::telemetry::label_table labels_;
    gateway::plan::call_rates rates_;
    gateway::call::guess_guard guesses_;
    std::ostringstream said_;
    std::optional<gateway::telemetry::log> lines_;
    queue::names names_;
    std::optional<gateway::admin::event_feed> feed_;
    gateway::intake::durability_label durability_{"fsync"};
    gateway::intake::key_registry keys_;
    gateway::intake::key_claims claims_{keys_};
    std::unique_ptr<queue::storage> disk_;
    std::optional<queue::file_worker> files_;
    std::unique_ptr<queue::dispatcher> core_;
    std::shared_ptr<gateway::plan::resolved_configuration const> current_;
    std::unique_ptr<gateway::cluster::node> node_;
    std::unique_ptr<gateway::cluster::asker> asker_;
    std::optional<gateway::intake::wait_list> waits_;
    std::optional<gateway::endpoints::front_door> front_;
    std::optional<gateway::admin::door> admin_;
    std::optional<gateway::endpoints::known_tasks> tasks_;
    std::unique_ptr<gateway::server::listener> public_, admin_listener_;
};

class small_cluster {
  public:
    // Gateways gw-1, gw-2, … of logs 1, 2, …, which all see each other.
    explicit small_cluster(std::size_t count);
    // The same, each with this secret of its own.
    explicit small_cluster(std::vector<std::string> const& secrets);
    ~small_cluster();

    small_gateway& operator[](std::size_t place) { return *gateways_[place]; }
    std::size_t size() const { return gateways_.size(); }

    // What all of them see from now on. `change` is given what the test last said.
    void see(std::function<void(queue::postgres::members_view&)> const& change);

    // The table of lanes that they share. Away: no operator's change can be written.
    void take_store_away();
    std::size_t rows() const;

    static constexpr char secret[] =
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    static http_headers bearer();   // of account 163
    static http_headers stranger(); // of account 164
    static http_headers admin();

  private:
    friend class small_gateway;
    queue::postgres::shared_members view_of(std::string const& name) const;
    boost::system::result<queue::lane_stand> switch_lane(queue::lane_wish const& wish);

    boost::asio::io_context io_{1};
    std::shared_ptr<gateway::config::configuration const> settings_;
    gateway::client::resolver names_;
    std::mutex mutable mutex_;
    queue::postgres::members_view seen_;
    std::map<std::string, queue::lane_stand> table_;
    bool is_store_away_ = false;
    std::vector<std::unique_ptr<small_gateway>> gateways_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    std::thread thread_;
};

} // namespace sluice::tests
