#include "gateway/webhooks/caller.hpp"

#include "gateway/call/fields.hpp"
#include "gateway/outbound/system_fields.hpp"

#include <array>

namespace sluice::gateway::webhooks {

namespace {

constexpr std::array<std::string_view, 3> account_names = {"accountID", "$user.syskey.accountID",
                                                           "$flow.syskey.accountID"};

std::string_view one_value(codecs::variable const& given, std::string_view name,
                           call::field_problems& found) {
    if (given.is_list) {
        found.push_back({given.pointer, std::string(name) + " must be one value, not a list."});
        return {};
    }
    return given.value();
}

} // namespace

call::checked<intake::credentials> read_credentials(codecs::variables const& call) {
    if (auto checked = outbound::check_security_id(call); !checked) return checked.error();
    call::field_problems found;
    intake::credentials brought;
    brought.security_id = call.value(call::security_id_name.full);
    if (auto const* const token = call.find("custToken")) {
        brought.cust_token = one_value(*token, "custToken", found);
    }
    for (auto const name : account_names) {
        auto const* const given = call.find(name);
        if (!given) continue;
        auto const id = one_value(*given, "accountID", found);
        if (!brought.account_id.empty() && !id.empty() && id != brought.account_id) {
            found.push_back({given->pointer, "accountID is given twice, with different values."});
        }
        if (brought.account_id.empty()) brought.account_id = id;
    }
    if (!found.empty()) return call::invalid(std::move(found));
    return brought;
}

} // namespace sluice::gateway::webhooks
