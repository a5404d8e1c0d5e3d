// The app's part in a cluster: what a member's life asks of the queue and the threads.
#include "gateway/config/network_asio.hpp"
#include "gateway/endpoints/tasks.hpp"
#include "gateway/serve/app.hpp"

#include <boost/asio/post.hpp>

namespace sluice::gateway::serve {

std::uint32_t app::own_log() const {
    return cluster_ ? cluster_->log() : queue::no_log;
}

// The internal listener, before the others are told of it. Nobody is answered yet.
int app::open_node() {
    auto const& settings = settings_->clustering;
    auto known_by = cluster::credentials_of(settings, settings_->storage.url.reveal());
    if (!known_by) {
        log_.error("cannot use what the cluster's gateways know each other by",
                   {{"error", known_by.error().message()}});
        return exit_configuration;
    }
    node_ = std::make_unique<cluster::node>(main_, std::move(*known_by));
    boost::asio::ip::tcp::endpoint const where(config::to_asio(settings.listen.address),
                                               settings.listen.port);
    auto const ec = node_->listen(where);
    if (!ec) return exit_ok;
    log_.error("cannot listen for the other gateways",
               {{"address", settings.listen.to_string()}, {"error", ec.message()}});
    return exit_cannot_bind;
}

// From the start on keys of calls are claimed from all gateways.
void app::claim_keys() {
    dispatcher_->claim_keys({}, cluster_->key_claims());
}

boost::asio::io_context& app::core_io() {
    return own_core_ ? *own_core_ : threads_.front()->io();
}

// What is known when a call comes; the threads begin after the homes do.
cluster::home_sources app::home_sources() {
    if (!cluster_) return {};
    return {[this] { return cluster_->members(); }, [this] { return cluster_->homes().view(); },
            [this](std::function<void()> then) { cluster_->homes().look_again(std::move(then)); },
            own_log()};
}

void app::open_home() {
    home_asker_ = node_->make_home_asker(main_, *resolver_, home_sources());
    home_waits_ = std::make_unique<intake::wait_list>(main_, *admin_port_, *tables_, inbox_);
    home_keys_ = std::make_unique<intake::key_claims>(keys_);
    home_ = std::make_unique<endpoints::home_calls>(
        intake::context{*admin_port_, clock_, home_metrics_, *tables_, inbox_, guesses_,
                        queue::task_id_generator(random_seed(), own_log()), current_, durability_,
                        log_, *home_waits_, *home_keys_, nullptr, home_asker_.get()},
        labels_);
}

void app::start_cluster() {
    node_->open({&admin_->operators(), known_tasks_.get(),
                 [this] { return endpoints::most_in_group(current_->settings().limit); },
                 home_.get()});
    log_.info("listening for the other gateways", {{"address", node_->address()}});
    cluster_->start({
        *dispatcher_,
        core_io(),
        [this] {
            for (auto const& thread : threads_)
                thread->cut_deliveries();
        },
        [this](int code) { boost::asio::post(main_, [this, code] { finish(code); }); },
    });
}

void app::switch_lane(queue::lane_wish wish, admin::context::switched tell) {
    auto on_main = [this, tell = std::move(tell)](auto row) {
        boost::asio::post(main_, [tell, row = std::move(row)] { tell(row); });
    };
    cluster_->lanes().change(std::move(wish), std::move(on_main));
}

// While the threads still run: what is being taken over is answered by the queue.
void app::stop_cluster() {
    if (!cluster_) return;
    cluster_->stop(exit_code_ == exit_ok && is_closed_);
}

} // namespace sluice::gateway::serve
