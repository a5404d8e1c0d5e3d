#include "gateway/endpoints/front_door.hpp"

#include "gateway/telemetry/io_metrics.hpp"

#include <charconv>

namespace sluice::gateway::endpoints {

namespace {

constexpr std::string_view in_prefix = "/in/";
constexpr std::string_view v1_prefix = "/v1/";
constexpr std::string_view tasks_prefix = "/v1/tasks/";
constexpr std::string_view agents_path = "/v1/agents";
constexpr std::string_view webhooks_prefix = "/v1/webhooks/";
constexpr std::string_view links_prefix = "/v1/links/";
constexpr std::string_view users_prefix = "/v1/users/";
constexpr std::string_view short_url_path = "/UrlShortner/phonon/shortUrl";
constexpr std::string_view documented_prefix = "/centraloutboundwebhook-v1/";

// Bodies up to this size are read before anything is refused: reading them costs less than a
// connection that has to be closed.
constexpr std::uint64_t small_body = 16 * 1024;

// What Content-Length says; a chunked body announces nothing.
std::uint64_t announced_body(server::request const& req) {
    auto const text = req.header("Content-Length");
    std::uint64_t size = 0;
    std::from_chars(text.data(), text.data() + text.size(), size);
    return size;
}

void not_found(server::exchange& on) {
    call::refuse(on, call::error_format(on.req),
                 {.status = 404, .detail = "There is nothing at this path."});
}

void not_allowed(server::exchange& on, std::string_view allowed) {
    call::refusal why{.status = 405};
    why.detail = "The method is not allowed here.";
    why.allow = allowed;
    refuse(on, call::error_format(on.req), why);
}

// "/centraloutboundwebhook-v1/{stage}/" with exactly one segment; the last slash may be missing.
bool is_documented_path(std::string_view path) {
    if (!path.starts_with(documented_prefix)) return false;
    auto stage = path.substr(documented_prefix.size());
    if (stage.ends_with('/')) stage.remove_suffix(1);
    return !stage.empty() && stage.find('/') == stage.npos;
}

telemetry::refusal_reason reason_of(unsigned status) {
    using telemetry::refusal_reason;
    switch (status) {
    case 400:
        return refusal_reason::malformed;
    case 401:
        return refusal_reason::unauthorized;
    case 403:
        return refusal_reason::forbidden;
    case 404:
        return refusal_reason::not_found;
    case 405:
        return refusal_reason::method;
    case 406:
        return refusal_reason::not_acceptable;
    case 409:
        return refusal_reason::conflict;
    case 413:
    case 414:
    case 431:
        return refusal_reason::too_large;
    case 415:
        return refusal_reason::media_type;
    case 422:
        return refusal_reason::invalid;
    case 429:
        return refusal_reason::rate_limited;
    case 500:
        return refusal_reason::outcome_unknown;
    case 503:
        return refusal_reason::overloaded;
    default:
        return refusal_reason::other;
    }
}

// The answer to HEAD is that to GET, without its body (RFC 9110 section 9.3.2).
constexpr std::string_view read_methods = "GET, HEAD";

bool is_read(server::request const& req) {
    return req.method == "GET" || req.method == "HEAD";
}

} // namespace

front_door::front_door(intake::context&& with, telemetry::label_table& names)
    : with_(std::move(with))
    , labels_{names.intern("/v1/tasks"),
              names.intern("/v1/tasks:batch"),
              names.intern("/v1/webhooks/{method}"),
              names.intern("/centraloutboundwebhook-v1/{stage}/"),
              names.intern(webhooks::outbound_create_path),
              names.intern(webhooks::outbound_dialer_path)}
    , hands_(with_)
    , proxy_(with_, hands_)
    , tasks_(with_, hands_)
    , links_(with_)
    , users_(with_)
    , agents_(with_)
    , webhooks_(with_, hands_)
    , outbound_(with_, hands_) {}

void front_door::on_header(server::exchange& on) {
    auto const& req = on.req;
    if (webhooks::outbound_calls::owns(req.path)) {
        outbound_.refuse_by_header(on, announced_body(req));
        return;
    }
    if (announced_body(req) <= small_body) return;
    if (req.path.starts_with(in_prefix)) {
        auto const match = proxy_.check_header(req);
        if (!match) refuse(on, call::error_format(req), match.error());
    } else if (!req.path.starts_with(v1_prefix) && !req.path.starts_with(documented_prefix) &&
               req.path != short_url_path) {
        not_found(on);
    }
}

void front_door::handle(server::exchange& on) {
    auto const path = on.req.path;
    if (path.starts_with(in_prefix)) return proxy_.handle(on);
    if (path.starts_with(v1_prefix)) return handle_v1(on);
    if (is_documented_path(path)) {
        if (on.req.method != "POST") return not_allowed(on, "POST");
        return webhooks_.handle_by_body(on, labels_.documented_path);
    }
    if (webhooks::outbound_calls::owns(path)) {
        bool const is_dialer = path == webhooks::outbound_dialer_path;
        return outbound_.handle(on, is_dialer ? labels_.outbound_dialer : labels_.outbound);
    }
    if (path == short_url_path) {
        if (on.req.method != "POST") return not_allowed(on, "POST");
        return webhooks_.handle(on, "shortURL", labels_.webhooks);
    }
    if (auto const code = tables::link_code::parse(path.substr(1))) {
        return links_.follow(on, *code);
    }
    not_found(on);
}

void front_door::handle_v1(server::exchange& on) {
    auto const path = on.req.path;
    if (path == "/v1/tasks") return handle_collection(on);
    if (path == "/v1/tasks:batch") {
        if (on.req.method != "POST") return not_allowed(on, "POST");
        return tasks_.create_batch(on, labels_.batch);
    }
    if (path.starts_with(tasks_prefix)) return handle_task(on, path.substr(tasks_prefix.size()));
    if (path.starts_with(agents_path)) {
        auto const rest = path.substr(agents_path.size());
        if (!rest.empty() && rest.front() != '/') return not_found(on);
        if (!is_read(on.req)) return not_allowed(on, read_methods);
        return agents_.handle(on, rest);
    }
    if (path.starts_with(webhooks_prefix)) {
        if (on.req.method != "POST") return not_allowed(on, "POST");
        return webhooks_.handle(on, path.substr(webhooks_prefix.size()), labels_.webhooks);
    }
    if (path.starts_with(links_prefix)) return handle_link(on, path.substr(links_prefix.size()));
    if (path.starts_with(users_prefix)) return handle_user(on, path.substr(users_prefix.size()));
    not_found(on);
}

void front_door::handle_collection(server::exchange& on) {
    if (on.req.method == "POST") return tasks_.create(on, labels_.tasks);
    if (is_read(on.req)) return tasks_.show_group(on);
    not_allowed(on, "GET, HEAD, POST");
}

void front_door::handle_task(server::exchange& on, std::string_view rest) {
    auto const method = on.req.method;
    constexpr std::string_view explain = "/explain";
    if (rest.ends_with(explain)) {
        if (!is_read(on.req)) return not_allowed(on, read_methods);
        return tasks_.explain(on, rest.substr(0, rest.size() - explain.size()));
    }
    if (is_read(on.req)) return tasks_.show(on, rest);
    if (method == "DELETE") return tasks_.cancel(on, rest);
    not_allowed(on, "GET, HEAD, DELETE");
}

void front_door::handle_link(server::exchange& on, std::string_view code) {
    if (!is_read(on.req)) return not_allowed(on, read_methods);
    links_.show(on, code);
}

void front_door::handle_user(server::exchange& on, std::string_view rest) {
    auto const method = on.req.method;
    constexpr std::string_view keys = "/keys";
    if (rest.ends_with(keys)) {
        rest.remove_suffix(keys.size());
        if (rest.find('/') != rest.npos) return not_found(on);
        if (!is_read(on.req)) return not_allowed(on, read_methods);
        return users_.show_keys(on, rest);
    }
    if (rest.find('/') != rest.npos) return not_found(on);
    if (is_read(on.req)) return users_.show(on, rest);
    if (method == "DELETE") return users_.erase(on, rest);
    not_allowed(on, "GET, HEAD, DELETE");
}

void front_door::on_replied(server::exchange const&, unsigned status) {
    with_.metrics.on_reply(status);
    if (status >= 400) with_.metrics.on_refused(reason_of(status));
}

} // namespace sluice::gateway::endpoints
