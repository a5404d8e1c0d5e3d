// Who makes a call of the admin listener, as logs, explanations and the journal name them. Pure;
// any thread.
#pragma once

#include "gateway/admin/context.hpp"

#include <string>
#include <string_view>

namespace sluice::gateway::admin {

// {"by":"…"} of a body, 1 to 64 bytes; empty where it does not say. Refusals: 400, 422.
call::checked<std::string> name_in(std::string_view body);

// By the address; of a call that another gateway sent here, as that one says.
std::string caller_of(let_in const& given);

// Who changes something: by the body, else as `caller_of` says; the same of who only looks.
call::checked<std::string> actor_of(let_in const& given);

} // namespace sluice::gateway::admin
