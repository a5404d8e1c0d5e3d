// A destination as deliveries need it: endpoint, rules and signing keys, prepared once for each
// configuration. Immutable; shared by all I/O threads.
#pragma once

#include "codecs/content_coding.hpp"
#include "gateway/client/endpoint.hpp"
#include "gateway/client/signature.hpp"
#include "gateway/client/token_source.hpp"
#include "gateway/delivery/judge.hpp"
#include "gateway/delivery/report_connections.hpp"
#include "gateway/plan/resolved_configuration.hpp"
#include "gateway/plan/widget_rules.hpp"

#include <boost/system/result.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace sluice::gateway::delivery {

struct destination_plan {
    std::shared_ptr<client::endpoint const> endpoint; // null in a lane of reports
    answer_rules rules;
    std::vector<client::webhook_key> keys;
    std::chrono::milliseconds max_retry_after;
    codecs::inflate_limits inflated;                           // of an answer with a content coding
    std::shared_ptr<client::token_plan const> token = nullptr; // where it needs OAuth 2 tokens
    std::optional<plan::widget_rules> widget = {};             // of a widget's lane
    std::optional<report_policy> reports = {};                 // of a lane of reports
};

// By lane number; null where a lane has no destination in this configuration.
using plan_table = std::vector<std::shared_ptr<destination_plan const>>;

// Why a destination cannot be used although its configuration reads well: a TLS file that is
// missing, a key that cannot be parsed.
struct plan_error {
    std::string destination;
    std::string what;
};

boost::system::result<plan_table, plan_error> make_plans(plan::resolved_configuration const& from,
                                                         client::tls_contexts& tls);

[[noreturn]] void throw_exception_from_error(plan_error const& error,
                                             boost::source_location const& location);

} // namespace sluice::gateway::delivery
