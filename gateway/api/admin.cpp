#include "gateway/api/admin.hpp"

#include "gateway/api/refusal.hpp"

namespace sluice::gateway::api {

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

} // namespace

void admin::handle(server::exchange& on) {
    auto const path = on.req.path;
    bool const is_known =
        path == "/livez" || path == "/readyz" || path == "/healthz" || path == "/metrics";
    if (!is_known) {
        return refuse(on, error_format(on.req),
                      {.status = 404, .detail = "There is nothing at this path."});
    }
    if (on.req.method != "GET" && on.req.method != "HEAD") {
        refusal why{.status = 405, .detail = "The method is not allowed here."};
        why.allow = "GET, HEAD";
        return refuse(on, error_format(on.req), why);
    }
    if (path == "/metrics") return show_metrics(on);
    show_health(on, path == "/livez");
}

void admin::show_metrics(server::exchange& on) {
    from_.metrics([&on](std::string page) { on.reply(200, metrics_type, page); });
}

void admin::show_health(server::exchange& on, bool is_live_check) {
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

} // namespace sluice::gateway::api
