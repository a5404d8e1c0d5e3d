#include "gateway/serve/app.hpp"

#include "gateway/client/tls_context.hpp"
#include "gateway/config/network_asio.hpp"
#include "gateway/delivery/destination_plan.hpp"
#include "gateway/http/descriptors.hpp"
#include "gateway/serve/data_directory.hpp"
#include "gateway/serve/process_limits.hpp"
#include "gateway/serve/store_exit.hpp"
#include "gateway/server/problem.hpp"
#include "queue/journal/file_worker.hpp"
#include "queue/journal/journal_error.hpp"
#include "queue/journal/posix_storage.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <sys/random.h>

namespace sluice::gateway::serve {

namespace {

// Up to here the core shares the first I/O thread (docs/architecture.md, "Threads").
constexpr unsigned threads_with_shared_core = 2;

boost::asio::ip::tcp::endpoint to_asio(config::listen_address const& where) {
    return {config::to_asio(where.address), where.port};
}

queue::durability durability_of(config::durability const& from) {
    queue::durability to;
    switch (from.mode) {
    case config::durability_mode::fsync:
        to.mode = queue::durability::kind::fsync;
        break;
    case config::durability_mode::interval:
        to.mode = queue::durability::kind::interval;
        break;
    case config::durability_mode::memory:
        to.mode = queue::durability::kind::memory;
        break;
    }
    to.interval = from.interval;
    return to;
}

// PostgreSQL syncs each batch by itself and answers later than a disk; smaller batches and segments
// are what it carries best (docs/adr/0011).
void set_for_cluster(queue::dispatcher_options& options, config::configuration const& settings) {
    options.journal.safe = {};
    options.journal.segment_bytes = options.journal.first_segment_bytes = 16ull << 20;
    options.journal.batch_bytes = 256ull << 10;
    options.journal.unwritten_records = settings.limit.unwritten_ends;
    options.journal.stall_after = std::chrono::seconds(1);
    options.answer_within = settings.limit.request_timeout;
    options.engine.shares_limits = true;
}

} // namespace

std::uint64_t app::random_seed() {
    std::uint64_t seed = 0;
    if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed)) {
        throw std::runtime_error("the system has no randomness");
    }
    return seed;
}

app::app(std::shared_ptr<config::configuration const> settings, configuration_reader read_again,
         telemetry::build_info build, telemetry::log& lines, start_watch& watch)
    : settings_(std::move(settings))
    , read_again_(std::move(read_again))
    , build_(build)
    , log_(lines)
    , watch_(watch)
    , observer_(core_metrics_, lines, clock_, names_)
    , durability_(settings_->is_clustered() ? "postgres" : settings_->durable.to_string()) {}

app::~app() = default;

int app::run() {
    settle_process(settings_->limit, log_);
    // Before the journal is read, which may take a while: a taken port is found at once.
    for (auto const& where : settings_->listen) {
        if (auto const ec = server::probe_port(to_asio(where))) {
            log_.error("cannot listen", {{"address", where.to_string()}, {"error", ec.message()}});
            return exit_cannot_bind;
        }
    }
    for (auto const step : {&app::open_starting_door, &app::open_queue, &app::open_tables,
                            &app::open_threads, &app::open_admin}) {
        if (int const code = (this->*step)(); code != exit_ok) return code;
    }
    await_signals();
    start_threads();
    tick();
    main_.run();
    stop_cluster();
    join_threads();
    close_tables();
    return exit_code_;
}

queue::dispatcher_options app::queue_options() const {
    auto const& limit = settings_->limit;
    queue::dispatcher_options options;
    options.engine.max_tasks = limit.queue_tasks;
    options.engine.max_payload_bytes = limit.queue_bytes;
    options.engine.max_delay = limit.max_delay;
    options.engine.idempotency_keys = limit.idempotency_keys;
    options.engine.seed = random_seed();
    options.journal.safe = durability_of(settings_->durable);
    static_assert(config::least_journal_bytes >= queue::least_journal_bytes);
    options.journal.limit = limit.journal_bytes;
    if (settings_->is_clustered()) set_for_cluster(options, *settings_);
    options.journal.retention_time = settings_->keep.time;
    options.journal.retention_count = settings_->keep.count;
    options.dead = {settings_->keep.dead_time, settings_->keep.dead_count};
    options.journal.seed = random_seed();
    return options;
}

int app::open_journal() {
    if (settings_->is_clustered()) {
        cluster_ = std::make_unique<cluster_member>(*settings_, durability_, log_,
                                                    std::string(build_.version));
        if (int const code = open_node(); code != exit_ok) return code;
        auto const waits_for = [this](std::string what) { start_waits_for(std::move(what)); };
        if (int const code = cluster_->join(node_->address(), waits_for); code != exit_ok)
            return code;
        node_->know({[this] { return cluster_->members(); }, cluster_->log(), clock_.now().wall});
        return exit_ok;
    }
    if (auto const foreign = find_foreign_file(settings_->data)) {
        log_.error("the data directory is somebody else's: there are files in it, and none of "
                   "Sluice's; name an empty one",
                   {{"data", settings_->data}, {"file", *foreign}});
        return exit_configuration;
    }
    auto disk = queue::open_directory(settings_->data, true);
    if (!disk) {
        log_.error("cannot open the data directory",
                   {{"data", settings_->data}, {"error", disk.error().message()}});
        return exit_cannot_write;
    }
    storage_ = std::move(*disk);
    files_ = std::make_unique<queue::file_worker>(*storage_);
    return exit_ok;
}

queue::job_worker& app::worker() {
    if (cluster_) return cluster_->worker();
    return *files_;
}

int app::open_queue() {
    if (int const code = open_journal(); code != exit_ok) return code;
    auto const threads = settings_->thread_count();
    for (unsigned i = 0; i < threads; ++i)
        threads_.push_back(std::make_unique<io_thread>());
    if (threads > threads_with_shared_core) {
        own_core_ = std::make_unique<boost::asio::io_context>(1);
        core_work_.emplace(own_core_->get_executor());
    }
    auto& core = own_core_ ? *own_core_ : threads_.front()->io();
    dispatcher_ =
        std::make_unique<queue::dispatcher>(core, queue_options(), names_, clock_, observer_);
    current_ = std::make_shared<plan::resolved_configuration const>(settings_, names_, labels_,
                                                                    call_rates_);
    apply_lanes(*current_, *dispatcher_);
    reports_.use(current_);
    dispatcher_->set_reporter(&reports_);
    queue::replay_report report;
    queue::dispatcher::read_handler settle;
    if (cluster_) settle = [this](auto const& read) { return cluster_->settle_keys(read); };
    start_waits_for("the journal is being read");
    auto const recovered = dispatcher_->recover(worker(), report, settle);
    std::string_view const place = cluster_ ? std::string_view("PostgreSQL") : settings_->data;
    for (auto const& each : report.damages) {
        log_.error("the journal is damaged",
                   {{"file", each.file}, {"offset", each.offset}, {"what", each.what}});
    }
    if (!recovered) {
        if (recovered.error() == queue::journal_errc::in_use && !cluster_) {
            auto const holder = find_lock_holder(settings_->data);
            log_.error(holder ? fmt::format("the data directory is in use by pid {}", *holder)
                              : std::string("the data directory is in use by another process"),
                       {{"data", place}});
            return exit_code_of_journal(recovered.error());
        }
        log_.error("cannot read the journal back",
                   {{"data", place}, {"error", recovered.error().message()}});
        return exit_code_of_journal(recovered.error());
    }
    log_.info("journal read back", {{"data", place}, {"report", report.text()}});
    warn_of_unknown(*dispatcher_);
    reload_.taken_at = clock_.now().wall;
    if (!cluster_) return exit_ok;
    if (int const code = cluster_->lanes().open(*dispatcher_); code != exit_ok) return code;
    claim_keys();
    return exit_ok;
}

server::server_options app::listener_options(config::limits const& limit) const {
    server::server_options options;
    options.header_limit = limit.header_bytes;
    options.uri_limit = limit.uri_bytes;
    options.max_headers = limit.header_count;
    options.body_limit = limit.body_bytes;
    options.header_timeout = limit.header_timeout;
    options.request_timeout = limit.request_timeout;
    options.write_timeout = limit.write_timeout;
    options.idle_timeout = limit.idle_timeout;
    auto const share = limit.connections / settings_->thread_count();
    options.max_connections = std::max<std::size_t>(share, 1);
    options.descriptor_limit = http::descriptors_for_callers(http::descriptor_limit());
    options.per_address = per_address_;
    options.unsent_limit = limit.unsent_answers;
    options.unsent_total_limit = limit.unsent_answers_total / settings_->thread_count();
    options.pipeline_limit = limit.pipelined_requests;
    options.on_failure = [this](std::exception_ptr failure) {
        try {
            std::rethrow_exception(failure);
        } catch (std::exception const& e) {
            log_.error("a request failed inside the gateway", {{"error", e.what()}});
        }
    };
    return options;
}

int app::open_threads() {
    client::resolver_options names;
    for (auto const& server : settings_->name_servers)
        names.service.servers += (names.service.servers.empty() ? "" : ",") + server.to_string();
    resolver_ = std::make_unique<client::resolver>(names);
    client::tls_contexts tls;
    auto plans = delivery::make_plans(*current_, tls);
    if (!plans) {
        log_.error("a destination cannot be used",
                   {{"destination", plans.error().destination}, {"error", plans.error().what}});
        return exit_configuration;
    }
    if (settings_->public_tls) {
        auto const& files = *settings_->public_tls;
        if (auto const ec = tls_.load({files.certificate, files.key})) {
            log_.error("cannot use the certificate",
                       {{"certificate", files.certificate}, {"error", ec.message()}});
            return exit_configuration;
        }
    }
    plans_ = std::make_shared<delivery::plan_table const>(std::move(*plans));
    per_address_->allow(settings_->limit.address_connections);
    auto options = listener_options(settings_->limit);
    std::function<bool()> may_send;
    if (cluster_) may_send = [member = cluster_.get()] { return member->holds(); };
    for (auto const& thread : threads_) {
        auto& port = dispatcher_->add_port(thread->io());
        thread->prepare({port, *resolver_, clock_, labels_, *tables_, guesses_, keys_, durability_,
                         may_send, log_, random_seed(), own_log(), node_.get(), home_sources()},
                        current_, plans_);
        bool const is_first = &thread == &threads_.front();
        for (std::size_t i = 0; i < settings_->listen.size(); ++i) {
            // Port 0 is chosen by the first thread; the others join it.
            auto const where =
                is_first ? to_asio(settings_->listen[i]) : threads_.front()->endpoints()[i];
            auto const claim = is_first ? server::port_claim::first : server::port_claim::join;
            options.is_v6_only = config::leaves_v4(settings_->listen[i], settings_->listen);
            auto const* identity = settings_->public_tls ? &tls_ : nullptr;
            if (auto const ec = thread->listen(where, options, claim, identity)) {
                log_.error("cannot listen", {{"address", settings_->listen[i].to_string()},
                                             {"error", ec.message()}});
                return exit_cannot_bind;
            }
        }
    }
    return exit_ok;
}

int app::open_admin() {
    admin_port_ = &dispatcher_->add_port(main_);
    if (node_) {
        asker_ = node_->make_asker(main_, *resolver_);
        open_home();
    }
    known_tasks_ = std::make_unique<endpoints::known_tasks>(*admin_port_);
    admin::context with{main_,
                        *admin_port_,
                        clock_,
                        queue::task_id_generator(random_seed(), own_log()),
                        [this] { return current_; },
                        [this] { return plans_; },
                        *tables_,
                        inbox_,
                        log_,
                        {},
                        asker_.get(),
                        node_ ? settings_->member_name() : std::string()};
    with.overview = [this](std::chrono::seconds span) {
        return figures_.to_json(span, clock_.now().wall);
    };
    if (cluster_) {
        with.cluster = [this] { return cluster_->json(); };
        with.switch_lane = [this](queue::lane_wish wish, auto tell) {
            switch_lane(std::move(wish), std::move(tell));
        };
    }
    admin_ = std::make_unique<admin::door>(
        admin::door::sources{[this](auto tell) { render_metrics(std::move(tell)); },
                             [this](auto tell) { ask_health(std::move(tell)); }},
        std::move(with), observer_);
    server::server_options options;
    options.max_connections = 256;
    options.pipeline_limit = 1; // many answers come later, and some are large
    admin_listener_ = std::make_unique<server::listener>(main_, options, *admin_);
    auto const claim = starting_ ? server::port_claim::join : server::port_claim::first;
    if (auto const ec = admin_listener_->open(to_asio(settings_->admin), claim)) {
        log_.error("cannot listen",
                   {{"address", settings_->admin.to_string()}, {"error", ec.message()}});
        return exit_cannot_bind;
    }
    starting_.reset();
    return exit_ok;
}

void app::start_threads() {
    dispatcher_->set_render_clock(&start_times_);
    start_times_.use(current_);
    dispatcher_->on_fatal([this](boost::system::error_code failed) {
        boost::asio::post(main_, [this, failed] {
            if (cluster_) {
                log_.error("the log in PostgreSQL has failed",
                           {{"error", failed.message()}, {"reason", cluster_->status().why}});
            }
            finish(exit_code_of_journal(failed));
        });
    });
    if (cluster_) {
        dispatcher_->set_right(cluster_.get());
        cluster_->begin_order(*dispatcher_, core_io());
    }
    dispatcher_->start();
    if (own_core_) core_thread_ = std::thread([this] { own_core_->run(); });
    for (auto const& thread : threads_)
        thread->start();
    for (auto const& where : threads_.front()->endpoints()) {
        log_.info("listening", {{"address", where.address().to_string()},
                                {"port", where.port()},
                                {"durability", durability_.text()},
                                {"threads", threads_.size()},
                                {"version", build_.version}});
    }
    if (cluster_) start_cluster();
    log_.info("admin listening", {{"address", admin_listener_->endpoint().address().to_string()},
                                  {"port", admin_listener_->endpoint().port()}});
}

void app::apply_lanes(plan::resolved_configuration const& from, queue::dispatcher& to) {
    using plan::resolved_configuration;
    std::vector<queue::dispatcher::lane_setting> lanes;
    for (auto const& destination : from.settings().destinations) {
        auto const lane = from.lane_of(destination);
        lanes.push_back({lane, resolved_configuration::lane_options_of(destination)});
        core_metrics_.name_lane(lane, destination.name);
    }
    for (auto const& each : from.implicit_lanes()) {
        lanes.push_back({each.lane, resolved_configuration::lane_options_of(each.destination)});
        if (!each.destination.url.empty()) {
            core_metrics_.name_lane(each.lane, each.destination.name);
        }
    }
    std::vector<std::pair<queue::account_id, std::uint32_t>> weights;
    for (auto const& account : from.settings().accounts) {
        weights.emplace_back(from.number_of(account), account.weight);
    }
    to.configure(lanes, weights);
}

void app::join_threads() {
    for (auto const& thread : threads_)
        thread->join();
    if (own_core_) {
        core_work_.reset();
        own_core_->stop();
        core_thread_.join();
    }
}

} // namespace sluice::gateway::serve
