#include "gateway/admin/calls.hpp"

#include "codecs/percent.hpp"
#include "gateway/admin/object_writer.hpp"
#include "gateway/http/text.hpp"

#include <fmt/format.h>

#include <charconv>

namespace sluice::gateway::admin {

namespace {

constexpr std::chrono::seconds beat_period{10};
constexpr std::string_view bearer = "Bearer ";
// GET /v1/cluster of a gateway without one.
constexpr std::string_view alone = R"({"gateway":null,"members":[],"adopted":[]})";
constexpr std::size_t most_name = 64; // bytes of who did it

// Who changes something, as explanations and the journal name them: {"by":"…"} in the body, else
// the address.
call::checked<std::string> actor_of(server::request const& req) {
    if (req.body.empty()) return "an operator at " + req.peer.to_string();
    auto const body = codecs::parse_json(req.body);
    if (!body) return call::undecodable(body.error());
    auto const* object = body->if_object();
    if (!object) return call::invalid("", "Must be a JSON object.");
    auto const* by = object->if_contains("by");
    if (!by) return "an operator at " + req.peer.to_string();
    auto const* text = by->if_string();
    if (!text || text->empty() || text->size() > most_name) {
        return call::invalid("/by", fmt::format("Must be a text of 1 to {} bytes.", most_name));
    }
    return std::string(*text);
}

std::string peer_name(server::request const& req) {
    return "an operator at " + req.peer.to_string();
}

// The calls about agents answer as each call asks for it, all others in JSON.
codecs::media_kind format_of_refusals(server::request const& req, operation what) {
    switch (what) {
    case operation::list_agents:
    case operation::add_agent:
    case operation::remove_agent:
    case operation::begin_break:
    case operation::end_break:
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
    , destinations_(with_)
    , tasks_(with_)
    , agents_(with_.data, with_.inbox, with_.clock)
    , jobs_(with_.io, with_.port, with_.clock)
    , hub_([this](bool is_wanted) {
        // The ring is never full for long; a listener that misses the start sees the next beat.
        with_.port.call([this, is_wanted](queue::dispatcher&) { feed_.listen(is_wanted); });
    })
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
    auto const taken = dispatch(on, where.row->does, where.names);
    if (!taken) call::refuse(on, format_of_refusals(req, where.row->does), taken.error());
}

call::checked<void> calls::dispatch(server::exchange& on, operation what,
                                    call::path_names const& names) {
    auto const named = names.front();
    switch (what) {
    case operation::list_destinations:
        destinations_.list(on);
        return {};
    case operation::list_accounts:
        destinations_.list_accounts(on);
        return {};
    case operation::list_tasks:
        return tasks_.list(on, task_list::all);
    case operation::list_dead:
        return tasks_.list(on, task_list::dead);
    case operation::cancel_tasks:
        return start_job(on, queue::bulk_action::cancel, task_list::all);
    case operation::redrive_many:
        return start_job(on, queue::bulk_action::redrive, task_list::dead);
    case operation::purge_many:
        return start_job(on, queue::bulk_action::purge, task_list::dead);
    case operation::list_jobs:
        list_jobs(on);
        return {};
    case operation::show_job:
    case operation::stop_job:
        return handle_job(on, what, named);
    case operation::show_cluster:
        on.reply(200, json_type, with_.cluster ? with_.cluster() : std::string(alone));
        return {};
    case operation::listen:
        return listen(on);
    case operation::list_agents:
    case operation::add_agent:
    case operation::remove_agent:
    case operation::begin_break:
    case operation::end_break:
        return handle_agent(on, what, {named, names.back()});
    case operation::show_destination:
    case operation::pause_destination:
    case operation::resume_destination:
    case operation::purge_destination: {
        auto const name = codecs::percent_decode(named);
        if (!name) return call::undecodable(name.error());
        return handle_destination(on, what, *name);
    }
    default:
        break;
    }
    auto const id = queue::parse_task_id(named);
    if (!id) return call::refusal{.status = 404, .detail = "There is no such task."};
    return handle_task(on, what, *id);
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
    default:
        return agents_.list(on, with_.current(), whom.account);
    }
}

call::checked<void> calls::handle_destination(server::exchange& on, operation what,
                                              std::string const& name) {
    if (what == operation::show_destination) {
        destinations_.show(on, name);
    } else if (what == operation::purge_destination) {
        purge_destination(on, name);
    } else {
        auto const by = actor_of(on.req);
        if (!by) return by.error();
        destinations_.change(on, name, what == operation::pause_destination, *by);
    }
    return {};
}

call::checked<void> calls::handle_task(server::exchange& on, operation what, queue::task_id id) {
    switch (what) {
    case operation::explain_task:
        tasks_.explain(on, id);
        break;
    case operation::cancel_task:
        tasks_.cancel(on, id, peer_name(on.req));
        break;
    case operation::replay_task:
        tasks_.replay(on, id);
        break;
    case operation::redrive_dead:
        tasks_.redrive(on, id);
        break;
    case operation::purge_dead:
        tasks_.purge(on, id);
        break;
    default:
        tasks_.show(on, id);
        break;
    }
    return {};
}

// --- jobs ----------------------------------------------------------------------------------------

call::checked<void> calls::start_job(server::exchange& on, queue::bulk_action what, task_list of) {
    auto which = read_bulk_request(on.req, of);
    if (!which) return which.error();
    return run_job(on, what, std::move(*which));
}

// A paced job answers when it has begun, any other when it has ended.
call::checked<void> calls::run_job(server::exchange& on, queue::bulk_action what,
                                   bulk_request&& which) {
    bool const is_paced = which.rate > 0;
    jobs::end_handler on_end;
    if (!is_paced) {
        auto answer = [&on](job_report const& job) -> call::checked<void> {
            if (job.counts.unknown != 0) return call::refused_by(queue::errc::outcome_unknown);
            auto& body = on.body_scratch();
            append_job(body, job);
            on.reply(200, json_type, body);
            return {};
        };
        on_end = call::answer_or_refuse(on, json_kind, answer);
    }
    auto const begun = jobs_.start(what, std::move(which), peer_name(on.req), std::move(on_end));
    if (!begun) {
        call::refusal busy{.status = 503};
        busy.detail = "As many jobs as are allowed are under way.";
        busy.retry_after = std::chrono::seconds(1);
        return busy;
    }
    if (!is_paced) return {};
    auto& body = on.body_scratch();
    append_job(body, *begun);
    on.reply(202, json_type, body, fmt::format("Location: /v1/jobs/{}\r\n", begun->number));
    return {};
}

void calls::purge_destination(server::exchange& on, std::string const& name) {
    bulk_request which;
    which.filter.destination = name;
    which.filter.states = queue::state_set()
                              .with(queue::task_state::scheduled)
                              .with(queue::task_state::ready)
                              .with(queue::task_state::retry_wait);
    auto is_known = [name](queue::dispatcher& core, auto const& tell) {
        tell(core.table().lanes.find(name).has_value());
    };
    ask(with_, on, is_known, [this, &on, which](bool is_there) -> call::checked<void> {
        if (!is_there) {
            return call::refusal{.status = 404, .detail = "There is no such destination."};
        }
        return run_job(on, queue::bulk_action::cancel, bulk_request(which));
    });
}

call::checked<void> calls::handle_job(server::exchange& on, operation what, std::string_view text) {
    std::uint64_t number = 0;
    auto const end = text.data() + text.size();
    auto const [parsed, ec] = std::from_chars(text.data(), end, number);
    bool const is_number = ec == std::errc() && parsed == end;
    if (!is_number || !jobs_.find(number)) {
        return call::refusal{.status = 404, .detail = "There is no such job."};
    }
    if (what == operation::stop_job && !jobs_.stop(number)) {
        return call::refusal{.status = 409, .detail = "The job has ended."};
    }
    auto& body = on.body_scratch();
    append_job(body, *jobs_.find(number));
    on.reply(200, json_type, body);
    return {};
}

void calls::list_jobs(server::exchange& on) {
    auto& body = on.body_scratch();
    body = "{\"jobs\":[";
    for (auto const& job : jobs_.list()) {
        if (body.back() != '[') body += ',';
        append_job(body, job);
    }
    body += "]}";
    on.reply(200, json_type, body);
}

// --- events --------------------------------------------------------------------------------------

call::checked<void> calls::listen(server::exchange& on) {
    auto const wish = read_event_request(on.req.query);
    if (!wish) return wish.error();
    event_hub::wish what{wish->kinds, {}};
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
    if (hub_.subscribe(on, what)) return {};
    call::refusal busy{.status = 503};
    busy.detail = "As many listeners as are allowed are there.";
    busy.retry_after = std::chrono::seconds(10);
    return busy;
}

} // namespace sluice::gateway::admin
