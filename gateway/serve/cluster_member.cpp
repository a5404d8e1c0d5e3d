#include "gateway/serve/cluster_member.hpp"

#include "gateway/serve/cluster_status.hpp"
#include "gateway/serve/store_exit.hpp"
#include "gateway/telemetry/exit_code.hpp"
#include "queue/core/error.hpp"
#include "queue/postgres/claim_settling.hpp"
#include "queue/postgres/claim_thread.hpp"
#include "queue/postgres/member_view.hpp"
#include "queue/postgres/without_password.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <future>
#include <utility>

namespace sluice::gateway::serve {

namespace {

constexpr std::chrono::seconds settling_limit{30}; // of each statement
constexpr std::chrono::seconds longest_leave{2};
// While another thread waits for the core, which may stop before it answers.
constexpr std::chrono::milliseconds look_for_stop{20};

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

int cluster_member::join(std::string const& address, std::function<void(std::string)> waits_for) {
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
    options.waiting = [this, name, waits_for](std::chrono::milliseconds rest) {
        waits_for(fmt::format("the lease of a former self of \"{}\" lasts {} ms or more", name,
                              rest.count()));
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
    lanes_ = std::make_unique<cluster_lanes>(database, log_);
    queue::postgres::claim_worker_options keys;
    keys.connect = database;
    keys.log = joined_.log;
    keys.epoch = joined_.epoch;
    keys.tell_refusal = [this](std::string const& why) {
        log_.error("calls with a key cannot be taken any more", {{"reason", why}});
    };
    claims_ = std::make_unique<queue::postgres::claim_worker>(std::move(keys));
    remember_keys(settings_);
    log_.info("joined the cluster",
              {{"name", name}, {"log", joined_.log}, {"epoch", joined_.epoch}});
    return exit_ok;
}

boost::system::error_code cluster_member::settle_keys(queue::engine const& from) {
    auto const is_recorded = [&](queue::undecided_claim const& one) {
        auto const* const known = from.known_key(one.name.key, one.name.is_content);
        return known != nullptr && known->answer == one.answer;
    };
    std::string why;
    auto to =
        queue::postgres::connection::open(database_of(settings_, settings_.member_name()), why);
    boost::system::error_code ec = to.has_error() ? to.error() : boost::system::error_code();
    if (!ec) {
        auto const done = queue::postgres::settle_claims(*to, joined_.log, joined_.epoch,
                                                         is_recorded, settling_limit);
        if (done.has_value()) return {};
        ec = done.error();
        why = to->message();
    }
    log_.error("cannot settle the keys of a former self",
               {{"error", ec.message()}, {"reason", why}});
    return ec;
}

queue::dispatcher::claim_runner_factory cluster_member::key_claims() {
    return [this](queue::dispatcher::claim_completion done) {
        return std::make_unique<queue::postgres::claim_thread>(*claims_, std::move(done));
    };
}

void cluster_member::remember_keys(config::configuration const& settings) {
    for (auto const& route : settings.routes)
        if (route.dedup) claims_->set_longest(route.dedup_window);
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
                   {"read_after_ms", done.until_read.count()},
                   {"live_after_ms", done.until_live.count()}});
        homes_->look_again(nullptr); // its order keys without tasks are free
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
    tell.note = [this](queue::postgres::membership_note const& note) {
        if (note.is_warning) {
            log_.warn(note.text, {{"detail", note.detail}});
        } else {
            log_.info(note.text, {{"detail", note.detail}});
        }
    };
    membership_->start(std::move(tell));
    lanes_->start(by.core, by.core_io);
    start_pace();
}

// What the core says to it, in the core's own time; this thread waits. Nothing, where the program
// ends: the core may have stopped before this.
template <class Answer, class Ask>
Answer cluster_member::ask_core(Ask ask) {
    auto const done = std::make_shared<std::promise<Answer>>();
    auto result = done->get_future();
    boost::asio::post(by_->core_io,
                      [this, done, ask = std::move(ask)] { done->set_value(ask(by_->core)); });
    while (result.wait_for(look_for_stop) != std::future_status::ready)
        if (is_stopping_) return Answer();
    return result.get();
}

void cluster_member::start_pace() {
    using queue::lane_held;
    using queue::lane_order;
    using queue::lane_report;
    queue::postgres::pace_member::calls calls;
    calls.use = [this](std::vector<std::string> const& held) {
        return ask_core<std::vector<lane_report>>(
            [held](queue::dispatcher& core) { return core.take_use(held); });
    };
    calls.hold = [this](std::vector<lane_order> const& orders) {
        return ask_core<std::vector<lane_held>>(
            [orders](queue::dispatcher& core) { return core.share_lanes(orders); });
    };
    calls.unknown = [this](std::vector<std::string> const& names) {
        return ask_core<std::vector<std::string>>(
            [names](queue::dispatcher& core) { return core.unknown_lanes(names); });
    };
    calls.tell_failure = [this](std::string const& why) {
        log_.warn("destinations' limits cannot be shared out; what is held stays",
                  {{"error", why}});
    };
    pace_ = std::make_unique<queue::postgres::pace_member>(
        database_of(settings_, settings_.member_name()),
        queue::share_owner{joined_.log, joined_.epoch}, std::move(calls));
    // It wakes at once where something waits since before.
    boost::asio::post(by_->core_io, [this] {
        by_->core.on_starved([this] { pace_->wake(); });
        pace_->wake();
    });
}

queue::postgres::pace_status cluster_member::pace() const {
    return pace_ ? pace_->status() : queue::postgres::pace_status();
}

// The slice becomes safe in the queue's own time.
queue::postgres::adoption::given cluster_member::give(queue::foreign_slice&& slice) {
    auto const done = std::make_shared<std::promise<boost::system::error_code>>();
    bool const moves_keys = !slice.mark.order_slots.empty();
    boost::asio::post(by_->core_io, [this, done, slice = std::move(slice)]() mutable {
        by_->core.adopt(std::move(slice),
                        [done](boost::system::error_code ec) { done->set_value(ec); });
    });
    auto const result =
        std::make_shared<std::future<boost::system::error_code>>(done->get_future());
    return [this, result, moves_keys]() -> boost::system::error_code {
        while (result->wait_for(look_for_stop) != std::future_status::ready)
            if (is_stopping_) return queue::errc::stopping;
        auto const ec = result->get();
        // Its order keys have a new home.
        if (!ec && moves_keys) homes_->look_again(nullptr);
        return ec;
    };
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
    return membership_->holds() ? std::string()
                                : "the lease is over; nothing is sent until it is renewed";
}

void cluster_member::stop(bool says_good_bye) {
    // While the others still take what is given to them.
    if (homes_ && says_good_bye) homes_->leave_now(longest_leave);
    is_stopping_ = true;
    if (worker_) worker_->stop();
    // Before the good-bye, which gives back all that is held.
    if (pace_) pace_->stop();
    if (claims_) claims_->stop();
    // Before the adoption and the lanes: its thread tells of deaths and of what has changed.
    if (says_good_bye) {
        membership_->leave();
    } else {
        membership_->stop();
    }
    if (adoption_) adoption_->stop();
    if (lanes_) lanes_->stop();
    if (homes_) homes_->stop();
}

} // namespace sluice::gateway::serve
