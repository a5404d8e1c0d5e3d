#include "gateway/cluster/node.hpp"

#include <fmt/format.h>

namespace sluice::gateway::cluster {

namespace {

std::string text_of_endpoint(boost::asio::ip::tcp::endpoint const& where) {
    auto const address = where.address().to_string();
    return where.address().is_v6() ? fmt::format("[{}]:{}", address, where.port())
                                   : fmt::format("{}:{}", address, where.port());
}

boost::asio::ip::address loopback_like(boost::asio::ip::address const& any) {
    if (any.is_v6()) return boost::asio::ip::address_v6::loopback();
    return boost::asio::ip::address_v4::loopback();
}

} // namespace

node::node(boost::asio::io_context& io, credentials known_by)
    : known_by_(std::move(known_by)) {
    identity_.use(known_by_.inbound);
    server::server_options options;
    options.max_connections = most_connections;
    options.pipeline_limit = 1; // the askers send one question at a time
    // What is forwarded has passed the limits of whoever let it in.
    options.body_limit = most_body;
    options.header_limit = most_header;
    listener_ = std::make_unique<server::listener>(io, options, door_, &identity_);
}

boost::system::error_code node::listen(boost::asio::ip::tcp::endpoint where) {
    return listener_->open(where, server::port_claim::first);
}

std::string node::address() const {
    return text_of_endpoint(listener_->endpoint());
}

void node::know(asker_parts with) {
    view_ = std::move(with.view);
    auto const now = static_cast<std::uint64_t>(with.started.time_since_epoch().count());
    jobs_ = std::make_shared<job_numbers>(with.log, now);
}

// Whoever listens everywhere is reached on loopback.
std::string node::own_address() const {
    auto own = listener_->endpoint();
    if (own.address().is_unspecified()) own.address(loopback_like(own.address()));
    return text_of_endpoint(own);
}

std::unique_ptr<asker> node::make_asker(boost::asio::io_context& io,
                                        client::resolver& names) const {
    asker::parts with{view_, known_by_.outbound, own_address(), jobs_};
    return std::make_unique<asker>(io, names, std::move(with));
}

std::unique_ptr<home_asker> node::make_home_asker(boost::asio::io_context& io,
                                                  client::resolver& names,
                                                  home_sources from) const {
    return std::make_unique<home_asker>(io, names, std::move(from), known_by_.outbound,
                                        own_address(), *forwards_);
}

} // namespace sluice::gateway::cluster
