#include "gateway/plan/directory.hpp"

#include <algorithm>
#include <utility>

namespace sluice::gateway::plan {
namespace {

template <class Map>
auto find_in(Map const& map, std::string_view name) -> typename Map::mapped_type {
    auto const found = map.find(name);
    return found == map.end() ? nullptr : found->second;
}

} // namespace

directory::directory(std::shared_ptr<config::configuration const> settings, call_rates* rates)
    : settings_(std::move(settings))
    , accounts_(settings_->accounts) {
    for (auto const& one : settings_->accounts)
        rates_.push_back(rates ? rates->of(one.id) : std::make_shared<call_rate>());
    for (auto const& one : settings_->routes) {
        routes_.emplace(one.path, &one);
        longest_route_ = std::max(longest_route_, one.path.size());
    }
    for (auto const& one : settings_->destinations)
        destinations_.emplace(one.name, &one);
    for (auto const& one : settings_->widgets)
        widgets_.emplace(one.name, &one);
}

route_match directory::find_route(std::string_view path) const {
    // A path of thousands of slashes costs no more than the longest route can match.
    auto prefix = path;
    if (path.size() > longest_route_) prefix = path.substr(0, path.rfind('/', longest_route_));
    // Upwards, one segment shorter each time: the first hit is the longest.
    while (!prefix.empty()) {
        if (auto const* found = find_in(routes_, prefix))
            return {found, path.substr(prefix.size())};
        auto const slash = prefix.rfind('/');
        if (slash == std::string_view::npos) break;
        prefix = prefix.substr(0, slash);
    }
    return {};
}

std::optional<std::chrono::nanoseconds> directory::take_call(config::account const& of,
                                                             call_rate::time_point now) const {
    if (!of.rate) return std::nullopt;
    auto const place = static_cast<std::size_t>(&of - settings_->accounts.data());
    return rates_[place]->take(*of.rate, now);
}

config::destination const* directory::find_destination(std::string_view name) const {
    return find_in(destinations_, name);
}

config::widget const* directory::find_widget(std::string_view name) const {
    return find_in(widgets_, name);
}

} // namespace sluice::gateway::plan
