#include "gateway/stress/verify/stress_stage.hpp"

#include "gateway/stress/load/run_output.hpp"
#include "gateway/stress/verify/stress_configuration.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <utility>

namespace sluice::gateway::stress {

namespace {

namespace asio = boost::asio;
using std::chrono::nanoseconds;

constexpr std::chrono::milliseconds follow_period{20};
constexpr std::size_t shown_log = 600;
constexpr unsigned port_tries = 3;

std::string random_hex(std::size_t digits) {
    std::random_device source;
    std::string out;
    while (out.size() < digits)
        fmt::format_to(std::back_inserter(out), "{:08x}", source());
    return out.substr(0, digits);
}

} // namespace

work_directory::work_directory() {
    std::error_code ec;
    auto pattern = (std::filesystem::temp_directory_path(ec) / "sluice-stress-XXXXXX").string();
    if (!ec && ::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
}

work_directory::~work_directory() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

stress_stage::stress_stage(stress_options const& options)
    : options_(options)
    , run_(random_hex(8))
    , secret_(random_hex(64))
    , feed_(ledger_, run_, options.wrong)
    , work_(asio::make_work_guard(io_))
    , follow_timer_(io_) {}

stress_stage::~stress_stage() {
    close();
}

std::string stress_stage::open() {
    auto problem = open_sink();
    if (problem.empty() && options_.gateway_url.empty()) problem = open_gateway();
    return problem;
}

std::string stress_stage::open_sink() {
    if (!options_.sink_record.empty()) {
        follower_ = std::make_unique<record_follower>(options_.sink_record, feed_);
        if (!follower_->is_open())
            return fmt::format("cannot open the sink's record {}", options_.sink_record);
        follow();
    } else {
        sink_options how;
        how.listen = options_.sink_listen;
        how.behaviour = options_.sink;
        how.seed = options_.load.seed;
        sink_ = std::make_unique<sink>(
            how, [this](sink_request const& request, arrival at, unsigned status) {
                on_request(request, at, status);
            });
        auto const listening = sink_->listen(io_);
        if (!listening) {
            return fmt::format("the sink cannot listen on {}:{}: {}", how.listen.address,
                               how.listen.port, listening.error().message());
        }
    }
    thread_ = std::thread([this] { io_.run(); });
    return {};
}

void stress_stage::on_request(sink_request const& request, arrival at, unsigned status) {
    ledger_arrival what;
    what.at = at.monotonic - nanoseconds(began_ns_.load(std::memory_order_relaxed));
    what.unix_time = at.wall.time_since_epoch();
    what.is_delivered = status >= 200 && status < 300;
    feed_.take(request.body, what);
}

void stress_stage::follow() {
    follow_timer_.expires_after(follow_period);
    follow_timer_.async_wait([this](boost::system::error_code ec) {
        if (ec || is_closing_) return;
        follower_->poll(nanoseconds(began_ns_.load(std::memory_order_relaxed)));
        follow();
    });
}

std::string stress_stage::open_gateway() {
    if (directory_.path().empty()) return "no temporary directory can be made";
    for (unsigned i = 0; i < port_tries; ++i) {
        if (try_gateway(std::random_device()())) return {};
    }
    return fmt::format("the gateway does not start: {}", log_tail());
}

bool stress_stage::try_gateway(std::uint64_t seed) {
    gateway_place place;
    place.port = port_ = free_loopback_port(seed);
    place.admin_port = free_loopback_port(seed + 1);
    place.data = directory_.path() + "/data";
    place.sink_url = options_.sink_url.empty() ? sink_->url() + "/stress" : options_.sink_url;
    place.secret = secret_;
    gateway_process_options how;
    how.program = options_.gateway.program;
    how.configuration = directory_.path() + "/gateway.toml";
    how.log = directory_.path() + "/gateway.log";
    how.port = place.port;
    how.kill_every = options_.gateway.kill_every;
    if (!write_file(how.configuration, gateway_configuration(options_.gateway, place)))
        return false;
    gateway_ = std::make_unique<gateway_process>(how);
    return gateway_->start();
}

void stress_stage::begin(std::chrono::steady_clock::time_point at) {
    began_ns_ = nanoseconds(at.time_since_epoch()).count();
}

void stress_stage::finish_feed() {
    asio::post(io_, [this] { feed_.finish(); });
}

bool stress_stage::stop_killing() {
    return !gateway_ || gateway_->stop_killing();
}

void stress_stage::close() {
    if (gateway_) gateway_->stop();
    if (!thread_.joinable()) return;
    if (sink_) sink_->stop();
    asio::post(io_, [this] {
        is_closing_ = true;
        follow_timer_.cancel();
    });
    work_.reset();
    thread_.join();
}

std::string stress_stage::target() const {
    if (!options_.gateway_url.empty()) return options_.gateway_url;
    auto const path = options_.is_by_tasks() ? std::string_view("/v1/tasks") : stress_route;
    return fmt::format("http://127.0.0.1:{}{}", port_, path);
}

std::optional<int> stress_stage::unexpected_end() const {
    return gateway_ ? gateway_->unexpected_end() : std::nullopt;
}

std::string stress_stage::log_tail() const {
    std::ifstream in(directory_.path() + "/gateway.log", std::ios::binary);
    std::string const text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    return text.size() <= shown_log ? text : text.substr(text.size() - shown_log);
}

} // namespace sluice::gateway::stress
