// Lanes that no [[destination]] names: one for each widget, and one for the reports (callbacks) of
// each account. They are made into destinations, so that queue, retry, pool, TLS and address policy
// serve them like any other. Values made once for each configuration; any thread may read.
#pragma once

#include "gateway/config/account.hpp"
#include "gateway/config/destination.hpp"
#include "gateway/config/widget.hpp"
#include "queue/core/names.hpp"

namespace sluice::gateway::plan {

struct implicit_lane {
    config::destination destination;
    config::widget const* widget = nullptr;   // of a widget's lane
    config::account const* reports = nullptr; // of the lane of an account's reports
    queue::lane_id lane{};
};

// "widget:<name>": its URL is the literal origin of the template, its headers those that have no
// variables; the rest comes with each message.
config::destination destination_for(config::widget const& widget);

// "callback:<id>": its URL is that of `callback`, or empty where only calls name one.
config::destination destination_for_reports(config::account const& account);

// "callback:<id>".
std::string report_lane_name(std::string_view account);

// Scheme, host and port of a URL template, with a "/" behind them.
std::string origin_of_template(std::string_view url);

} // namespace sluice::gateway::plan
