// The endpoints of one I/O thread, each once. Owned by its front door, used on that thread only.
#pragma once

#include "gateway/endpoints/agent_calls.hpp"
#include "gateway/endpoints/in_route.hpp"
#include "gateway/endpoints/links.hpp"
#include "gateway/endpoints/tasks.hpp"
#include "gateway/endpoints/users.hpp"
#include "gateway/intake/context.hpp"
#include "gateway/intake/submitter.hpp"
#include "gateway/webhooks/outbound_calls.hpp"
#include "gateway/webhooks/webhook_calls.hpp"

namespace sluice::gateway::endpoints {

struct endpoint_set {
    endpoint_set(intake::context& with, telemetry::label_table& names)
        : hands(with)
        , in(with, hands)
        , of_tasks(with, hands)
        , of_links(with)
        , of_users(with)
        , of_agents(with)
        , webhooks(with, hands, names)
        , outbound(with, hands) {}

    intake::submitter hands;
    in_route in;
    tasks of_tasks;
    links of_links;
    users of_users;
    agent_calls of_agents;
    gateway::webhooks::webhook_calls webhooks;
    gateway::webhooks::outbound_calls outbound;
};

} // namespace sluice::gateway::endpoints
