// The key that a call's content makes: calls of a route with `dedup` that bring the same one within
// its window are one task. Pure; any thread.
#pragma once

#include "gateway/call/refusal.hpp"
#include "gateway/config/limits.hpp"
#include "gateway/config/route.hpp"
#include "gateway/server/request.hpp"
#include "queue/core/task.hpp"

#include <memory>

namespace sluice::gateway::call {

// Null where the route has no `dedup`, or the call has not the part that would tell: no such
// header, a body that is not JSON, nothing at the pointer. Such a call is a task of its own.
// "body" means the whole call: method, path and query besides the body's bytes. A value is looked
// for behind the body's content coding, within `bounds`. Refusals: 415 for a coding that is
// unknown, 413 and 400 for a body that it does not fit, where a value in it must be read.
checked<std::unique_ptr<queue::idempotency>> content_key_of(config::route const& route,
                                                            server::request const& req,
                                                            config::limits const& bounds);

} // namespace sluice::gateway::call
