#include "gateway/webhooks/widget_variables.hpp"

#include "gateway/api/times.hpp"

#include <algorithm>

namespace sluice::gateway::webhooks {

namespace {

std::string joined(std::vector<std::string> const& values) {
    std::string text;
    for (auto const& value : values) {
        if (&value != &values.front()) text += ',';
        text += value;
    }
    return text;
}

} // namespace

widget_variables::widget_variables(codecs::variables const& call, config::account const& account,
                                   queue::wall_time now)
    : call_(call) {
    for (auto const& variable : call) {
        if (variable.is_list) own_.emplace_back(variable.name, joined(variable.values));
    }
    own_.emplace_back("$sys.datetime", api::local_time(now, account.time_zone));
}

void widget_variables::add_stored(std::string_view name, std::string_view value) {
    if (!call_.find(name)) own_.emplace_back(name, value);
}

std::optional<std::string_view> widget_variables::find(std::string_view name) const {
    auto const own = std::ranges::find(own_, name, &std::pair<std::string, std::string>::first);
    if (own != own_.end()) return own->second;
    auto const* const found = call_.find(name);
    if (!found || found->values.empty()) return std::nullopt;
    return found->value();
}

} // namespace sluice::gateway::webhooks
