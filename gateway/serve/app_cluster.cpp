// The app's part in a cluster: what a member's life asks of the queue and the threads.
#include "gateway/serve/app.hpp"

#include <boost/asio/post.hpp>

namespace sluice::gateway::serve {

std::uint32_t app::own_log() const {
    return cluster_ ? cluster_->log() : queue::no_log;
}

void app::start_cluster() {
    auto& core_io = own_core_ ? *own_core_ : threads_.front()->io();
    cluster_->start({
        *dispatcher_,
        core_io,
        [this] {
            for (auto const& thread : threads_)
                thread->cut_deliveries();
        },
        [] {},
        [this](int code) { boost::asio::post(main_, [this, code] { finish(code); }); },
    });
}

// While the threads still run: what is being taken over is answered by the queue.
void app::stop_cluster() {
    if (!cluster_) return;
    cluster_->stop();
    if (exit_code_ == exit_ok && is_closed_) cluster_->leave();
}

} // namespace sluice::gateway::serve
