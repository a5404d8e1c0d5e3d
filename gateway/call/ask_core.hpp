// How a call asks the queue something: the question runs on the core's thread, the answer on the
// thread that asked. For everything but the hot path.
#pragma once

#include "gateway/call/answer_or_refuse.hpp"
#include "queue/core/error.hpp"
#include "queue/dispatch/dispatcher.hpp"
#include "queue/dispatch/port.hpp"

#include <utility>

namespace sluice::gateway::call {

// Runs `question(core, tell)` on the core's thread. It calls `tell(values…)` exactly once, at once
// or later, and `answer(values…)` then runs on this thread. Both are copied, and so are the values.
// False, with neither run, when the core has too much to do.
template <class Question, class Answer>
[[nodiscard]] bool ask_core(queue::port& port, Question question, Answer answer) {
    auto tell = [&port, answer = std::move(answer)](auto... values) {
        port.tell([answer, ... given = std::move(values)] { answer(given...); });
    };
    return port.call([question = std::move(question),
                      tell = std::move(tell)](queue::dispatcher& core) { question(core, tell); });
}

// The same for a call that waits for the answer: `answer` gives it and returns a checked<void>.
// What it refuses is refused, and so is (503) what the core has too much to do for.
template <class Question, class Answer>
void ask_core(queue::port& port, server::exchange& on, codecs::media_kind format, Question question,
              Answer answer) {
    auto told = answer_or_refuse(on, format, std::move(answer));
    if (ask_core(port, std::move(question), std::move(told))) return;
    refuse(on, format, refused_by(queue::errc::overloaded));
}

} // namespace sluice::gateway::call
