#include "gateway/admin/door.hpp"

#include "gateway/admin/pages.hpp"
#include "gateway/call/refusal.hpp"

namespace sluice::gateway::admin {

namespace {

constexpr std::string_view metrics_type = "text/plain; version=0.0.4; charset=utf-8";

bool has_flag(std::string_view query, std::string_view name) {
    for (auto rest = query; !rest.empty();) {
        auto const end = rest.find('&');
        auto const part = rest.substr(0, end);
        if (part.substr(0, part.find('=')) == name) return true;
        rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
    }
    return false;
}

bool is_look(server::request const& req) {
    return req.method == "GET" || req.method == "HEAD";
}

} // namespace

void door::handle(server::exchange& on) {
    auto const path = on.req.path;
    if (path.starts_with("/v1/")) return calls_.handle(on);
    bool const is_live = path == "/livez" || path == "/healthz";
    bool const is_known = is_live || path == "/readyz" || path == "/metrics" || find_page(path);
    if (!is_known) {
        return call::refuse(on, call::error_format(on.req),
                           {.status = 404, .detail = "There is nothing at this path."});
    }
    if (!is_look(on.req)) {
        call::refusal why{.status = 405, .detail = "The method is not allowed here."};
        why.allow = "GET, HEAD";
        return call::refuse(on, call::error_format(on.req), why);
    }
    if (show_page(on)) return;
    if (path == "/metrics") return show_metrics(on);
    show_health(on, is_live);
}

bool door::show_page(server::exchange& on) {
    auto const* found = find_page(on.req.path);
    if (!found) return false;
    server::answer given;
    given.content_type = found->type;
    given.body = found->text;
    given.header_lines = page_headers;
    on.reply(given);
    return true;
}

void door::show_metrics(server::exchange& on) {
    from_.metrics([&on](std::string page) { on.reply(200, metrics_type, page); });
}

void door::show_health(server::exchange& on, bool is_live_check) {
    from_.health([&on, is_live_check](telemetry::health_inputs const& inputs) {
        auto const report =
            is_live_check ? telemetry::liveness(inputs) : telemetry::readiness(inputs);
        if (on.req.header("Accept").find("json") != std::string_view::npos) {
            return on.reply(report.status(), "application/json", telemetry::to_json(report));
        }
        on.reply(report.status(), telemetry::health_text_type,
                 telemetry::to_text(report, has_flag(on.req.query, "verbose")));
    });
}

} // namespace sluice::gateway::admin
