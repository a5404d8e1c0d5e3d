// One custom webhook: its name, what bare names mean in its calls, and the function that answers
// them. The table of all of them is in webhook_calls.cpp. A new one is a file of its own, a line
// there, its name in config/webhook_names.hpp and its path in docs/openapi.yaml.
#pragma once

#include "codecs/media_type.hpp"
#include "codecs/variables.hpp"
#include "gateway/call/fields.hpp"
#include "gateway/intake/context.hpp"
#include "gateway/intake/submitter.hpp"
#include "gateway/intake/table_answer.hpp"
#include "gateway/server/exchange.hpp"

#include <cstdint>
#include <optional>
#include <string>
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

// The answer, or nothing where the queue or the tables answer the call in the end; or why it is
// refused, which webhook_calls does.
using webhook_answer = call::checked<std::optional<tables::kept_answer>>;
inline constexpr std::nullopt_t answered_later = std::nullopt;

struct webhook {
    std::string_view method; // as in /v1/webhooks/{method}
    // What bare names mean in it. "method" must be one of the plain names.
    codecs::name_rules const& (*names)() = nullptr;
    webhook_answer (*answer)(webhook_call const& call) = nullptr;
    // Whether a name that is nearly one of its system variables is refused, or is one more
    // variable.
    enum class near_names : bool { taken, refused } near = near_names::taken;
    // Whether it can also answer as CSV.
    codecs::csv_offer csv = codecs::csv_offer::no;
    // Where near names are refused: what else is wrong with the call once they are right, so that
    // all of it is told at once. Whose call it is need not be known.
    call::field_problems (*problems)(codecs::variables const& call,
                                     config::configuration const& settings) = nullptr;
};

// An answer of 200 with the body that `append` writes to the end of a text.
template <class Append>
tables::kept_answer answer_of(codecs::media_kind format, Append&& append) {
    tables::kept_answer made{200, std::string(intake::content_type_of(format)), {}};
    append(made.body);
    return made;
}

} // namespace sluice::gateway::webhooks
