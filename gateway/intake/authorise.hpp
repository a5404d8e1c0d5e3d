// Who calls, and whether they may. The rules stand with each path in docs/openapi.yaml. Pure
// over a configuration; any thread. Never says in a refusal which half of a guess was right.
#pragma once

#include "gateway/call/origin.hpp"
#include "gateway/call/refusal.hpp"
#include "gateway/plan/directory.hpp"

#include <optional>
#include <string_view>

namespace sluice::gateway::intake {

// What a call brought to say who it is. Empty: not brought.
struct credentials {
    std::string_view security_id; // securityID or security-id in the body
    std::string_view cust_token;
    std::string_view account_id; // accountID in the body
};

// The account of a webhook call: by securityID, custToken, bearer token, or the address alone
// where an allow list has it. Refusals: 401 unknown secret, or nothing brought and no allow list
// that decides; 403 an address that is not on the account's list, plain HTTP where the account
// does not allow it, or an accountID that is not the caller's; 429 past the account's rate.
call::checked<config::account const*> authorise_webhook(plan::directory const& known,
                                                        server::request const& req,
                                                        credentials const& brought);

// The account of a call of /v1/tasks, /v1/agents, …: the bearer token always.
call::checked<config::account const*> authorise_bearer(plan::directory const& known,
                                                       server::request const& req);

// Whether `from` may call in the name of `account`: allow_from and HTTPS.
call::checked<void> check_doors(config::account const& account, call::origin const& from);

// Counts a call of the account against its `rate`: 429 with Retry-After past it. The two functions
// above do so themselves.
call::checked<void> check_rate(plan::directory const& known, config::account const& account,
                               server::request const& req);

// The token of `Authorization: Bearer …` (RFC 6750 section 2.1), if there is one.
std::optional<std::string_view> bearer_token(server::request const& req);

} // namespace sluice::gateway::intake
