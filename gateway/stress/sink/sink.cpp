#include "gateway/stress/sink/sink.hpp"

#include "gateway/stress/sink/sink_certificate.hpp"
#include "gateway/stress/sink/sink_listener.hpp"
#include "gateway/stress/sink/sink_state.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <unistd.h>

namespace sluice::gateway::stress {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

boost::system::result<tcp_acceptor> open_acceptor(asio::io_context& io,
                                                  listen_address const& where) {
    boost::system::error_code ec;
    tcp::endpoint const endpoint(asio::ip::make_address(where.address, ec), where.port);
    tcp_acceptor acceptor(io.get_executor());
    if (!ec) acceptor.open(endpoint.protocol(), ec);
    if (!ec) acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
    if (!ec) acceptor.bind(endpoint, ec);
    if (!ec) acceptor.listen(asio::socket_base::max_listen_connections, ec);
    if (ec) return ec;
    return acceptor;
}

// A second acceptor over the same listening socket, for another io_context.
boost::system::result<tcp_acceptor> share_acceptor(asio::io_context& io, tcp_acceptor& first) {
    boost::system::error_code ec;
    auto const endpoint = first.local_endpoint(ec);
    if (ec) return ec;
    auto const descriptor = ::dup(first.native_handle());
    if (descriptor < 0) return boost::system::error_code(errno, boost::system::system_category());
    tcp_acceptor acceptor(io.get_executor());
    acceptor.assign(endpoint.protocol(), descriptor, ec);
    if (ec) {
        ::close(descriptor);
        return ec;
    }
    return acceptor;
}

// With a name, the certificate is made and written where it is wanted.
boost::system::result<void> make_identity(sink_state& state) {
    auto const& options = state.options;
    if (options.tls_name.empty() || state.tls) return {};
    auto const made = make_sink_identity(options.tls_name);
    if (!made) return made.error();
    state.tls = made->tls;
    if (options.certificate_file.empty()) return {};
    std::ofstream file(options.certificate_file, std::ios::trunc);
    file << made->certificate << std::flush;
    if (!file) return boost::system::error_code(EIO, boost::system::system_category());
    return {};
}

} // namespace

sink::sink(sink_options options, hook on_request)
    : state_(std::make_shared<sink_state>(std::move(options), std::move(on_request))) {}

sink::~sink() {
    stop();
}

boost::system::result<void> sink::listen(asio::io_context& io) {
    auto const& options = state_->options;
    if (auto const identity = make_identity(*state_); !identity) return identity.error();
    if (!state_->recorder) {
        auto recorder = sink_recorder::open(options.record, options.limits.kept_requests);
        if (!recorder) return recorder.error();
        state_->recorder = std::move(*recorder);
        state_->since = std::chrono::steady_clock::now();
    }
    auto acceptor = listeners_.empty() ? open_acceptor(io, options.listen)
                                       : share_acceptor(io, listeners_.front()->acceptor());
    if (!acceptor) return acceptor.error();
    if (listeners_.empty()) port_ = acceptor->local_endpoint().port();
    auto const seed = options.seed + listeners_.size();
    listeners_.push_back(std::make_shared<sink_listener>(std::move(*acceptor), state_, seed));
    listeners_.back()->start();
    return {};
}

std::uint16_t sink::port() const {
    return port_;
}

bool sink::is_recording() const {
    return state_->recorder != nullptr;
}

std::string sink::url() const {
    auto const& address = state_->options.listen.address;
    bool const is_v6 = address.find(':') != std::string::npos;
    return fmt::format("http{}://{}{}{}:{}", state_->options.tls_name.empty() ? "" : "s",
                       is_v6 ? "[" : "", address, is_v6 ? "]" : "", port_);
}

sink_totals sink::totals() const {
    return state_->stats.totals();
}

std::vector<recorded_request> sink::recorded() const {
    return state_->recorder ? state_->recorder->kept() : std::vector<recorded_request>();
}

boost::system::error_code sink::record_error() const {
    return state_->recorder ? state_->recorder->write_error() : boost::system::error_code();
}

behaviour_options sink::behaviour() const {
    std::lock_guard lock(state_->mutex);
    return state_->current;
}

void sink::configure(behaviour_options const& options) {
    state_->configure(options, std::chrono::steady_clock::now());
}

void sink::reset() {
    state_->stats.clear();
    if (state_->recorder) state_->recorder->clear();
}

void sink::stop() {
    for (auto const& listener : listeners_)
        listener->stop();
    listeners_.clear();
}

} // namespace sluice::gateway::stress
