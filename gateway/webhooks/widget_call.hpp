// A widget as a call: finds its account, renders its request from the call's variables and hands it
// to the queue, with the answer waited for where the widget or the caller says so. Runs on the I/O
// thread that received it.
#pragma once

#include "gateway/webhooks/webhook.hpp"

namespace sluice::gateway::webhooks {

// What bare names mean in a widget's call.
codecs::name_rules const& widget_names();

webhook_answer answer_widget(webhook_call const& call, plan::widget_plan const& widget);

} // namespace sluice::gateway::webhooks
