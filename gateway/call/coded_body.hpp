// The body of a call without its content coding (RFC 9110 section 8.4), for whoever reads it. Pure;
// any thread.
#pragma once

#include "gateway/call/refusal.hpp"
#include "gateway/config/limits.hpp"

#include <optional>
#include <string>

namespace sluice::gateway::call {

// The decoded body; nothing where the call's body is not coded. Refusals: 415 for a coding that is
// not known, with those that are; 413 past `limits.inflated` or a hundredfold; 400 for what is
// damaged.
checked<std::optional<std::string>> decoded_body(server::request const& req,
                                                 config::limits const& bounds);

// Puts the decoded body in the place of the coded one.
checked<void> decode_body(server::exchange& on, config::limits const& bounds);

} // namespace sluice::gateway::call
