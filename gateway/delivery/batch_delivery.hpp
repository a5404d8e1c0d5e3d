// An attempt that carries several tasks, as HTTP sees it: one body out, one outcome a task back.
// The calls stand in the request by the ids of their tasks, so that a batch which is sent again is
// the same bytes. Pure; any thread.
#pragma once

#include "gateway/delivery/judge.hpp"
#include "queue/core/outcome.hpp"
#include "queue/dispatch/transport.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sluice::gateway::delivery {

// The body for the tasks of `a`, each with its own start time. Nothing where their messages do not
// go into one request.
std::optional<std::string> join_bodies(queue::attempt const& a);

// One outcome for each task of `a`, itself first, from an answer that took the batch or speaks of
// each call. `whole` says what they have in common.
std::vector<queue::outcome> judge_calls(answer_rules const& rules, codecs::answer const& given,
                                        queue::attempt const& a, queue::outcome const& whole);

} // namespace sluice::gateway::delivery
