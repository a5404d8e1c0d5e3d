#include "gateway/webhooks/template_variables.hpp"

#include "gateway/call/times.hpp"
#include "gateway/webhooks/user_preferences.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::gateway::webhooks {

template_variables::template_variables(codecs::variables const& call,
                                       config::account const& account, queue::wall_time now,
                                       std::shared_ptr<tables::user_variables const> stored)
    : call_(call)
    , stored_(std::move(stored)) {
    for (auto const& variable : call) {
        if (variable.is_list) own_.emplace_back(variable.name, variable.joined());
    }
    own_.emplace_back("$sys.datetime", call::local_time(now, account.time_zone));
}

std::optional<std::string_view> template_variables::find(std::string_view name) const {
    auto const own = std::ranges::find(own_, name, &std::pair<std::string, std::string>::first);
    if (own != own_.end()) return own->second;
    auto const* const found = call_.find(name);
    if (found && !found->values.empty()) return found->value();
    auto const* const kept = find_user_variable(stored_.get(), name);
    if (kept) return *kept;
    return std::nullopt;
}

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

std::string_view contact_of(codecs::variables const& call) {
    auto const contact = call.value("$user.syskey.contactNumber");
    return contact.empty() ? call.value("$flow.key.contactNumber") : contact;
}

call::refusal with_places(call::refusal why, codecs::variables const& all) {
    for (auto& each : why.errors) {
        auto const* const found = each.pointer.empty() ? nullptr : all.find(each.pointer);
        if (!found) continue;
        each.detail = fmt::format("{}: {}", found->name, each.detail);
        each.pointer = found->pointer;
    }
    return why;
}

} // namespace sluice::gateway::webhooks
