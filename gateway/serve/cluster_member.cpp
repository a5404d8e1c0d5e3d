#include "gateway/serve/cluster_member.hpp"

#include "gateway/serve/cluster_json.hpp"
#include "gateway/serve/store_exit.hpp"
#include "gateway/telemetry/exit_code.hpp"
#include "queue/core/error.hpp"
#include "queue/postgres/member_view.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <future>
#include <utility>

namespace sluice::gateway::serve {

namespace {

constexpr std::chrono::seconds longest_leave{2};

queue::postgres::connect_options database_of(config::configuration const& settings,
                                             std::string const& name) {
    queue::postgres::connect_options options;
    options.url = settings.storage.url.reveal();
    options.application_name = "sluice " + name;
    return options;
}

} // namespace

cluster_member::cluster_member(config::configuration const& settings,
                               intake::durability_label& durability, telemetry::log& lines,
                               std::string version)
    : settings_(settings)
    , durability_(durability)
    , log_(lines)
    , version_(std::move(version)) {}

cluster_member::~cluster_member() = default;

int cluster_member::join(std::string const& address) {
    auto const name = settings_.member_name();
    auto const database = database_of(settings_, name);
    queue::postgres::membership_options options;
    options.database = database;
    options.name = name;
    options.version = version_;
    options.advertise =
        settings_.clustering.advertise.empty() ? address : settings_.clustering.advertise;
    options.lease.lease = settings_.storage.lease;
    options.lease.rejoin = settings_.clustering.rejoin;
    options.waiting = [this, name](std::chrono::milliseconds rest) {
        log_.info("waiting for the lease of a former self",
                  {{"name", name}, {"at_least_ms", rest.count()}});
    };
    membership_ = std::make_unique<queue::postgres::membership>(std::move(options));
    std::string why;
    auto const mine = membership_->join(why);
    if (!mine) {
        log_.error("cannot join the cluster",
                   {{"store", queue::postgres::without_password(settings_.storage.url.reveal())},
                    {"name", name},
                    {"error", mine.error().message()},
                    {"reason", why}});
        return exit_code_of_store(mine.error());
    }
    joined_ = *mine;
    queue::postgres::log_options log;
    log.connect = database;
    log.log = joined_.log;
    log.epoch = joined_.epoch;
    log.on_replicated = [this](bool is_so) { durability_.set_replicated(is_so); };
    worker_ = std::make_unique<queue::postgres::log_worker>(std::move(log));
    log_.info("joined the cluster",
              {{"name", name}, {"log", joined_.log}, {"epoch", joined_.epoch}});
    return exit_ok;
}

void cluster_member::begin_order(queue::dispatcher& core, boost::asio::io_context& core_io) {
    core.begin_order();
    queue::postgres::order_homes_options options;
    options.database = database_of(settings_, settings_.member_name());
    options.log = joined_.log;
    options.epoch = joined_.epoch;
    queue::postgres::order_homes_calls calls;
    calls.members = [this] { return members(); };
    calls.hold = [&core, &core_io](std::vector<queue::held_slot> ours) {
        boost::asio::post(core_io, [&core, ours = std::move(ours)] { core.hold_slots(ours); });
    };
    calls.give_up = [&core, &core_io](std::vector<queue::held_slot> wanted, std::size_t most,
                                      queue::dispatcher::given_handler tell) {
        boost::asio::post(
            core_io, [&core, wanted = std::move(wanted), most, tell = std::move(tell)]() mutable {
                core.give_up_slots(wanted, most, std::move(tell));
            });
    };
    calls.tell_failure = [this](std::string const& why) {
        log_.warn("the homes of order keys cannot be looked up", {{"error", why}});
    };
    homes_ = std::make_unique<queue::postgres::order_homes>(std::move(options), std::move(calls));
}

void cluster_member::start(owner const& by) {
    by_.emplace(by);
    queue::postgres::log_options own;
    own.connect = database_of(settings_, settings_.member_name());
    own.log = joined_.log;
    own.epoch = joined_.epoch;
    queue::postgres::adoption::calls calls;
    calls.give = [this](queue::foreign_slice&& slice) { return give(std::move(slice)); };
    calls.give_lane = [this](queue::foreign_lane&& lane) {
        boost::asio::post(by_->core_io, [this, lane = std::move(lane)]() mutable {
            by_->core.adopt(std::move(lane));
        });
    };
    calls.now = [this] { return by_->core.now(); };
    calls.tell = [this](queue::postgres::adopted const& done) {
        log_.info("a dead member's log was taken over",
                  {{"log", done.log},
                   {"tasks", done.tasks},
                   {"finished", done.finished},
                   {"live_after_ms", done.until_live.count()}});
    };
    calls.tell_failure = [this](queue::postgres::adoptable_log const& what,
                                std::string const& why) {
        log_.warn("a dead member's log could not be taken over yet",
                  {{"log", what.log}, {"error", why}});
    };
    adoption_ = std::make_unique<queue::postgres::adoption>(std::move(own), std::move(calls));

    queue::postgres::membership_callbacks tell;
    tell.adopt = [this](queue::postgres::adoptable_log const& what) { adoption_->take_over(what); };
    tell.lost = [this](std::string const& why) {
        log_.error("this gateway's log has another owner", {{"reason", why}});
        by_->cut();
        by_->end(exit_cannot_write);
    };
    tell.changed = [this](queue::postgres::shared_members const&) { by_->members_changed(); };
    tell.note = [this](queue::postgres::membership_note const& note) {
        if (note.is_warning) {
            log_.warn(note.text, {{"detail", note.detail}});
        } else {
            log_.info(note.text, {{"detail", note.detail}});
        }
    };
    membership_->start(std::move(tell));
}

// The slice becomes safe in the queue's own time; this thread waits for it.
boost::system::error_code cluster_member::give(queue::foreign_slice&& slice) {
    auto const done = std::make_shared<std::promise<boost::system::error_code>>();
    auto result = done->get_future();
    boost::asio::post(by_->core_io, [this, done, slice = std::move(slice)]() mutable {
        by_->core.adopt(std::move(slice),
                        [done](boost::system::error_code ec) { done->set_value(ec); });
    });
    auto const ec = result.get();
    // Its order keys have a new home.
    if (!ec) homes_->look_again(nullptr);
    return ec;
}

std::string cluster_member::json() const {
    return cluster_json(settings_.member_name(), joined_, membership_->status(), *members());
}

std::string cluster_member::summary() const {
    auto const left =
        std::chrono::floor<std::chrono::seconds>(membership_->status().lease_remaining);
    return fmt::format("{}, log {}, epoch {}, {} members alive, lease {} s",
                       settings_.member_name(), joined_.log, joined_.epoch,
                       queue::postgres::live_members(*members()), left.count());
}

std::string cluster_member::trouble(std::chrono::milliseconds stalled_for) const {
    auto const now = worker_->status();
    if (stalled_for > std::chrono::seconds(1)) {
        return fmt::format("PostgreSQL: no commit for {} s{}{}", stalled_for.count() / 1000,
                           now.why.empty() ? "" : ": ", now.why);
    }
    if (!now.is_reachable) return "PostgreSQL cannot be reached: " + now.why;
    return holds() ? std::string() : "the lease is over; nothing is sent until it is renewed";
}

void cluster_member::stop(bool says_good_bye) {
    // While the others still take what is given to them.
    if (homes_ && says_good_bye) homes_->leave_now(longest_leave);
    if (worker_) worker_->stop();
    // First: its thread tells the adoption of deaths, and the app of what has changed.
    if (says_good_bye) {
        membership_->leave();
    } else {
        membership_->stop();
    }
    if (adoption_) adoption_->stop();
    if (homes_) homes_->stop();
}

} // namespace sluice::gateway::serve
