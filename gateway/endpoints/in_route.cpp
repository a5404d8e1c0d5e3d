#include "gateway/endpoints/in_route.hpp"

#include "codecs/json.hpp"
#include "codecs/json_scan.hpp"
#include "gateway/call/call_hash.hpp"
#include "gateway/call/coded_body.hpp"
#include "gateway/client/signature.hpp"
#include "gateway/endpoints/render.hpp"
#include "gateway/intake/authorise.hpp"
#include "gateway/plan/message.hpp"
#include "gateway/server/target.hpp"
#include "gateway/telemetry/log.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice::gateway::endpoints {

namespace {

// The address alone speaks for a call only where it was listed by hand.
call::checked<void> check_bearer(plan::directory const& known, server::request const& req,
                                 config::account const& account) {
    auto const token = intake::bearer_token(req);
    if (!token) return call::unauthorised("This route needs Authorization: Bearer <secret>.");
    if (known.accounts().by_secret(*token) != &account) {
        return call::unauthorised("The secret is not one of the route's account.");
    }
    return {};
}

bool needs_bearer(plan::route_plan const& plan) {
    return plan.route->require == config::route_credential::bearer ||
           (plan.route->require == config::route_credential::none &&
            plan.account->allow_from.empty());
}

// Whether the Authorization header was meant for the gateway: the route asks for it, or it brings a
// secret that opens the gateway's own doors, which no destination is to learn.
bool hides_authorization(plan::directory const& known, plan::route_plan const& plan,
                         server::request const& req) {
    if (needs_bearer(plan)) return true;
    auto const token = intake::bearer_token(req);
    return token && known.accounts().by_secret(*token) != nullptr;
}

call::checked<void> check_signature(config::route const& route, server::request const& req,
                                    queue::wall_time now) {
    std::vector<client::webhook_key> keys;
    for (auto const& secret : route.signing_secrets) {
        if (auto key = client::webhook_key::parse(secret.reveal())) keys.push_back(std::move(*key));
    }
    client::signature_headers const given{req.header("webhook-id"), req.header("webhook-timestamp"),
                                          req.header("webhook-signature")};
    auto const verified =
        client::verify(keys, given, req.body, std::chrono::floor<std::chrono::seconds>(now));
    if (!verified) return call::unauthorised(verified.error().message());
    return {};
}

void log_unset(intake::context const& with, config::destination const& destination,
               std::vector<std::string> const& names) {
    if (names.empty()) return;
    with.lines.warn(
        "a destination's variables are not set",
        {{"destination", destination.name}, {"unset", fmt::format("{}", fmt::join(names, " "))}});
}

// The value with its kind: the text "1" is not the number 1.
std::optional<std::string> value_at(std::string const& pointer, std::string_view body) {
    auto const compiled = codecs::json_pointer::compile(pointer);
    if (!compiled || !codecs::check_json(body)) return std::nullopt;
    auto const found = codecs::json_find(codecs::json_trim(body), *compiled);
    if (!found) return std::nullopt;
    bool const is_text = codecs::json_kind_of(*found) == codecs::json_kind::string;
    return (is_text ? "s" : "v") + codecs::json_text(*found);
}

using content_hash =
    std::optional<call::call_hash>; // nothing: the call has not the part that would tell

call::checked<content_hash> hash_content(config::route const& route, server::request const& req,
                                         config::limits const& bounds) {
    auto const& rule = *route.dedup;
    switch (rule.source) {
    case config::dedup_source::body:
        return content_hash(
            call::hash_of({"content", route.path, req.method, req.target, req.body}));
    case config::dedup_source::header:
        if (req.header(rule.name).empty()) return content_hash();
        return content_hash(
            call::hash_of({"content", route.path, rule.name, req.header(rule.name)}));
    case config::dedup_source::json_pointer:
        break;
    }
    auto const plain = call::decoded_body(req, bounds);
    if (!plain) return plain.error();
    auto const value = value_at(rule.name, *plain ? **plain : req.body);
    if (!value) return content_hash();
    return content_hash(call::hash_of({"content", route.path, rule.name, *value}));
}

// The key that a call's content makes: calls of a route with `dedup` that bring the same one within
// its window are one task. Null where the route has no `dedup`, or the call has not the part that
// would tell: no such header, a body that is not JSON, nothing at the pointer. Such a call is a
// task of its own. "body" means the whole call: method, path and query besides the body's bytes. A
// value is looked for behind the body's content coding, within `bounds`. Refusals: 415 for a coding
// that is unknown, 413 and 400 for a body that it does not fit, where a value in it must be read.
call::checked<std::unique_ptr<queue::idempotency>> content_key_of(config::route const& route,
                                                                  server::request const& req,
                                                                  config::limits const& bounds) {
    std::unique_ptr<queue::idempotency> key;
    if (!route.dedup) return key;
    auto const hash = hash_content(route, req, bounds);
    if (!hash) return hash.error();
    if (!*hash) return key;
    key = std::make_unique<queue::idempotency>();
    key->key = key->body = **hash;
    key->lifetime = route.dedup_window;
    return key;
}

} // namespace

call::checked<plan::route_match> in_route::check_header(server::request const& req) const {
    auto const& known = with_.current->directory();
    auto const match = known.find_route(req.path);
    if (!match.found) return call::refusal{.status = 404, .detail = "There is no such route."};
    if (server::has_dot_segment(match.rest)) {
        return call::refusal{.status = 400,
                             .detail = "The path must not have segments \".\" or \"..\"."};
    }
    auto const& plan = with_.current->plan_of(*match.found);
    auto const from = call::origin_of(req, known.settings().trusted_proxies);
    if (auto doors = intake::check_doors(*plan.account, from); !doors) return doors.error();
    if (needs_bearer(plan)) {
        if (auto known_secret = check_bearer(known, req, *plan.account); !known_secret) {
            return known_secret.error();
        }
    }
    return match;
}

call::checked<known_call*> in_route::look_at_head(server::exchange& on) const {
    auto& memo = on.memo();
    // Only routes keep something with a connection of this listener.
    if (!memo) memo = std::make_unique<known_call>();
    auto& known = static_cast<known_call&>(*memo);
    auto const configuration = with_.current->number();
    if (known.head == on.head_number() && known.configuration == configuration) return &known;
    known.head = 0;
    auto const& req = on.req;
    auto const match = check_header(req);
    if (!match) return match.error();
    known.plan = &with_.current->plan_of(*match->found);
    known.rest_size = match->rest.size();
    known.format = call::reply_format_of(req);
    known.has_key = req.has("Idempotency-Key");
    known.hides_authorization = hides_authorization(with_.current->directory(), *known.plan, req);
    known.message_head.clear();
    known.configuration = configuration;
    known.head = on.head_number();
    return &known;
}

call::checked<void> in_route::handle(server::exchange& on) {
    auto const& req = on.req;
    auto const looked = look_at_head(on);
    if (!looked) return looked.error();
    auto& known = **looked;
    auto const& plan = *known.plan;
    auto const rate = intake::check_rate(with_.current->directory(), *plan.account, req);
    if (!rate) return rate.error();
    if (plan.route->require == config::route_credential::signature) {
        auto const verified = check_signature(*plan.route, req, with_.clock.now().wall);
        if (!verified) return verified.error();
    }
    if (!known.format) return known.format.error();
    intake::accepted_call call;
    call.kind = intake::accepted_kind::proxied;
    call.format = *known.format;
    std::unique_ptr<queue::idempotency> key;
    if (known.has_key) {
        auto read = intake::read_idempotency_key(req, plan.account->id);
        if (!read) return read.error();
        key = std::move(*read);
    }
    call.is_group = plan.targets.size() > 1;
    intake::task_maker tasks(with_, *plan.account, with_.clock.wall(), call);
    std::string unset;
    if (auto done = make_tasks(req, known, tasks, unset); !done) return done.error();
    auto content = content_key_of(*plan.route, req, with_.current->settings().limit);
    if (!content) return content.error();
    if (*content) tasks.made().front().extras.made().content = std::move(*content);
    call.rest = unset;
    hands_.submit(on, std::move(tasks.made()), call, std::move(key), plan.label);
    return {};
}

call::checked<void> in_route::make_tasks(server::request const& req, known_call& known,
                                         intake::task_maker& tasks, std::string& unset) {
    auto const& plan = *known.plan;
    call_renderer renderer(with_, req, known.rest_of(req.path), *plan.account,
                           known.hides_authorization);
    for (auto const& target : plan.targets) {
        if (target.destination->format == config::message_format::raw) {
            if (known.message_head.empty()) renderer.raw_head(known.message_head);
            tasks.add(target, plan::encode(known.message_head, req.body), tasks.now());
            continue;
        }
        auto made = renderer.render(target);
        if (!made) return made.error();
        log_unset(with_, *target.destination, made->unset);
        for (auto const& name : made->unset)
            unset.append(name).push_back(' ');
        tasks.add(target, std::move(made->payload), tasks.now() + made->delay, made->travel_key);
    }
    return {};
}

} // namespace sluice::gateway::endpoints
