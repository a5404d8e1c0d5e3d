// The one place that refuses a call which is answered later, by the core or by the tables.
#pragma once

#include "gateway/call/refusal.hpp"

#include <utility>

namespace sluice::gateway::call {

// A handler for what comes: `answer(values…)` answers the call, or returns why it is refused
// (checked<void>). Copied with `answer`; runs on the call's thread.
template <class Answer>
auto answer_or_refuse(server::exchange& on, codecs::media_kind format, Answer answer) {
    return [&on, format, answer = std::move(answer)](auto const&... values) {
        checked<void> const done = answer(values...);
        if (!done) refuse(on, format, done.error());
    };
}

} // namespace sluice::gateway::call
