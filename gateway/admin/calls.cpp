#include "gateway/admin/calls.hpp"

#include "codecs/percent.hpp"
#include "codecs/query.hpp"
#include "gateway/admin/actor.hpp"
#include "gateway/admin/object_writer.hpp"
#include "gateway/config/units.hpp"
#include "gateway/http/text.hpp"
#include "gateway/telemetry/figures.hpp"
#include "gateway/telemetry/redact.hpp"

#include <fmt/format.h>

#include <charconv>

namespace sluice::gateway::admin {

namespace {

constexpr std::chrono::seconds beat_period{10};
constexpr std::string_view bearer = "Bearer ";
// GET /v1/cluster of a gateway without one.
constexpr std::string_view alone = R"({"gateway":null,"members":[],"adopted":[]})";

// The calls about agents answer as each call asks for it, all others in JSON.
codecs::media_kind format_of_refusals(server::request const& req, operation what) {
    switch (what) {
    case operation::list_agents:
    case operation::add_agent:
    case operation::remove_agent:
    case operation::begin_break:
    case operation::end_break:
    case operation::list_planned:
        return call::error_format(req);
    default:
        return json_kind;
    }
}

} // namespace

call::checked<void> check_token(std::optional<config::secret> const& token,
                                std::string_view authorization, bool changes) {
    if (!token) {
        if (!changes) return {};
        return call::forbidden("Calls that change things are off: the configuration has no "
                               "admin_token.");
    }
    bool const is_bearer =
        authorization.size() > bearer.size() &&
        http::equal_ignoring_case(authorization.substr(0, bearer.size()), bearer);
    if (!is_bearer) return call::unauthorised("This call needs the admin token as a bearer token.");
    if (!(config::secret(authorization.substr(bearer.size())) == *token)) {
        return call::unauthorised("This is not the admin token.");
    }
    return {};
}

calls::calls(context&& with, event_feed& feed)
    : with_(std::move(with))
    , guard_(with_.io, with_.clock, with_.lines)
    , feed_(feed)
    , destinations_(with_, feed)
    , tasks_(with_)
    , tasks_here_(with_, task_calls::callers::gateways)
    , agents_(with_.data, with_.inbox, with_.clock)
    , kept_(with_.data)
    , dead_groups_(with_)
    , bulk_(with_)
    , hub_(
          [this](bool is_wanted) {
              // The ring is never full for long; a listener that misses the start sees the next
              // beat.
              with_.port.call([this, is_wanted](queue::dispatcher&) { feed_.listen(is_wanted); });
          },
          with_.gateway)
    , beats_(with_.io) {
    connect_feed();
    beat();
}

void calls::connect_feed() {
    feed_.connect([this](event_feed::batch&& events, std::uint64_t missed) {
        auto const box = std::make_shared<event_feed::batch const>(std::move(events));
        with_.port.tell([this, box, missed] {
            if (missed > 0) hub_.publish_missed(missed);
            hub_.publish(*box);
            with_.port.call([this](queue::dispatcher&) { feed_.flush(); });
        });
    });
}

void calls::beat() {
    beats_.expires_after(beat_period);
    beats_.async_wait([this](boost::system::error_code ec) {
        if (ec) return;
        hub_.beat();
        // Whatever became of the courier: events go on.
        with_.port.call([this, is_wanted = hub_.size() > 0](queue::dispatcher&) {
            feed_.listen(is_wanted);
            feed_.flush();
        });
        beat();
    });
}

void calls::stop() {
    beats_.cancel();
    hub_.close();
}

call::checked<void> calls::may_call(server::request const& req, bool changes) const {
    if (auto const heard = guard_.may_try(req); !heard) return heard.error();
    return check_token(with_.current()->settings().admin_token, req.header("Authorization"),
                       changes);
}

// The one place that refuses what is not answered later.
void calls::handle(server::exchange& on) {
    auto const& req = on.req;
    auto const where = find_route(req.method, req.path);
    if (auto const may = may_call(req, where.row && where.row->changes()); !may) {
        bool const is_guess = may.error().status == 401 && !req.header("Authorization").empty();
        return is_guess ? guard_.refuse_guess(on, may.error()) : refuse(on, may.error());
    }
    if (!where.row) {
        std::string allow;
        return refuse(on, call::unrouted(routes(), req.path, allow));
    }
    take({on, *where.row, where.names});
}

void calls::log_change(server::exchange const& on, unsigned status) const {
    auto const& req = on.req;
    if (status >= 300) return;
    auto const where = find_route(req.method, req.path);
    if (!where.row || !where.row->changes() || where.row->concerns == call::spread::bulk) return;
    auto const name = name_in(req.body);
    auto const address = req.peer.to_string();
    bool const is_named = name && !name->empty();
    with_.lines.record(
        config::log_level::info, "an operator made a change",
        {{"call", fmt::format("{} {}", req.method, telemetry::redact_text(req.path))},
         {"by", is_named ? *name : "an operator at " + address},
         {"address", address}});
}

void calls::handle_forwarded(server::exchange& on, std::string_view path) {
    auto const where = find_route(on.req.method, path);
    if (where.row) return take({on, *where.row, where.names, true});
    std::string allow;
    refuse(on, call::unrouted(routes(), path, allow));
}

void calls::take(let_in const& given) {
    auto const taken = dispatch(given);
    if (taken) return;
    call::refuse(given.on, format_of_refusals(given.on.req, given.row.does), taken.error());
}

call::checked<void> calls::dispatch(let_in const& given) {
    auto& on = given.on;
    auto const concerns = given.row.concerns;
    bool const is_for_all = concerns != call::spread::here && concerns != call::spread::task;
    if (with_.others && is_for_all && !given.is_forwarded) return ask_all(given);
    switch (given.row.does) {
    case operation::list_destinations:
        destinations_.list(on);
        return {};
    case operation::list_accounts:
        destinations_.list_accounts(on);
        return {};
    case operation::list_tasks:
        return tasks_for(given).list(given, task_list::all);
    case operation::list_dead:
        return tasks_for(given).list(given, task_list::dead);
    case operation::group_dead:
        return dead_groups_.list(on, shows_contents(given));
    case operation::cancel_tasks:
        return bulk_.start(given, job_action::cancel, task_list::all);
    case operation::redrive_many:
        return bulk_.start(given, job_action::redrive, task_list::dead);
    case operation::purge_many:
        return bulk_.start(given, job_action::purge, task_list::dead);
    case operation::replay_many:
        return bulk_.replay(given);
    case operation::show_configuration:
        return destinations_.show_configuration(on);
    case operation::list_jobs:
        bulk_.list_jobs(on);
        return {};
    case operation::show_job:
    case operation::stop_job:
        return bulk_.handle_job(given);
    case operation::show_cluster:
        given.on.reply(200, json_type, with_.cluster ? with_.cluster() : std::string(alone));
        return {};
    case operation::show_overview:
        return show_overview(on);
    case operation::listen:
        return listen(on);
    case operation::list_agents:
    case operation::add_agent:
    case operation::remove_agent:
    case operation::begin_break:
    case operation::end_break:
    case operation::list_planned:
        return handle_agent(on, given.row.does, {given.names.front(), given.names.back()});
    case operation::list_links:
    case operation::show_link:
    case operation::list_users:
    case operation::show_user:
        return show_kept(given);
    case operation::show_destination:
    case operation::pause_destination:
    case operation::resume_destination:
    case operation::purge_destination:
        return handle_destination(given);
    default:
        return handle_task(given);
    }
}

bool calls::shows_contents(let_in const& given) const {
    if (given.is_forwarded) return given.on.req.has(call::shows_contents_header);
    return with_.current()->settings().admin_token.has_value();
}

call::checked<void> calls::show_overview(server::exchange& on) {
    constexpr std::chrono::milliseconds most = telemetry::figures::long_span;
    auto const given = codecs::find_in_query(on.req.query, "span");
    auto const span = config::parse_duration(given.value_or("15m"));
    if (!span || *span < std::chrono::minutes(1) || *span > most) {
        return call::invalid("span", "Must be a duration from 1m to 24h.");
    }
    auto const seconds = std::chrono::floor<std::chrono::seconds>(*span);
    on.reply(200, json_type, with_.overview ? with_.overview(seconds) : R"({"series":{}})");
    return {};
}

// What concerns every gateway of the cluster, this one among them.
call::checked<void> calls::ask_all(let_in const& given) {
    call::cluster_question what;
    what.how = given.row.concerns;
    what.from = call::listener_kind::admin;
    what.shows_contents = with_.current()->settings().admin_token.has_value();
    what.base = with_.current()->settings().admin_base_path;
    auto by = actor_of(given);
    if (!by) return by.error();
    what.caller = std::move(*by);
    if (what.how == call::spread::lane_change) {
        auto name = codecs::percent_decode(given.names.front());
        if (!name) return call::undecodable(name.error());
        queue::lane_wish wish{std::move(*name), given.row.does == operation::pause_destination,
                              what.caller};
        what.first = [this, wish = std::move(wish)](auto go_on) {
            destinations_.write(wish, std::move(go_on));
        };
    }
    with_.others->ask(given.on, what);
    return {};
}

call::checked<void> calls::handle_agent(server::exchange& on, operation what,
                                        endpoints::agent_name const& whom) {
    switch (what) {
    case operation::add_agent:
        return agents_.add(on, with_.current(), whom);
    case operation::remove_agent:
        return agents_.remove(on, with_.current(), whom);
    case operation::begin_break:
        return agents_.set_break(on, with_.current(), whom, true);
    case operation::end_break:
        return agents_.set_break(on, with_.current(), whom, false);
    case operation::list_planned:
        return agents_.list_planned(on, with_.current(), whom);
    default:
        return agents_.list(on, with_.current(), whom.account);
    }
}

// What the custom webhooks keep.
call::checked<void> calls::show_kept(let_in const& given) {
    auto const current = with_.current();
    endpoints::kept_name const which{given.names.front(), given.names.back()};
    switch (given.row.does) {
    case operation::list_links:
        return kept_.list_links(given.on, current, which.account);
    case operation::show_link:
        return kept_.show_link(given.on, current, which);
    case operation::list_users:
        return kept_.list_users(given.on, current, which.account);
    default:
        return kept_.show_user(given.on, current, which);
    }
}

call::checked<void> calls::handle_destination(let_in const& given) {
    auto& on = given.on;
    auto const name = codecs::percent_decode(given.names.front());
    if (!name) return call::undecodable(name.error());
    auto const what = given.row.does;
    if (what == operation::show_destination) {
        destinations_.show(on, *name);
    } else if (what == operation::purge_destination) {
        bulk_.purge_destination(given, *name);
    } else {
        auto const by = actor_of(given);
        if (!by) return by.error();
        destinations_.change(given, {*name, what == operation::pause_destination, *by});
    }
    return {};
}

call::checked<void> calls::handle_task(let_in const& given) {
    auto& on = given.on;
    auto const id = queue::parse_task_id(given.names.front());
    if (!id) return call::refusal{.status = 404, .detail = "There is no such task."};
    auto& tasks = tasks_for(given);
    auto const by = actor_of(given);
    if (!by) return by.error();
    switch (given.row.does) {
    case operation::explain_task:
        tasks.explain(on, *id);
        break;
    case operation::cancel_task:
        tasks.cancel(on, *id, *by);
        break;
    case operation::replay_task:
        tasks.replay(on, *id, *by);
        break;
    case operation::redrive_dead:
        tasks.redrive(on, *id, *by);
        break;
    case operation::purge_dead:
        tasks.purge(on, *id, *by);
        break;
    default:
        tasks.show(given, *id);
        break;
    }
    return {};
}

// --- events --------------------------------------------------------------------------------------

call::checked<void> calls::listen(server::exchange& on) {
    auto const wish = read_event_request(on.req.query);
    if (!wish) return wish.error();
    event_hub::wish what{wish->kinds, {}, wish->recent};
    if (!wish->destination.empty()) {
        auto const target = with_.current()->find_target(wish->destination);
        if (!target.destination) {
            return call::invalid("destination", "There is no such destination.");
        }
        what.lane = target.lane;
    }
    if (on.req.method == "HEAD") {
        on.reply(200, "text/event-stream; charset=utf-8", {});
        return {};
    }
    // In one turn of the core: what is not among the recent ones is heard.
    auto begin = [&feed = feed_](queue::dispatcher&, auto const& tell) {
        feed.listen(true);
        tell(feed.recent());
    };
    ask(with_, on, begin,
        [this, &on, what](event_feed::batch const& recent) -> call::checked<void> {
            if (hub_.subscribe(on, what, recent)) return {};
            return too_busy("As many listeners as are allowed are there.",
                            std::chrono::seconds(10));
        });
    return {};
}

} // namespace sluice::gateway::admin
