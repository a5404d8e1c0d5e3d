// One I/O thread: its io_context, its share of the listeners, its front door and its deliveries.
// Made and prepared on the main thread; from `start` on everything inside belongs to the thread,
// and other threads reach it by `post` only.
#pragma once

#include "gateway/cluster/node.hpp"
#include "gateway/delivery/http_transport.hpp"
#include "gateway/endpoints/front_door.hpp"
#include "gateway/intake/durability_label.hpp"
#include "gateway/intake/key_claims.hpp"
#include "gateway/intake/wait_list.hpp"
#include "gateway/plan/resolved_configuration.hpp"
#include "gateway/serve/io_inbox.hpp"
#include "gateway/server/listener.hpp"
#include "gateway/telemetry/io_metrics.hpp"
#include "queue/dispatch/port.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace sluice::gateway::serve {

class io_thread {
  public:
    io_thread();
    // The thread must have ended.
    ~io_thread();
    io_thread(io_thread const&) = delete;
    io_thread& operator=(io_thread const&) = delete;

    boost::asio::io_context& io() { return io_; }
    telemetry::io_metrics const& metrics() const { return metrics_; }

    // --- before start ----------------------------------------------------------------------------
    struct parts {
        queue::port& port;
        client::resolver& names;
        queue::clock const& clock;
        telemetry::label_table& labels;
        tables::backend& data;
        call::guess_guard& guesses;
        intake::key_registry& keys;
        intake::durability_label const& durability;
        std::function<bool()> may_send; // see client_options
        telemetry::log& lines;
        std::uint64_t seed = 0;              // of the task ids; another for each thread
        std::uint32_t log = queue::no_log;   // that stands in them
        cluster::node const* node = nullptr; // of a cluster: how the other gateways are asked
        cluster::home_sources homes = {};    // with it
    };
    void prepare(parts const& with, std::shared_ptr<plan::resolved_configuration const> current,
                 std::shared_ptr<delivery::plan_table const> plans);
    // One listener more. The first thread claims a port for the process, the others join.
    boost::system::error_code listen(boost::asio::ip::tcp::endpoint where,
                                     server::server_options const& options,
                                     server::port_claim claim, server::tls_identity const* tls);
    // Where the listeners are, with the ports that the system chose.
    std::vector<boost::asio::ip::tcp::endpoint> endpoints() const;
    std::vector<server::server_counters const*> listener_counters() const;
    client::client_counters const& client_counters() const;
    void start();

    // --- any thread ------------------------------------------------------------------------------
    // Requests and deliveries from now on go by this configuration.
    void use(std::shared_ptr<plan::resolved_configuration const> current,
             std::shared_ptr<delivery::plan_table const> plans,
             server::server_options const& options);
    // Takes no more calls; `done` is called on this thread when the last one is answered.
    void stop_listening(std::function<void()> done);
    // Ends the deliveries that are under way, for good or for now.
    void stop_deliveries();
    void cut_deliveries();
    // Lets the thread end, and waits for it.
    void join();

  private:
    void poll_listeners(std::function<void()> done);

    boost::asio::io_context io_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    boost::asio::steady_timer poll_;
    telemetry::io_metrics metrics_;
    io_inbox inbox_;
    std::unique_ptr<delivery::http_transport> deliveries_;
    std::unique_ptr<intake::wait_list> waits_;
    std::unique_ptr<intake::key_claims> keys_;
    std::unique_ptr<cluster::asker> asker_;           // null without a cluster
    std::unique_ptr<cluster::home_asker> home_asker_; // with it
    std::unique_ptr<endpoints::front_door> door_;
    std::vector<std::unique_ptr<server::listener>> listeners_;
    std::thread thread_;
};

} // namespace sluice::gateway::serve
