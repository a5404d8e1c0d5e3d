// What is counted about an answer beside its status: whoever gives the answer notes it, whoever
// counts answers reads it. Kept in server::exchange::note; the connection's thread.
#pragma once

#include "gateway/server/exchange.hpp"
#include "gateway/telemetry/io_metrics.hpp"

#include <optional>

namespace sluice::gateway::call {

// Before a refusal is answered: why. Without one its status says it.
void note_reason(server::exchange& on, std::optional<telemetry::refusal_reason> why);
// Before the first answer of an Idempotency-Key is given again.
void note_repeated(server::exchange& on);

// Why a call was refused; nothing where the answer is no refusal.
std::optional<telemetry::refusal_reason> reason_of_reply(server::exchange const& on,
                                                         unsigned status);

// For handler::on_replied.
void count_reply(telemetry::io_metrics& to, server::exchange const& on, unsigned status);

} // namespace sluice::gateway::call
