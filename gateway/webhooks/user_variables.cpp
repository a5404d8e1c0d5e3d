#include "gateway/webhooks/user_variables.hpp"

#include "gateway/webhooks/user_preferences.hpp"

#include <algorithm>

namespace sluice::gateway::webhooks {

std::shared_ptr<tables::user_variables const> user_variables(tables::backend const& data,
                                                             config::account const& account,
                                                             std::string_view contact) {
    auto const key = contact_key(contact, account.country_code);
    return key ? data.user_variables(account.id, *key) : nullptr;
}

std::string const* find_user_variable(tables::user_variables const* kept, std::string_view name) {
    if (!kept) return nullptr;
    auto const found = std::ranges::lower_bound(*kept, name, {}, &tables::user_variable::name);
    return found != kept->end() && found->name == name ? &found->value : nullptr;
}

} // namespace sluice::gateway::webhooks
