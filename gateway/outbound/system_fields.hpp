// The system variables (`$flow.syskey.*`) that several custom webhooks share, checked alike. Pure
// functions; any thread.
#pragma once

#include "codecs/variables.hpp"
#include "gateway/call/fields.hpp"
#include "gateway/call/refusal.hpp"

#include <chrono>
#include <string_view>

namespace sluice::gateway::outbound {

// Refusal (422): a securityID that is there and has not 64 characters. No secret has another
// length: it is a mistake in the call, not a wrong secret.
call::checked<void> check_security_id(codecs::variables const& call);

// One value of exactly `length` characters; else the problem is added.
void check_length(codecs::variable const& given, std::string_view bare, std::size_t length,
                  call::field_problems& found);

inline constexpr std::string_view delay_name = "$flow.syskey.delayMinutes";

// The variable `name`: whole minutes from 0 up to `longest`; 0 where it is absent or empty. What is
// wrong with it is added to `found`.
std::chrono::minutes read_delay(codecs::variables const& call, std::string_view name,
                                std::chrono::milliseconds longest, call::field_problems& found);

} // namespace sluice::gateway::outbound
