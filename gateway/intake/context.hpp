// What every endpoint of one I/O thread works with. Owned by the thread's front door; used on that
// thread only.
#pragma once

#include "gateway/plan/resolved_configuration.hpp"
#include "gateway/tables/tables.hpp"
#include "queue/core/task_id.hpp"
#include "queue/dispatch/clock.hpp"
#include "queue/dispatch/port.hpp"

#include <functional>
#include <memory>
#include <string>

namespace sluice::gateway::telemetry {
class io_metrics;
class log;
} // namespace sluice::gateway::telemetry

namespace sluice::gateway::call {
class cluster;
class guess_guard;
class order_homes;
} // namespace sluice::gateway::call

namespace sluice::gateway::intake {

class key_claims;
class durability_label;
class wait_list;

struct context {
    queue::port& port;
    queue::clock const& clock;
    telemetry::io_metrics& metrics;
    tables::backend& data;      // links, user variables, agents
    tables::inbox& inbox;       // of this thread: where writes of `data` are answered
    call::guess_guard& guesses; // of short codes; shared by all threads
    queue::task_id_generator ids;
    std::shared_ptr<plan::resolved_configuration const>
        current; // swapped between requests, never during one
    durability_label const& durability;
    telemetry::log& lines;
    wait_list& waits;                   // calls that wait for the end of their task
    key_claims& keys;                   // Idempotency-Keys of calls that are not answered yet
    call::cluster* others = nullptr;    // the other gateways, as this thread asks them; null: none
    call::order_homes* homes = nullptr; // with it: where tasks with an order key are written
};

} // namespace sluice::gateway::intake
