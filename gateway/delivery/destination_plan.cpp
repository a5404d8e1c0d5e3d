#include "gateway/delivery/destination_plan.hpp"

#include <stdexcept>

namespace sluice::gateway::delivery {

void throw_exception_from_error(plan_error const& error, boost::source_location const&) {
    throw std::runtime_error(error.destination + ": " + error.what);
}

boost::system::result<plan_table, plan_error> make_plans(runtime const& from,
                                                         client::tls_contexts& tls) {
    plan_table plans;
    for (auto const& destination : from.settings().destinations) {
        client::endpoint_source const source{destination.name, destination.url,
                                             destination.connection, destination.concurrency};
        auto endpoint = client::make_endpoint(source, tls);
        if (!endpoint) return plan_error{destination.name, endpoint.error().message()};
        auto token = client::make_token_plan(source, tls);
        if (!token) return plan_error{destination.name, "token_url: " + token.error().message()};
        std::vector<client::webhook_key> keys;
        for (auto const& secret : destination.signing_secrets) {
            auto key = client::webhook_key::parse(secret.reveal());
            if (!key) return plan_error{destination.name, key.error().message()};
            keys.push_back(std::move(*key));
        }
        auto const lane = static_cast<std::size_t>(from.lane_of(destination));
        if (plans.size() <= lane) plans.resize(lane + 1);
        plans[lane] = std::make_shared<destination_plan const>(
            destination_plan{std::move(*endpoint), answer_rules(destination), std::move(keys),
                             destination.max_retry_after, std::move(*token)});
    }
    return plans;
}

} // namespace sluice::gateway::delivery
