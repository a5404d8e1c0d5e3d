// One custom webhook: its name, what bare names mean in its calls, and the function that answers
// them. The table of all of them is webhook_table; whoever writes another adds a line there.
#pragma once

#include "codecs/media_type.hpp"
#include "codecs/variables.hpp"
#include "gateway/intake/context.hpp"
#include "gateway/intake/submitter.hpp"
#include "gateway/server/exchange.hpp"

#include <cstdint>
#include <string_view>

namespace sluice::gateway::webhooks {

// A call that is decoded. Refers to what lives as long as the I/O thread, but for `variables`,
// which end when the function returns: whoever answers later copies what he needs.
struct webhook_call {
    intake::context& with;
    intake::submitter& hands;
    server::exchange& on;
    codecs::variables const& variables;
    codecs::media_kind format = codecs::media_kind::json; // of the answer
    std::uint32_t label = 0;                              // of the metrics
};

struct webhook {
    std::string_view method; // as in /v1/webhooks/{method}
    // What bare names mean in it. "method" must be one of the plain names.
    codecs::name_rules const& (*names)() = nullptr;
    // Answers in the end, on the same thread.
    void (*answer)(webhook_call const& call) = nullptr;
    // Whether it can also answer as CSV.
    codecs::csv_offer csv = codecs::csv_offer::no;
};

} // namespace sluice::gateway::webhooks
