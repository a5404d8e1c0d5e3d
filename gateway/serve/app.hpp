// The gateway as a whole: makes every part, wires them together, and lives on the main thread with
// the signals and the admin listener until it is told to stop.
#pragma once

#include "gateway/admin/door.hpp"
#include "gateway/admin/event_feed.hpp"
#include "gateway/call/guess_guard.hpp"
#include "gateway/client/resolver.hpp"
#include "gateway/cluster/node.hpp"
#include "gateway/config/configuration.hpp"
#include "gateway/delivery/callback_reporter.hpp"
#include "gateway/delivery/destination_plan.hpp"
#include "gateway/endpoints/home_calls.hpp"
#include "gateway/endpoints/known_tasks.hpp"
#include "gateway/intake/key_claims.hpp"
#include "gateway/intake/wait_list.hpp"
#include "gateway/outbound/start_time.hpp"
#include "gateway/plan/resolved_configuration.hpp"
#include "gateway/serve/break_timer.hpp"
#include "gateway/serve/cluster_member.hpp"
#include "gateway/serve/io_inbox.hpp"
#include "gateway/serve/io_thread.hpp"
#include "gateway/serve/start_watch.hpp"
#include "gateway/serve/starting_door.hpp"
#include "gateway/server/address_limit.hpp"
#include "gateway/server/listener.hpp"
#include "gateway/server/tls.hpp"
#include "gateway/tables/tables.hpp"
#include "gateway/telemetry/core_metrics.hpp"
#include "gateway/telemetry/exit_code.hpp"
#include "gateway/telemetry/figures.hpp"
#include "gateway/telemetry/label_table.hpp"
#include "gateway/telemetry/log.hpp"
#include "gateway/telemetry/render.hpp"
#include "queue/dispatch/clock.hpp"
#include "queue/dispatch/dispatcher.hpp"
#include "queue/journal/file_worker.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace sluice::gateway::serve {

// Reads the configuration anew, for SIGHUP; nothing, with the problems logged, when it is bad.
using configuration_reader = std::function<std::shared_ptr<config::configuration const>()>;

class app {
  public:
    // `watch` has the signals until the start is over.
    app(std::shared_ptr<config::configuration const> settings, configuration_reader read_again,
        telemetry::build_info build, telemetry::log& lines, start_watch& watch);
    ~app();

    // Serves until a signal ends it; returns the exit code.
    int run();

  private:
    static std::uint64_t random_seed();
    int open_queue();
    int open_starting_door();
    // Told by the admin listener until the start is over.
    void start_waits_for(std::string what);
    int open_journal();
    queue::job_worker& worker();
    std::uint32_t own_log() const; // no_log beside PostgreSQL
    int open_node();
    void claim_keys();
    void start_cluster();
    void open_home();
    cluster::home_sources home_sources();
    boost::asio::io_context& core_io();
    void stop_cluster();
    void switch_lane(queue::lane_wish wish, admin::context::switched tell);
    int open_tables();
    int open_threads();
    int open_admin();
    void start_threads();
    void await_signals();
    void on_signal(int number);
    void reload();
    void apply(std::shared_ptr<plan::resolved_configuration const> next);
    void apply_lanes(plan::resolved_configuration const& from, queue::dispatcher& to);
    // A line for each destination that tasks wait for and the configuration does not have.
    void warn_of_unknown(queue::dispatcher& core);
    void apply_tables(config::configuration const& settings);
    void close_tables();
    void begin_drain();
    void drain_queue();
    void finish(int code);
    void tick();
    void join_threads();

    queue::dispatcher_options queue_options() const;
    server::server_options listener_options(config::limits const& limit) const;
    void render_metrics(std::function<void(std::string)> tell);
    void take_figures();
    void ask_health(std::function<void(telemetry::health_inputs const&)> tell);

    std::shared_ptr<config::configuration const> settings_;
    configuration_reader read_again_;
    telemetry::build_info const build_;
    telemetry::log& log_;
    start_watch& watch_;

    boost::asio::io_context main_{1};
    boost::asio::signal_set signals_{main_};
    boost::asio::steady_timer ticks_{main_};
    boost::asio::steady_timer drain_deadline_{main_};

    queue::system_clock clock_;
    queue::names names_;
    telemetry::label_table labels_;
    plan::call_rates call_rates_;
    telemetry::core_metrics core_metrics_;
    admin::event_feed observer_;
    telemetry::figures figures_;
    std::int64_t figures_step_ = 0; // by the wall clock: a late tick leaves no step out
    outbound::start_time_policy start_times_;
    delivery::callback_reporter reports_{names_};
    server::tls_identity tls_;
    // Counts always, so that a limit that comes with a reload knows who is there.
    std::shared_ptr<server::address_limit> const per_address_ =
        std::make_shared<server::address_limit>();
    std::unique_ptr<queue::storage> storage_;
    intake::durability_label durability_;
    std::unique_ptr<queue::file_worker> files_; // of the journal's jobs
    std::unique_ptr<cluster_member> cluster_;   // or this
    std::unique_ptr<cluster::node> node_;       // with it
    io_inbox inbox_{main_};                     // for admin calls that write to the tables
    std::unique_ptr<tables::backend> tables_;
    call::guess_guard guesses_;
    intake::key_registry keys_;
    std::unique_ptr<break_timer> break_timer_;

    std::vector<std::unique_ptr<io_thread>> threads_;
    std::unique_ptr<client::resolver> resolver_;        // ends before the threads it answers to
    std::unique_ptr<boost::asio::io_context> own_core_; // above two threads
    std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>>
        core_work_;
    std::thread core_thread_;
    telemetry::reload_gauges reload_;
    std::unique_ptr<queue::dispatcher> dispatcher_;
    queue::port* admin_port_ = nullptr;
    std::shared_ptr<plan::resolved_configuration const> current_;
    std::shared_ptr<delivery::plan_table const> plans_; // of that

    std::unique_ptr<cluster::asker> asker_; // of the main thread
    // Takes what others forward here for its order keys, on the main thread as well.
    telemetry::io_metrics home_metrics_;
    std::unique_ptr<cluster::home_asker> home_asker_;
    std::unique_ptr<intake::wait_list> home_waits_;
    std::unique_ptr<intake::key_claims> home_keys_;
    std::unique_ptr<endpoints::home_calls> home_;
    std::unique_ptr<endpoints::known_tasks> known_tasks_; // as the others ask for them
    std::unique_ptr<admin::door> admin_;
    std::unique_ptr<starting_door> starting_; // in its place while the gateway starts
    std::unique_ptr<server::listener> admin_listener_;
    std::size_t still_listening_ = 0; // threads whose listeners have not ended
    bool is_draining_ = false;
    bool is_closed_ = false; // the journal was, with all that was in it
    int exit_code_ = exit_ok;
};

} // namespace sluice::gateway::serve
