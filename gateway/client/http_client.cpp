#include "gateway/client/http_client.hpp"

#include "gateway/client/client_context.hpp"
#include "gateway/client/pool.hpp"

namespace sluice::gateway::client {

http_client::http_client(boost::asio::io_context& context, resolver& names, client_options options)
    : context_(std::make_shared<client_context>(context, names, options)) {}

http_client::~http_client() {
    stop();
}

std::shared_ptr<pool> http_client::open(std::shared_ptr<endpoint const> where) {
    auto made = pool::make(context_, std::move(where));
    if (is_stopped_) made->retire();
    pools_.push_back(made);
    return made;
}

void http_client::close(pool& line) {
    line.retire();
    // It may be busy still, and stop() has to know of it until it is not.
    std::erase_if(pools_, [](auto const& one) { return one->is_finished(); });
}

void http_client::start(outbound_request& request) {
    request.to->start(request);
}

void http_client::stop() {
    is_stopped_ = true;
    auto const all = std::exchange(pools_, {});
    for (auto const& one : all)
        one->stop();
}

void http_client::cut() {
    auto const all = pools_;
    for (auto const& one : all)
        one->cut();
}

client_counters const& http_client::counters() const {
    return context_->counters;
}

} // namespace sluice::gateway::client
