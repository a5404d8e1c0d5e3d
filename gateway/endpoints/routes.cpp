#include "gateway/endpoints/routes.hpp"

#include "gateway/endpoints/endpoint_set.hpp"

#include <array>

namespace sluice::gateway::endpoints {

namespace {

using given = routed_call const&;
using done = call::checked<void>;

done call_webhook(endpoint_set& to, given by) {
    return to.webhooks.handle(by.on, by.names.front(), by.label);
}

done call_named_webhook(endpoint_set& to, given by) {
    return to.webhooks.handle_by_body(by.on, by.label);
}

done shorten(endpoint_set& to, given by) {
    return to.webhooks.handle(by.on, "shortURL", by.label);
}

done call_outbound(endpoint_set& to, given by) {
    to.outbound.handle(by.on, by.label);
    return {};
}

done look_at_outbound(endpoint_set& to, server::exchange& on, std::uint64_t announced) {
    to.outbound.look_at_header(on, announced);
    return {};
}

done look_at_in_route(endpoint_set& to, server::exchange& on, std::uint64_t announced) {
    if (announced <= small_body) return {};
    if (auto const match = to.in.check_header(on.req); !match) return match.error();
    return {};
}

constexpr std::string_view webhook_label = "/v1/webhooks/{method}";
constexpr std::string_view documented_label = "/centraloutboundwebhook-v1/{stage}/";

// In the order of their traffic: looking one up is a walk.
constexpr std::array table{
    route{call::any_method,
          "/in/{route*}",
          [](endpoint_set& to, given by) { return to.in.handle(by.on); },
          {},
          look_at_in_route,
          true}, // passed on with its label
    route{"POST", "/v1/webhooks/{method}", call_webhook, webhook_label},
    route{"POST", "/centraloutboundwebhook-v1/{stage}/", call_named_webhook, documented_label},
    route{"POST", "/centraloutboundwebhook-v1/{stage}", call_named_webhook, documented_label},
    route{"POST", gateway::webhooks::outbound_create_path, call_outbound,
          gateway::webhooks::outbound_create_path, look_at_outbound, true},
    route{"POST", gateway::webhooks::outbound_dialer_path, call_outbound,
          gateway::webhooks::outbound_dialer_path, look_at_outbound, true},
    route{"POST", "/UrlShortner/phonon/shortUrl", shorten, webhook_label},
    route{"GET", "/v1/tasks",
          [](endpoint_set& to, given by) { return to.of_tasks.show_group(by.on); }},
    route{"POST", "/v1/tasks",
          [](endpoint_set& to, given by) { return to.of_tasks.create(by.on, by.label); },
          "/v1/tasks"},
    route{"POST", "/v1/tasks:batch",
          [](endpoint_set& to, given by) { return to.of_tasks.create_batch(by.on, by.label); },
          "/v1/tasks:batch"},
    route{"GET", "/v1/tasks/{id}",
          [](endpoint_set& to, given by) { return to.of_tasks.show(by.on, by.names.front()); }},
    route{"DELETE", "/v1/tasks/{id}",
          [](endpoint_set& to, given by) { return to.of_tasks.cancel(by.on, by.names.front()); }},
    route{"GET", "/v1/tasks/{id}/explain",
          [](endpoint_set& to, given by) { return to.of_tasks.explain(by.on, by.names.front()); }},
    route{"GET", "/v1/agents",
          [](endpoint_set& to, given by) { return to.of_agents.show_all(by.on); }},
    route{"GET", "/v1/agents/{cli}",
          [](endpoint_set& to, given by) { return to.of_agents.show(by.on, by.names.front()); }},
    route{"GET", "/v1/agents/{cli}/breaks",
          [](endpoint_set& to, given by) {
              return to.of_agents.show_breaks(by.on, by.names.front());
          }},
    route{"GET", "/v1/agents/{cli}/planned",
          [](endpoint_set& to, given by) {
              return to.of_agents.show_planned(by.on, by.names.front());
          }},
    route{"DELETE", "/v1/agents/{cli}/planned",
          [](endpoint_set& to, given by) {
              return to.of_agents.cancel_planned(by.on, by.names.front());
          }},
    route{"GET", "/v1/links/{code}",
          [](endpoint_set& to, given by) { return to.of_links.show(by.on, by.names.front()); }},
    route{"GET", "/v1/users/{contact}",
          [](endpoint_set& to, given by) { return to.of_users.show(by.on, by.names.front()); }},
    route{"DELETE", "/v1/users/{contact}",
          [](endpoint_set& to, given by) { return to.of_users.erase(by.on, by.names.front()); }},
    route{
        "GET", "/v1/users/{contact}/keys",
        [](endpoint_set& to, given by) { return to.of_users.show_keys(by.on, by.names.front()); }},
    // Any method: a path that is no link's is 404 whatever was tried on it.
    route{call::any_method, "/{code}",
          [](endpoint_set& to, given by) { return to.of_links.follow(by.on, by.names.front()); }},
};

} // namespace

std::span<route const> routes() {
    return table;
}

} // namespace sluice::gateway::endpoints
