// Who the call of a custom webhook says that it is: its secret, token and account, under each of
// the names that they may have. Pure; any thread.
#pragma once

#include "codecs/variables.hpp"
#include "gateway/intake/authorise.hpp"

namespace sluice::gateway::webhooks {

// The names that every method's rules have for the secret of a call.
inline constexpr codecs::system_name security_id_name{"securityID", "$flow.syskey.securityID"};
inline constexpr codecs::system_name dashed_security_id_name{"security-id",
                                                             "$flow.syskey.securityID"};

// `securityID` (or `security-id`), `custToken` and `accountID` (or its full names). The views are
// those of `call`. Refusal (422): a securityID of another length than 64, one of them as a list,
// two accountIDs that differ.
api::checked<api::credentials> read_credentials(codecs::variables const& call);

} // namespace sluice::gateway::webhooks
