#include "gateway/delivery/destination_plan.hpp"

#include "gateway/client/tls_context.hpp"

#include <stdexcept>

namespace sluice::gateway::delivery {

void throw_exception_from_error(plan_error const& error, boost::source_location const&) {
    throw std::runtime_error(error.destination + ": " + error.what);
}

namespace {

using shared_plan = std::shared_ptr<destination_plan const>;
using made_plan = boost::system::result<shared_plan, plan_error>;

boost::system::result<std::vector<client::webhook_key>, plan_error>
parse_keys(config::destination const& destination) {
    std::vector<client::webhook_key> keys;
    for (auto const& secret : destination.signing_secrets) {
        auto key = client::webhook_key::parse(secret.reveal());
        if (!key) return plan_error{destination.name, key.error().message()};
        keys.push_back(std::move(*key));
    }
    return keys;
}

made_plan make_plan(config::destination const& destination, client::tls_contexts& tls,
                    config::widget const* widget, codecs::inflate_limits const& inflated) {
    client::endpoint_source const source{destination.name, destination.url, destination.connection,
                                         destination.pace.concurrency};
    auto endpoint = client::make_endpoint(source, tls);
    if (!endpoint) return plan_error{destination.name, endpoint.error().message()};
    auto token = client::make_token_plan(source, tls);
    if (!token) return plan_error{destination.name, "token_url: " + token.error().message()};
    auto keys = parse_keys(destination);
    if (!keys) return keys.error();
    destination_plan made{std::move(*endpoint),
                          answer_rules(destination),
                          std::move(*keys),
                          destination.pace.max_retry_after,
                          inflated,
                          std::move(*token)};
    if (widget) made.widget.emplace(*widget);
    return std::make_shared<destination_plan const>(std::move(made));
}

// Reports go to URLs that callers name, so that there is no endpoint before the first one.
made_plan make_report_plan(config::destination const& destination, client::tls_contexts& tls,
                           codecs::inflate_limits const& inflated) {
    auto loaded = tls.get({});
    if (!loaded) return plan_error{destination.name, loaded.error().message()};
    auto keys = parse_keys(destination);
    if (!keys) return keys.error();
    destination_plan made{nullptr, answer_rules(destination), std::move(*keys),
                          destination.pace.max_retry_after, inflated};
    auto const& connection = destination.connection;
    made.reports =
        report_policy{destination.url,        connection.allow_http, connection.allow_networks,
                      connection.allow_ports, connection.timeout,    std::move(*loaded)};
    return std::make_shared<destination_plan const>(std::move(made));
}

} // namespace

boost::system::result<plan_table, plan_error> make_plans(plan::resolved_configuration const& from,
                                                         client::tls_contexts& tls) {
    plan_table plans;
    auto const put = [&plans](queue::lane_id id, shared_plan made) {
        auto const lane = static_cast<std::size_t>(id);
        if (plans.size() <= lane) plans.resize(lane + 1);
        plans[lane] = std::move(made);
    };
    codecs::inflate_limits const inflated{.size = from.settings().limit.inflated_bytes};
    for (auto const& destination : from.settings().destinations) {
        auto made = make_plan(destination, tls, nullptr, inflated);
        if (!made) return made.error();
        put(from.lane_of(destination), std::move(*made));
    }
    for (auto const& each : from.implicit_lanes()) {
        auto made = each.reports ? make_report_plan(each.destination, tls, inflated)
                                 : make_plan(each.destination, tls, each.widget, inflated);
        if (!made) return made.error();
        put(each.lane, std::move(*made));
    }
    return plans;
}

} // namespace sluice::gateway::delivery
