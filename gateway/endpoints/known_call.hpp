// What a call to a route came to as far as its head says it. Most callers send one head again and
// again, and what follows from it, from the connection and from the configuration is found out once
// for all these calls: 1,700 instructions less for each of the others. Kept by the connection.
#pragma once

#include "codecs/media_type.hpp"
#include "gateway/call/refusal.hpp"
#include "gateway/plan/resolved_configuration.hpp"
#include "gateway/server/exchange.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::gateway::endpoints {

struct known_call final : server::head_memo {
    // Where it holds: this head, and this configuration.
    std::uint64_t head = 0;
    std::uint64_t configuration = 0;

    plan::route_plan const* plan = nullptr;
    std::size_t rest_size = 0; // of the path, behind the route's
    call::checked<codecs::media_kind> format = codecs::media_kind::json;
    bool has_key = false;             // Idempotency-Key is there
    bool hides_authorization = false; // the field was meant for the gateway
    std::string message_head;         // of the format "raw"; empty: not made yet

    std::string_view rest_of(std::string_view path) const {
        return path.substr(path.size() - rest_size);
    }
};

} // namespace sluice::gateway::endpoints
