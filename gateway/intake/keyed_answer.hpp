// Calls that the gateway answers itself, from its tables, and that may carry an Idempotency-Key:
// their key, their first answer, how it is given again. What a key promises stands in
// tables::backend. On the call's I/O thread, but for what the tables call.
#pragma once

#include "codecs/media_type.hpp"
#include "gateway/call/refusal.hpp"
#include "gateway/server/exchange.hpp"
#include "gateway/tables/tables.hpp"

#include <optional>
#include <string_view>
#include <utility>

namespace sluice::gateway::intake {

using call_key = std::optional<tables::call_key>;

// Nothing when the call has none. Refusal: as read_idempotency_key.
call::checked<call_key> read_call_key(server::request const& req, std::string_view account,
                                      tables::wall_time now);

// Whether a call is answered with this: its key was used already, for it (the first answer again)
// or for another one (422).
bool answer_known(server::exchange& on, codecs::media_kind format, tables::backend const& data,
                  call_key const& key);

void give(server::exchange& on, tables::kept_answer const& answer);

// What a write takes along. `answer` makes the call's answer of what the write came to, nothing
// where the call is refused; it is copied, and also called on a thread of the tables: it holds no
// references.
template <class T, class Answer>
tables::keyed_call<T> keyed(server::exchange& on, call_key const& key, Answer const& answer) {
    if (!key) return {};
    return {key, answer, [&on](tables::kept_answer const& first) { give(on, first); }};
}

} // namespace sluice::gateway::intake
