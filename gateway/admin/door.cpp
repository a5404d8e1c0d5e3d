#include "gateway/admin/door.hpp"

#include "codecs/query.hpp"
#include "gateway/admin/pages.hpp"
#include "gateway/call/refusal.hpp"
#include "gateway/http/text.hpp"
#include "gateway/telemetry/families.hpp"

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace sluice::gateway::admin {

namespace {

bool is_look(server::request const& req) {
    return req.method == "GET" || req.method == "HEAD";
}

} // namespace

bool is_own_host(std::string_view host, std::span<std::string const> names) {
    if (host.empty()) return true;
    bool const is_v6 = host.starts_with('[');
    auto const end = is_v6 ? host.find(']') : host.rfind(':');
    auto const name = host.substr(is_v6 ? 1 : 0, is_v6 ? end - 1 : end);
    boost::system::error_code ec;
    boost::asio::ip::make_address(std::string(name), ec);
    if (!ec || http::equal_ignoring_case(name, "localhost")) return true;
    return std::ranges::any_of(
        names, [name](auto const& own) { return http::equal_ignoring_case(own, name); });
}

bool admit_host(server::exchange& on, std::span<std::string const> names) {
    if (is_own_host(on.req.host, names)) return true;
    call::refuse(on, call::error_format(on.req),
                 {.status = 421,
                  .detail = "The admin listener answers to addresses, localhost and the names in "
                            "admin_hosts."});
    return false;
}

void door::handle(server::exchange& on) {
    if (!admit_host(on, current_()->settings().admin_hosts)) return;
    if (!enter_base(on)) return;
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

bool door::enter_base(server::exchange& on) {
    auto const settings = current_();
    std::string_view const base = settings->settings().admin_base_path;
    auto const path = on.req.path;
    if (base.empty()) return true;
    if (path.starts_with(base) && path.substr(base.size()).starts_with('/')) {
        on.cut_path(base.size());
        return true;
    }
    if (path == base) {
        on.reply(308, "text/plain", {}, fmt::format("Location: {}/\r\n", base));
        return false;
    }
    // Probes and Prometheus do not come through the proxy.
    bool const is_probe =
        path == "/livez" || path == "/healthz" || path == "/readyz" || path == "/metrics";
    if (is_probe) return true;
    call::refuse(on, call::error_format(on.req),
                 {.status = 404, .detail = "There is nothing at this path."});
    return false;
}

bool door::show_page(server::exchange& on) {
    auto const* found = find_page(on.req.path);
    if (!found) return false;
    server::answer given;
    given.content_type = found->type;
    given.body = found->text;
    given.is_body_lasting = true;
    given.header_lines = page_headers;
    on.reply(given);
    return true;
}

void door::show_metrics(server::exchange& on) {
    from_.metrics(
        [&on](std::string page) { on.reply(200, telemetry::metrics_content_type, page); });
}

void door::show_health(server::exchange& on, bool is_live_check) {
    from_.health([&on, is_live_check](telemetry::health_inputs const& inputs) {
        reply_health(on,
                     is_live_check ? telemetry::liveness(inputs) : telemetry::readiness(inputs));
    });
}

void reply_health(server::exchange& on, telemetry::health_report const& report) {
    if (on.req.header("Accept").find("json") != std::string_view::npos)
        return on.reply(report.status(), "application/json", telemetry::to_json(report));
    bool const is_verbose = codecs::find_in_query(on.req.query, "verbose").has_value();
    on.reply(report.status(), telemetry::health_text_type, telemetry::to_text(report, is_verbose));
}

} // namespace sluice::gateway::admin
