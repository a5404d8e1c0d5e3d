#include "gateway/serve/io_thread.hpp"

#include "gateway/http/descriptors.hpp"

#include <algorithm>

namespace sluice::gateway::serve {

namespace {

constexpr std::chrono::milliseconds poll_period{10}; // while stopping

} // namespace

io_thread::io_thread()
    : io_(1)
    , work_(io_.get_executor())
    , poll_(io_)
    , inbox_(io_) {}

io_thread::~io_thread() = default;

void io_thread::prepare(parts const& with,
                        std::shared_ptr<plan::resolved_configuration const> current,
                        std::shared_ptr<delivery::plan_table const> plans) {
    client::client_options limits;
    limits.may_send = with.may_send;
    limits.descriptor_limit = http::descriptors_for_deliveries(http::descriptor_limit());
    deliveries_ = std::make_unique<delivery::http_transport>(io_, with.names, with.clock, limits);
    deliveries_->use(std::move(plans));
    with.port.bind(*deliveries_);
    waits_ = std::make_unique<intake::wait_list>(io_, with.port, with.data, inbox_);
    keys_ = std::make_unique<intake::key_claims>(with.keys);
    if (with.node) {
        asker_ = with.node->make_asker(io_, with.names);
        home_asker_ = with.node->make_home_asker(io_, with.names, with.homes);
    }
    door_ = std::make_unique<endpoints::front_door>(
        intake::context{with.port, with.clock, metrics_, with.data, inbox_, with.guesses,
                        queue::task_id_generator(with.seed, with.log), std::move(current),
                        with.durability, with.lines, *waits_, *keys_, asker_.get(),
                        home_asker_.get()},
        with.labels);
}

boost::system::error_code io_thread::listen(boost::asio::ip::tcp::endpoint where,
                                            server::server_options const& options,
                                            server::port_claim claim,
                                            server::tls_identity const* tls) {
    listeners_.push_back(std::make_unique<server::listener>(io_, options, *door_, tls));
    return listeners_.back()->open(where, claim);
}

std::vector<boost::asio::ip::tcp::endpoint> io_thread::endpoints() const {
    std::vector<boost::asio::ip::tcp::endpoint> all;
    for (auto const& each : listeners_)
        all.push_back(each->endpoint());
    return all;
}

client::client_counters const& io_thread::client_counters() const {
    return deliveries_->counters();
}

std::vector<server::server_counters const*> io_thread::listener_counters() const {
    std::vector<server::server_counters const*> all;
    for (auto const& each : listeners_)
        all.push_back(&each->counters());
    return all;
}

void io_thread::start() {
    thread_ = std::thread([this] { io_.run(); });
}

void io_thread::use(std::shared_ptr<plan::resolved_configuration const> current,
                    std::shared_ptr<delivery::plan_table const> plans,
                    server::server_options const& options) {
    boost::asio::post(io_, [this, current = std::move(current), plans = std::move(plans), options] {
        deliveries_->use(plans);
        door_->use(current);
        for (auto const& each : listeners_)
            each->use(options);
    });
}

void io_thread::stop_listening(std::function<void()> done) {
    boost::asio::post(io_, [this, done = std::move(done)] {
        for (auto const& each : listeners_)
            each->stop();
        waits_->stop();
        poll_listeners(done);
    });
}

void io_thread::poll_listeners(std::function<void()> done) {
    auto const is_finished = [](auto const& each) { return each->is_finished(); };
    if (std::all_of(listeners_.begin(), listeners_.end(), is_finished)) return done();
    poll_.expires_after(poll_period);
    poll_.async_wait([this, done = std::move(done)](boost::system::error_code ec) {
        if (!ec) poll_listeners(done);
    });
}

void io_thread::stop_deliveries() {
    boost::asio::post(io_, [this] { deliveries_->stop(); });
}

void io_thread::cut_deliveries() {
    boost::asio::post(io_, [this] { deliveries_->cut(); });
}

void io_thread::join() {
    work_.reset();
    io_.stop();
    if (thread_.joinable()) thread_.join();
}

} // namespace sluice::gateway::serve
