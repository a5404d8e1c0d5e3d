#include "tests/gateway/cluster/small_cluster.hpp"

#include "queue/core/error.hpp"
#include "queue/journal/posix_storage.hpp"
#include "tests/gateway/config/support.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::tests {

using namespace sluice::gateway;

namespace {

constexpr std::string_view settings = R"(
admin_token = "operators"
[[account]]
id = "163"
allow_http = true
secrets = ["0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"]
[[account]]
id = "164"
allow_http = true
secrets = ["4444444444444444444444444444444444444444444444444444444444444444"]
[[destination]]
name = "crm"
url = "https://example.com/"
[[destination]]
name = "erp"
url = "https://example.com/"
)";

boost::asio::ip::tcp::endpoint any_port() {
    return {boost::asio::ip::address_v4::loopback(), 0};
}

} // namespace

small_gateway::small_gateway(small_cluster& owner, std::string name, std::uint32_t log,
                             std::string_view secret)
    : owner_(owner)
    , name_(std::move(name))
    , log_(log) {
    telemetry::log_options quiet;
    quiet.out = &said_;
    lines_.emplace(quiet);
    feed_.emplace(core_metrics_, *lines_, clock_, names_);
    BOOST_REQUIRE(!tables_.open());
    node_ =
        std::make_unique<cluster::node>(owner_.io_, cluster::credentials_of_secret(secret).value());
    BOOST_REQUIRE(!node_->listen(any_port()));
    open();
}

small_gateway::~small_gateway() {
    // Nothing runs any more: what answers goes before what it is asked with.
    public_.reset();
    admin_listener_.reset();
    front_.reset();
    admin_.reset();
    asker_.reset();
    node_.reset();
}

void small_gateway::open() {
    queue::dispatcher_options how;
    how.port_slots = 256;
    core_ = std::make_unique<queue::dispatcher>(owner_.io_, how, names_, clock_, *feed_);
    current_ = std::make_shared<plan::resolved_configuration const>(owner_.settings_, names_,
                                                                    labels_, rates_);
    std::vector<queue::dispatcher::lane_setting> lanes;
    for (auto const& each : owner_.settings_->destinations)
        lanes.push_back(
            {current_->lane_of(each), plan::resolved_configuration::lane_options_of(each)});
    core_->configure(lanes, {});
    disk_ = queue::open_directory((directory_ / "journal").string(), true).value();
    queue::replay_report report;
    files_.emplace(*disk_);
    BOOST_REQUIRE(core_->recover(*files_, report));
    open_doors();
    core_->start();
}

void small_gateway::open_doors() {
    auto& port = core_->add_port(owner_.io_);
    auto& admin_port = core_->add_port(owner_.io_);
    node_->know({[this] { return owner_.view_of(name_); }, log_, clock_.now().wall});
    asker_ = node_->make_asker(owner_.io_, owner_.names_);
    waits_.emplace(owner_.io_, port, *tables_.tables, tables_.inbox);
    front_.emplace(intake::context{port, clock_, metrics_, *tables_.tables, tables_.inbox, guesses_,
                                   queue::task_id_generator(log_, log_), current_, durability_,
                                   *lines_, *waits_, claims_, asker_.get()},
                   labels_);
    admin_.emplace(admin::door::sources{},
                   admin::context{owner_.io_,
                                  admin_port,
                                  clock_,
                                  queue::task_id_generator(log_ + 1000, log_),
                                  [this] { return current_; },
                                  [] { return std::make_shared<delivery::plan_table const>(); },
                                  *tables_.tables,
                                  tables_.inbox,
                                  *lines_,
                                  {},
                                  asker_.get(),
                                  name_,
                                  [this](queue::lane_wish const& wish, auto const& tell) {
                                      tell(owner_.switch_lane(wish));
                                  }},
                   *feed_);
    tasks_.emplace(admin_port);
    node_->open({&admin_->operators(), &*tasks_, [] { return 100; }});
    server::server_options const options;
    public_ = std::make_unique<server::listener>(owner_.io_, options, *front_);
    admin_listener_ = std::make_unique<server::listener>(owner_.io_, options, *admin_);
    BOOST_REQUIRE(!public_->open(any_port(), server::port_claim::first));
    BOOST_REQUIRE(!admin_listener_->open(any_port(), server::port_claim::first));
}

small_cluster::small_cluster(std::size_t count)
    : small_cluster(std::vector<std::string>(count, "the cluster's secret")) {}

small_cluster::small_cluster(std::vector<std::string> const& secrets)
    : settings_(std::make_shared<config::configuration const>(config::test::load_good(settings)))
    , work_(io_.get_executor()) {
    for (auto const& each : secrets) {
        auto const number = gateways_.size() + 1;
        gateways_.push_back(std::make_unique<small_gateway>(
            *this, "gw-" + std::to_string(number), static_cast<std::uint32_t>(number), each));
        auto const& made = *gateways_.back();
        queue::postgres::member one;
        one.name = made.name();
        one.log = made.log();
        one.advertise = made.internal_address();
        one.is_alive = true;
        seen_.members.push_back(std::move(one));
    }
    thread_ = std::thread([this] { io_.run(); });
}

small_cluster::~small_cluster() {
    io_.stop();
    thread_.join();
    gateways_.clear();
}

void small_cluster::see(std::function<void(queue::postgres::members_view&)> const& change) {
    std::lock_guard const guard(mutex_);
    change(seen_);
}

boost::system::result<queue::lane_stand> small_cluster::switch_lane(queue::lane_wish const& wish) {
    std::lock_guard const guard(mutex_);
    if (is_store_away_) return make_error_code(queue::errc::store_away);
    auto& row = table_[wish.destination];
    row.destination = wish.destination;
    ++row.version;
    row.is_paused = wish.is_pause;
    row.by = wish.by;
    return row;
}

void small_cluster::take_store_away() {
    std::lock_guard const guard(mutex_);
    is_store_away_ = true;
}

std::size_t small_cluster::rows() const {
    std::lock_guard const guard(mutex_);
    return table_.size();
}

queue::postgres::shared_members small_cluster::view_of(std::string const& name) const {
    std::lock_guard const guard(mutex_);
    auto seen = std::make_shared<queue::postgres::members_view>(seen_);
    for (auto& each : seen->members)
        each.is_self = each.name == name;
    return seen;
}

http_headers small_cluster::bearer() {
    return {{"Authorization", std::string("Bearer ") + secret},
            {"Content-Type", "application/json"}};
}

http_headers small_cluster::stranger() {
    return {{"Authorization", "Bearer " + std::string(64, '4')}};
}

http_headers small_cluster::admin() {
    return {{"Authorization", "Bearer operators"}, {"Content-Type", "application/json"}};
}

} // namespace sluice::tests
