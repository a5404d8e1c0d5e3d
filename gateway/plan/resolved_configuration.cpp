#include "gateway/plan/resolved_configuration.hpp"

#include "gateway/plan/template_format.hpp"

#include <algorithm>
#include <atomic>
#include <stdexcept>

namespace sluice::gateway::plan {

namespace {

template <class T>
std::size_t place(std::vector<T> const& all, T const& one) {
    return static_cast<std::size_t>(&one - all.data());
}

// The text has passed the configuration's check.
codecs::text_template compile_body(config::destination const& from) {
    if (from.format != config::message_format::from_template) return {};
    auto made = codecs::text_template::compile(from.body, template_format_of(from.content_type));
    if (!made) throw std::invalid_argument("destination " + from.name + ": " + made.error().detail);
    return std::move(*made);
}

std::uint64_t next_number() {
    static std::atomic<std::uint64_t> made = 0;
    return ++made;
}

} // namespace

resolved_configuration::resolved_configuration(
    std::shared_ptr<config::configuration const> settings, queue::names& names,
    telemetry::label_table& labels, plan::call_rates& rates)
    : number_(next_number())
    , directory_(std::move(settings), &rates) {
    auto const& all = this->settings();
    for (auto const& account : all.accounts)
        accounts_.push_back(names.accounts.intern(account.id));
    for (auto const& destination : all.destinations) {
        lanes_.push_back(names.lanes.intern(destination.name));
        bodies_.push_back(compile_body(destination));
    }
    add_implicit_lanes(names, labels);
    by_lane_.resize(names.lanes.size());
    for (auto const& destination : all.destinations) {
        by_lane_[static_cast<std::size_t>(lane_of(destination))] = &destination;
    }
    for (auto const& each : implicit_) {
        by_lane_[static_cast<std::size_t>(each.lane)] = &each.destination;
    }
    by_account_.resize(names.accounts.size());
    for (auto const& account : all.accounts) {
        by_account_[static_cast<std::size_t>(number_of(account))] = &account;
    }
    for (auto const& route : all.routes) {
        route_plan plan;
        plan.route = &route;
        plan.account = directory_.accounts().by_id(route.account);
        for (auto const& name : route.destinations)
            plan.targets.push_back(find_target(name));
        plan.label = labels.intern(route.path);
        plans_.push_back(std::move(plan));
    }
}

bool resolved_configuration::is_implicit(queue::lane_id lane) const {
    return std::ranges::find(implicit_, lane, &implicit_lane::lane) != implicit_.end();
}

void resolved_configuration::add_implicit_lanes(queue::names& names,
                                                telemetry::label_table& labels) {
    auto const& all = settings();
    for (auto const& widget : all.widgets) {
        implicit_.push_back({destination_for(widget), &widget, nullptr, {}});
    }
    for (auto const& account : all.accounts) {
        implicit_.push_back({destination_for_reports(account), nullptr, &account, {}});
    }
    for (auto& each : implicit_)
        each.lane = names.lanes.intern(each.destination.name);
    for (auto const& widget : all.widgets) {
        widgets_.push_back({&widget, directory_.accounts().by_id(widget.account),
                            implicit_[place(all.widgets, widget)].lane,
                            plan::widget_template(widget), labels.intern(widget.name)});
    }
}

widget_plan const* resolved_configuration::find_widget(std::string_view name) const {
    auto const* const found = directory_.find_widget(name);
    return found ? &widgets_[place(settings().widgets, *found)] : nullptr;
}

queue::lane_id resolved_configuration::report_lane_of(config::account const& account) const {
    return implicit_[settings().widgets.size() + place(settings().accounts, account)].lane;
}

queue::account_id resolved_configuration::number_of(config::account const& account) const {
    return accounts_[place(settings().accounts, account)];
}

queue::lane_id resolved_configuration::lane_of(config::destination const& destination) const {
    return lanes_[place(settings().destinations, destination)];
}

route_plan const& resolved_configuration::plan_of(config::route const& route) const {
    return plans_[place(settings().routes, route)];
}

config::destination const* resolved_configuration::destination_of(queue::lane_id lane) const {
    auto const index = static_cast<std::size_t>(lane);
    return index < by_lane_.size() ? by_lane_[index] : nullptr;
}

config::account const* resolved_configuration::account_of(queue::account_id account) const {
    auto const index = static_cast<std::size_t>(account);
    return index < by_account_.size() ? by_account_[index] : nullptr;
}

delivery_target resolved_configuration::find_target(std::string_view name) const {
    auto const* found = directory_.find_destination(name);
    if (!found) return {};
    auto const* const body = &bodies_[place(settings().destinations, *found)];
    bool const is_template = found->format == config::message_format::from_template;
    return {found, lane_of(*found), is_template ? body : nullptr};
}

queue::lane_options
resolved_configuration::lane_options_of(config::destination const& destination) {
    auto options = destination.pace;
    options.attempt_timeout = destination.connection.timeout;
    options.pins_render_time = destination.format == config::message_format::outbound;
    return options;
}

} // namespace sluice::gateway::plan
