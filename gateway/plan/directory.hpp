// The running configuration with its lookup tables. The owner is a shared_ptr<directory const>
// that a reload replaces as a whole; every pointer given out lives as long as that directory.
// Immutable, so any thread may ask.
#pragma once

#include "gateway/config/configuration.hpp"
#include "gateway/plan/account_directory.hpp"
#include "gateway/plan/call_rates.hpp"

#include <cstddef>
#include <memory>
#include <string_view>
#include <unordered_map>

namespace sluice::gateway::plan {

// A route and what of the path stands behind it.
struct route_match {
    config::route const* found = nullptr;
    std::string_view rest; // Empty or beginning with "/"; a part of the path that was asked.
};

class directory {
  public:
    // `rates` has the counters that outlive a reload; without it they begin anew.
    explicit directory(std::shared_ptr<config::configuration const> settings,
                       call_rates* rates = nullptr);
    directory(directory const&) = delete;
    directory& operator=(directory const&) = delete;

    config::configuration const& settings() const noexcept { return *settings_; }
    account_directory const& accounts() const noexcept { return accounts_; }

    // The route with the longest path that is a prefix of `path` by whole segments:
    // "/in/crm" takes "/in/crm/x", not "/in/crmx". `path` has no query and is taken as it is.
    route_match find_route(std::string_view path) const;

    // Counts a call of this account, a reference that accounts() gave out. Nothing: it may come
    // in. Otherwise its `rate` is used up for so long.
    std::optional<std::chrono::nanoseconds> take_call(config::account const& of,
                                                      call_rate::time_point now) const;

    // nullptr where there is none of this name; so it is for the next one.
    config::destination const* find_destination(std::string_view name) const;
    config::widget const* find_widget(std::string_view name) const;

  private:
    std::shared_ptr<config::configuration const> settings_;
    account_directory accounts_;
    std::vector<std::shared_ptr<call_rate>> rates_; // By place in the configuration.
    std::unordered_map<std::string_view, config::route const*> routes_;
    std::size_t longest_route_ = 0;
    std::unordered_map<std::string_view, config::destination const*> destinations_;
    std::unordered_map<std::string_view, config::widget const*> widgets_;
};

} // namespace sluice::gateway::plan
