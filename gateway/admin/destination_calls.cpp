#include "gateway/admin/destination_calls.hpp"

#include "gateway/admin/object_writer.hpp"
#include "gateway/telemetry/redact.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>

namespace sluice::gateway::admin {

namespace {

call::refusal unknown_destination(std::string_view name) {
    call::refusal r{.status = 404};
    r.detail = fmt::format("There is no destination {}.", codecs::quoted_excerpt(name));
    return r;
}

void append_tasks(std::string& out, queue::lane_view const& view) {
    object_writer tasks(out);
    tasks.number("scheduled", view.scheduled);
    tasks.number("ready", view.ready);
    tasks.number("in_flight", view.in_flight);
    tasks.number("retry_wait", view.retry_wait);
    tasks.number("dead", view.dead);
}

void append_pulse(object_writer& to, lane_reading const& pulse) {
    {
        object_writer minute(to.member("last_minute"));
        minute.number("attempts", pulse.attempts);
        minute.number("delivered", pulse.delivered);
    }
    if (!pulse.last_error) {
        to.member("last_error") += "null";
        return;
    }
    object_writer error(to.member("last_error"));
    error.time("at", pulse.last_error->at);
    error.text("text", pulse.last_error->text);
}

void append_rate(std::string& out, queue::lane_pace const& pace) {
    if (!pace.tokens) {
        out += "null";
        return;
    }
    object_writer rate(out);
    rate.number("limit", pace.rate);
    rate.number("period_ms", static_cast<std::uint64_t>(pace.period.count() / 1000));
    rate.number("burst", pace.burst);
    rate.number("tokens", *pace.tokens);
    rate.time("next_token_at", pace.next_token_at);
}

void append_budget(std::string& out, queue::lane_pace const& pace) {
    object_writer budget(out);
    budget.member("share") += fmt::to_string(pace.retry_share);
    budget.number("least", pace.least_retries);
    budget.number("attempts", pace.first_attempts + pace.retries);
    budget.number("retries", pace.retries);
    budget.member("available") += pace.retries_left ? fmt::to_string(*pace.retries_left) : "null";
    budget.number("held", pace.retries_held);
    budget.time("next_retry_at", pace.next_retry_at);
}

void append_texts(std::string& out, std::vector<config::network> const& networks) {
    out += '[';
    for (auto const& each : networks) {
        if (out.back() != '[') out += ',';
        codecs::append_json_string(out, each.to_string());
    }
    out += ']';
}

// How a destination stands by the shared table, as one gateway tells another (call::lane_header).
std::string line_of(queue::lane_stand const& row) {
    return fmt::format("{}: {} {:d} {:d}\r\n", call::lane_header, row.version, row.is_paused,
                       row.is_disabled);
}

// What `line_of` wrote behind the name; nothing where it is something else.
std::optional<queue::lane_stand> read_stand(std::string_view text) {
    queue::lane_stand row;
    auto const end = text.data() + text.size();
    auto const [rest, ec] = std::from_chars(text.data(), end, row.version);
    std::string_view const flags(rest, static_cast<std::size_t>(end - rest));
    if (ec != std::errc() || flags.size() != 4) return std::nullopt;
    row.is_paused = flags[1] == '1';
    row.is_disabled = flags[3] == '1';
    return row;
}

// Everything but the secrets, of which only the number is told.
void append_account(std::string& out, config::account const& account) {
    object_writer object(out);
    object.text("id", account.id);
    object.number("secrets", account.secrets.size());
    object.number("cust_tokens", account.cust_tokens.size());
    append_texts(object.member("allow_from"), account.allow_from);
    object.flag("allow_http", account.allow_http);
    object.flag("require_secret", account.require_secret);
    if (account.rate) {
        object_writer rate(object.member("rate"));
        rate.number("limit", account.rate->count);
        rate.number("period_ms", static_cast<std::uint64_t>(account.rate->period.count()));
    } else {
        object.member("rate") += "null";
    }
    object.number("weight", account.weight);
    object.text("country_code", account.country_code);
    object.text("time_zone", account.time_zone);
    object.number("agents", account.agents.size());
}

} // namespace

destination_sample take_sample(queue::dispatcher const& core, event_feed const& feed,
                               queue::lane_id lane) {
    destination_sample sample;
    sample.name = core.table().lanes.name(lane);
    sample.view = core.state().view(lane);
    sample.by = sample.view.by;
    sample.view.by = {}; // it would point into the core
    sample.pace = core.state().pace(lane, core.now());
    sample.pulse = feed.pulse_of(sample.name);
    return sample;
}

std::string_view state_of(queue::lane_view const& view) {
    if (!view.is_configured) return "not_configured";
    if (view.is_disabled) return "disabled";
    if (view.is_paused) return "paused";
    return view.is_breaker_open ? "breaker_open" : "open";
}

void append_destination(std::string& out, destination_sample const& sample, std::string_view url) {
    auto const& view = sample.view;
    auto const& pace = sample.pace;
    object_writer object(out);
    object.text("name", sample.name);
    object.text("state", state_of(view));
    object.text_or_null("url", url);
    object.flag("paused", view.is_paused);
    object.flag("disabled", view.is_disabled);
    object.flag("breaker_open", view.is_breaker_open);
    object.text_or_null("by", sample.by);
    append_tasks(object.member("tasks"), view);
    append_pulse(object, sample.pulse);
    append_rate(object.member("rate"), pace);
    {
        object_writer concurrency(object.member("concurrency"));
        concurrency.number("limit", pace.limit);
        concurrency.number("most", pace.concurrency);
        concurrency.flag("adaptive", pace.is_adaptive);
        concurrency.number("in_flight", pace.in_flight);
    }
    if (pace.share) { // of a cluster: what this gateway holds of the limits
        object_writer held(object.member("held"));
        held.number("rate_parts", pace.share->rate);
        held.number("burst", pace.share->burst);
        held.number("concurrency", pace.share->slots);
    }
    append_budget(object.member("retry_budget"), pace);
    object.text_or_null("breaker_by", pace.breaker_by);
    object.time("breaker_until", pace.probe_at);
    object.time("retry_after_until", pace.gate_until);
}

std::string destination_calls::url_of(queue::lane_id lane) const {
    auto const current = with_.current();
    auto const* destination = current->destination_of(lane);
    return destination ? telemetry::redact_url(destination->url) : std::string();
}

void destination_calls::answer(server::exchange& on, destination_sample const& sample) {
    auto& body = on.body_scratch();
    append_destination(body, sample, url_of(sample.view.lane));
    on.reply(200, json_type, body);
}

// Lanes that follow from accounts and widgets are listed when there is something to see in them.
bool destination_calls::is_listed(destination_sample const& sample) const {
    auto const& view = sample.view;
    bool const is_implicit = with_.current()->is_implicit(view.lane);
    bool const is_held = view.is_paused || view.is_disabled || view.is_breaker_open;
    return !is_implicit || is_held || view.scheduled + view.ready + view.in_flight > 0 ||
           view.retry_wait + view.dead > 0;
}

void destination_calls::list(server::exchange& on) {
    auto samples = [&feed = feed_](queue::dispatcher& core, auto const& tell) {
        std::vector<destination_sample> all;
        for (std::size_t i = 0; i < core.table().lanes.size(); ++i) {
            all.push_back(take_sample(core, feed, static_cast<queue::lane_id>(i)));
        }
        std::ranges::sort(all, {}, &destination_sample::name);
        tell(std::move(all));
    };
    ask(with_, on, samples,
        [this, &on](std::vector<destination_sample> const& all) -> call::checked<void> {
            auto& body = on.body_scratch();
            body = "{\"destinations\":[";
            for (auto const& each : all) {
                if (!is_listed(each)) continue;
                if (body.back() != '[') body += ',';
                append_destination(body, each, url_of(each.view.lane));
            }
            body += "]}";
            on.reply(200, json_type, body);
            return {};
        });
}

void destination_calls::show(server::exchange& on, std::string const& name) {
    auto sample = [name, &feed = feed_](queue::dispatcher& core, auto const& tell) {
        auto const lane = core.table().lanes.find(name);
        tell(lane ? std::optional(take_sample(core, feed, *lane)) : std::nullopt);
    };
    ask(with_, on, sample,
        [this, &on, name](std::optional<destination_sample> const& found) -> call::checked<void> {
            if (!found) return unknown_destination(name);
            answer(on, *found);
            return {};
        });
}

template <class Take>
void destination_calls::answer_with(server::exchange& on, std::string const& name, Take take) {
    using found = std::optional<destination_sample>;
    auto question = [name, take, &feed = feed_](queue::dispatcher& core, auto const& tell) {
        auto const lane = core.table().lanes.find(name);
        if (!lane) return tell(boost::system::error_code(), found());
        take(core, *lane, [tell, &core, &feed, l = *lane](boost::system::error_code ec) {
            tell(boost::system::error_code(ec), found(take_sample(core, feed, l)));
        });
    };
    ask(with_, on, question,
        [this, &on, name](boost::system::error_code ec,
                          found const& sample) -> call::checked<void> {
            if (ec) return call::refused_by(ec);
            if (!sample) return unknown_destination(name);
            answer(on, *sample);
            return {};
        });
}

void destination_calls::change(let_in const& given, queue::lane_wish const& wish) {
    auto& on = given.on;
    if (!with_.switch_lane) {
        return answer_with(on, wish.destination, [wish](auto& core, auto lane, auto const& tell) {
            core.change_lane(lane, wish.is_pause, wish.by, tell);
        });
    }
    auto const line = on.req.header(call::lane_header);
    auto stand = given.is_forwarded ? read_stand(line) : std::nullopt;
    if (stand) {
        stand->destination = wish.destination;
        stand->by = wish.by;
        return follow(on, *stand);
    }
    // Whoever was called first has no such destination.
    write_if_known(wish, [this, &on, name = wish.destination](auto const& row) {
        if (!row) return refuse(on, row.error());
        if (!*row) return refuse(on, unknown_destination(name));
        follow(on, **row);
    });
}

void destination_calls::write(queue::lane_wish const& wish, call::cluster_question::go_on tell) {
    write_if_known(wish, [tell = std::move(tell)](auto const& row) {
        if (!row) return tell(row.error());
        tell(*row ? line_of(**row) : std::string());
    });
}

void destination_calls::write_if_known(queue::lane_wish const& wish, written tell) {
    auto question = [name = wish.destination](queue::dispatcher& core, auto const& known) {
        known(core.table().lanes.find(name).has_value());
    };
    auto go_on = [this, wish, tell](bool is_known) {
        if (!is_known) return tell(std::nullopt);
        with_.switch_lane(wish, [tell](boost::system::result<queue::lane_stand> const& row) {
            if (row.has_error()) return tell(call::refused_by(row.error()));
            tell(std::optional(*row));
        });
    };
    if (call::ask_core(with_.port, question, go_on)) return;
    tell(call::refused_by(queue::errc::overloaded));
}

// As the table says; what is in the journal of it is of no concern to the caller.
void destination_calls::follow(server::exchange& on, queue::lane_stand const& stand) {
    answer_with(on, stand.destination, [stand](auto& core, auto, auto const& tell) {
        core.follow(queue::lane_stand(stand));
        tell({});
    });
}

call::checked<void> destination_calls::show_configuration(server::exchange& on) {
    auto const current = with_.current();
    if (!current->settings().admin_token) {
        return call::forbidden("The configuration is shown to whoever has the admin token; it has "
                               "none.");
    }
    on.reply(200, "application/toml", current->settings().shown);
    return {};
}

void destination_calls::list_accounts(server::exchange& on) {
    auto const current = with_.current();
    auto& body = on.body_scratch();
    body = "{\"accounts\":[";
    for (auto const& account : current->settings().accounts) {
        if (body.back() != '[') body += ',';
        append_account(body, account);
    }
    body += "]}";
    on.reply(200, json_type, body);
}

} // namespace sluice::gateway::admin
