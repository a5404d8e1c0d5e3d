// The app's life around its work: the start, signals, reload, the way to a clean end.
#include "gateway/client/tls_context.hpp"
#include "gateway/config/network_asio.hpp"
#include "gateway/config/reload.hpp"
#include "gateway/delivery/destination_plan.hpp"
#include "gateway/serve/app.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

namespace sluice::gateway::serve {

namespace {

constexpr std::chrono::seconds tick_period{1};
// After the disk has failed: time for the answers that say so to leave.
constexpr std::chrono::milliseconds last_words{250};

constexpr std::size_t most_listed = 20; // tables that changed

std::string listed(std::vector<std::string> const& changes) {
    if (changes.empty()) return "nothing";
    std::string text;
    for (std::size_t i = 0; i < std::min(changes.size(), most_listed); ++i)
        text += (i == 0 ? "" : "; ") + changes[i];
    if (changes.size() > most_listed)
        text += "; and " + std::to_string(changes.size() - most_listed) + " more";
    return text;
}

} // namespace

// --- the start ----------------------------------------------------------------------------------

// A port that the system chooses is not known to anybody before the start is over.
int app::open_starting_door() {
    if (settings_->admin.port == 0) return exit_ok;
    starting_ = std::make_unique<starting_door>(settings_->admin_hosts);
    if (auto const ec =
            starting_->open({config::to_asio(settings_->admin.address), settings_->admin.port})) {
        log_.error("cannot listen",
                   {{"address", settings_->admin.to_string()}, {"error", ec.message()}});
        return exit_cannot_bind;
    }
    return exit_ok;
}

void app::start_waits_for(std::string what) {
    if (starting_) starting_->waits_for(std::move(what));
}

// --- signals ------------------------------------------------------------------------------------

void app::await_signals() {
    boost::system::error_code ec;
    for (int const number : {SIGTERM, SIGINT, SIGHUP})
        signals_.add(number, ec);
    signals_.async_wait([this](boost::system::error_code failed, int number) {
        if (!failed) on_signal(number);
    });
    watch_.hand_over();
}

void app::on_signal(int number) {
    if (number == SIGHUP) {
        reload();
    } else if (!is_draining_) {
        begin_drain();
    } else {
        // Everything that was acknowledged is on the disk.
        log_.warn("stopping at once", {{"signal", number}});
        finish(exit_ok);
        return;
    }
    signals_.async_wait([this](boost::system::error_code failed, int next) {
        if (!failed) on_signal(next);
    });
}

void app::tick() {
    log_.tick();
    take_figures();
    admin_port_->call([this](queue::dispatcher&) { observer_.tick(); });
    ticks_.expires_after(tick_period);
    ticks_.async_wait([this](boost::system::error_code ec) {
        if (!ec) tick();
    });
}

// --- reload -------------------------------------------------------------------------------------

void app::reload() {
    auto next = read_again_();
    reload_.was_taken = next != nullptr;
    if (!next) {
        log_.error("the configuration was not reloaded; the old one stays");
        return;
    }
    for (auto const& key : config::settings_that_need_restart(*settings_, *next)) {
        log_.warn("this setting takes effect at the next start", {{"key", key}});
    }
    // Names belong to the core: the next one is made there.
    admin_port_->call([this, next](queue::dispatcher&) {
        auto made = std::make_shared<plan::resolved_configuration const>(next, names_, labels_,
                                                                         call_rates_);
        admin_port_->tell([this, made] { apply(made); });
    });
}

void app::apply(std::shared_ptr<plan::resolved_configuration const> next) {
    client::tls_contexts tls;
    auto plans = delivery::make_plans(*next, tls);
    reload_.was_taken = plans.has_value();
    if (!plans) {
        log_.error("the configuration was not reloaded; the old one stays",
                   {{"destination", plans.error().destination}, {"error", plans.error().what}});
        return;
    }
    if (settings_->public_tls && next->settings().public_tls) {
        auto const& files = *next->settings().public_tls;
        if (auto const ec = tls_.load({files.certificate, files.key})) {
            reload_.was_taken = false;
            log_.error("the configuration was not reloaded; the old one stays",
                       {{"certificate", files.certificate}, {"error", ec.message()}});
            return;
        }
    }
    auto const shared = std::make_shared<delivery::plan_table const>(std::move(*plans));
    // Deliveries first: a lane must not be opened before every thread knows where it leads.
    if (cluster_) cluster_->remember_keys(next->settings());
    auto const& limit = next->settings().limit;
    per_address_->allow(limit.address_connections);
    auto const options = listener_options(limit);
    for (auto const& thread : threads_)
        thread->use(next, shared, options);
    admin_port_->call([this, next](queue::dispatcher& core) {
        apply_lanes(*next, core);
        warn_of_unknown(core);
        start_times_.use(next);
        reports_.use(next);
    });
    apply_tables(next->settings());
    auto const changes =
        config::changed_keys(current_->settings().written, next->settings().written);
    current_ = next;
    reload_.taken_at = clock_.now().wall;
    plans_ = shared;
    if (home_) home_->use(next);
    log_.set_level(next->settings().logging.level);
    log_.info("configuration reloaded", {{"accounts", next->settings().accounts.size()},
                                         {"destinations", next->settings().destinations.size()},
                                         {"routes", next->settings().routes.size()},
                                         {"changed", listed(changes)}});
}

// --- the end ------------------------------------------------------------------------------------

void app::begin_drain() {
    is_draining_ = true;
    admin_->stop();
    if (cluster_) {
        cluster_->homes().leave();
        home_waits_->stop();
    }
    auto const limit = current_->settings().limit.drain_timeout;
    log_.info("draining",
              {{"at_most_seconds", std::chrono::floor<std::chrono::seconds>(limit).count()}});
    still_listening_ = threads_.size();
    for (auto const& thread : threads_) {
        thread->stop_listening([this] {
            boost::asio::post(main_, [this] {
                if (--still_listening_ == 0) drain_queue();
            });
        });
    }
    drain_deadline_.expires_after(limit);
    drain_deadline_.async_wait([this](boost::system::error_code ec) {
        if (ec) return;
        // What is under way now is sent again after the next start.
        for (auto const& thread : threads_)
            thread->stop_deliveries();
        if (still_listening_ > 0) drain_queue();
        drain_deadline_.expires_after(std::chrono::seconds(5));
        drain_deadline_.async_wait([this](boost::system::error_code late) {
            if (!late) finish(exit_ok);
        });
    });
}

void app::drain_queue() {
    admin_port_->call([this](queue::dispatcher& core) {
        if (core.is_draining()) return;
        core.drain([this] {
            admin_port_->tell([this] {
                log_.info("drained");
                is_closed_ = true;
                finish(exit_ok);
            });
        });
    });
}

void app::finish(int code) {
    exit_code_ = code;
    drain_deadline_.cancel();
    if (code == exit_ok) return main_.stop();
    drain_deadline_.expires_after(last_words);
    drain_deadline_.async_wait([this](boost::system::error_code) { main_.stop(); });
}

} // namespace sluice::gateway::serve
