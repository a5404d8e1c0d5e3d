// Who the call of a custom webhook says that it is: its secret, token and account, under each of
// the names that they may have. Pure; any thread.
#pragma once

#include "codecs/variables.hpp"
#include "gateway/intake/authorise.hpp"

namespace sluice::gateway::webhooks {

// `securityID` (or `security-id`), `custToken` and `accountID` (or its full names). The views are
// those of `call`. Refusal (422): a securityID of another length than 64, one of them as a list,
// two accountIDs that differ.
call::checked<intake::credentials> read_credentials(codecs::variables const& call);

} // namespace sluice::gateway::webhooks
