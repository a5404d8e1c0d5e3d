// The configuration as the request path needs it: every name already turned into the queue's
// numbers, every rule compiled. Immutable; a reload makes a new one and each thread swaps its
// pointer. Any thread may read.
#pragma once

#include "codecs/template.hpp"
#include "gateway/plan/directory.hpp"
#include "gateway/plan/implicit_lanes.hpp"
#include "gateway/plan/widget_template.hpp"
#include "gateway/telemetry/label_table.hpp"
#include "queue/core/lane_options.hpp"
#include "queue/core/names.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace sluice::gateway::plan {

// Where one message of a call goes.
struct delivery_target {
    config::destination const* destination = nullptr;
    queue::lane_id lane{};
    codecs::text_template const* body = nullptr; // of format "template": never null there
};

// A [[route]] with its references resolved.
struct route_plan {
    config::route const* route = nullptr;
    config::account const* account = nullptr;
    std::vector<delivery_target> targets;
    std::uint32_t label = 0; // of the metrics
};

// A [[widget]] with its templates compiled.
struct widget_plan {
    config::widget const* widget = nullptr;
    config::account const* account = nullptr;
    queue::lane_id lane{};
    plan::widget_template request;
    std::uint32_t label = 0; // of the metrics
};

class resolved_configuration {
  public:
    // Gives numbers to every name of `settings`. Called where the names are owned: before the
    // threads start, or on the core's thread. `labels` are the metrics' numbers of route paths.
    // `rates` counts the accounts' calls over all configurations.
    resolved_configuration(std::shared_ptr<config::configuration const> settings,
                           queue::names& names, telemetry::label_table& labels,
                           plan::call_rates& rates);

    // Another one for each that the process made.
    std::uint64_t number() const { return number_; }

    config::configuration const& settings() const { return directory_.settings(); }
    plan::directory const& directory() const { return directory_; }

    // The arguments are pointers that `directory()` gave out.
    queue::account_id number_of(config::account const& account) const;
    queue::lane_id lane_of(config::destination const& destination) const;
    route_plan const& plan_of(config::route const& route) const;

    // The widget of that name, or nullptr.
    widget_plan const* find_widget(std::string_view name) const;
    // Where the reports of an account's tasks go.
    queue::lane_id report_lane_of(config::account const& account) const;
    // The lanes of widgets and reports: all that must be served beside the destinations'.
    std::vector<implicit_lane> const& implicit_lanes() const { return implicit_; }
    bool is_implicit(queue::lane_id lane) const;

    // The destination behind a lane, implicit ones too, or nullptr when the configuration no
    // longer has it.
    config::destination const* destination_of(queue::lane_id lane) const;
    // The account behind a number, or nullptr when the configuration no longer has it.
    config::account const* account_of(queue::account_id account) const;
    // By name: for tasks that name their destination. `lane` is valid where `destination` is set.
    delivery_target find_target(std::string_view name) const;

    // The pace of `destination`, with what the rest of it means for its lane.
    static queue::lane_options lane_options_of(config::destination const& destination);

  private:
    void add_implicit_lanes(queue::names& names, telemetry::label_table& labels);

    std::uint64_t number_;
    plan::directory directory_;
    std::vector<queue::account_id> accounts_;   // by place in the configuration
    std::vector<queue::lane_id> lanes_;         // by place in the configuration
    std::vector<codecs::text_template> bodies_; // by place; empty where it is no template
    std::vector<config::destination const*> by_lane_;
    std::vector<config::account const*> by_account_;
    std::vector<route_plan> plans_;       // by place in the configuration
    std::vector<implicit_lane> implicit_; // widgets, then accounts, as in the configuration
    std::vector<widget_plan> widgets_;    // by place in the configuration
};

} // namespace sluice::gateway::plan
