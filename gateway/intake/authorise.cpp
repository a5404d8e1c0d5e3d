#include "gateway/intake/authorise.hpp"

#include "gateway/http/text.hpp"

namespace sluice::gateway::intake {

namespace {

using config::account;

// Nothing but the address speaks for the call.
call::checked<account const*> by_address(plan::directory const& known, call::origin const& from,
                                         std::string_view account_id) {
    auto const candidates = known.accounts().by_address(from.address);
    if (!account_id.empty()) {
        for (auto const* candidate : candidates) {
            if (candidate->id == account_id) return candidate;
        }
        // The address is somebody's; he speaks in another's name.
        if (!candidates.empty()) return call::forbidden("The accountID is not the caller's.");
    } else if (candidates.size() == 1) {
        return candidates.front();
    }
    return call::unauthorised(
        "The call brings no secret, and its address alone does not tell whose "
        "it is.");
}

call::checked<account const*> by_secret(account const* found) {
    if (!found) return call::unauthorised("The secret is not known.");
    return found;
}

call::checked<account const*> identify(plan::directory const& known, server::request const& req,
                                       call::origin const& from, credentials const& brought) {
    auto const& accounts = known.accounts();
    if (!brought.security_id.empty()) return by_secret(accounts.by_secret(brought.security_id));
    if (!brought.cust_token.empty()) return by_secret(accounts.by_cust_token(brought.cust_token));
    if (auto const token = bearer_token(req)) return by_secret(accounts.by_secret(*token));
    return by_address(known, from, brought.account_id);
}

} // namespace

std::optional<std::string_view> bearer_token(server::request const& req) {
    constexpr std::string_view scheme = "Bearer ";
    auto const value = req.header("Authorization");
    if (value.size() <= scheme.size() ||
        !http::equal_ignoring_case(value.substr(0, scheme.size()), scheme)) {
        return std::nullopt;
    }
    return value.substr(value.find_first_not_of(' ', scheme.size() - 1));
}

call::checked<void> check_doors(account const& of, call::origin const& from) {
    if (!of.admits(from.address)) {
        bool const is_known = from.address != call::unknown_address;
        return call::forbidden((is_known ? "The address " + from.address.to_string()
                                         : "An address that X-Forwarded-For does not tell") +
                               " is not on the account's allow list.");
    }
    if (!from.is_https && !of.allow_http) {
        return call::forbidden("Plain HTTP is not enabled for this account; call by HTTPS.");
    }
    return {};
}

call::checked<account const*> authorise_webhook(plan::directory const& known,
                                                server::request const& req,
                                                credentials const& brought) {
    auto const from = call::origin_of(req, known.settings().trusted_proxies);
    auto found = identify(known, req, from, brought);
    if (!found) return found;
    if (auto doors = check_doors(**found, from); !doors) return doors.error();
    if (!brought.account_id.empty() && brought.account_id != (*found)->id) {
        return call::forbidden("The accountID is not the caller's.");
    }
    if (auto rate = check_rate(known, **found, req); !rate) return rate.error();
    return found;
}

call::checked<account const*> authorise_bearer(plan::directory const& known,
                                               server::request const& req) {
    auto const token = bearer_token(req);
    if (!token)
        return call::unauthorised("This call needs the header Authorization: Bearer <secret>.");
    auto found = by_secret(known.accounts().by_secret(*token));
    if (!found) return found;
    auto const from = call::origin_of(req, known.settings().trusted_proxies);
    if (auto doors = check_doors(**found, from); !doors) return doors.error();
    if (auto rate = check_rate(known, **found, req); !rate) return rate.error();
    return found;
}

call::checked<void> check_rate(plan::directory const& known, account const& of,
                               server::request const& req) {
    auto const wait = known.take_call(of, req.received);
    if (!wait) return {};
    call::refusal r{.status = 429, .detail = "The account makes more calls than its rate allows."};
    auto const seconds = std::chrono::ceil<std::chrono::seconds>(*wait);
    r.retry_after = std::max(seconds, std::chrono::seconds(1));
    return r;
}

} // namespace sluice::gateway::intake
