// What every admin call works with, and how it asks the core. Owned by `calls`; used on the admin
// listener's thread.
#pragma once

#include "gateway/call/ask_core.hpp"
#include "gateway/call/refusal.hpp"
#include "gateway/plan/resolved_configuration.hpp"
#include "gateway/tables/tables.hpp"
#include "gateway/telemetry/log.hpp"
#include "queue/core/task_id.hpp"
#include "queue/dispatch/clock.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace sluice::gateway::admin {

struct context {
    boost::asio::io_context& io;
    queue::port& port;
    queue::clock const& clock;
    queue::task_id_generator ids;
    std::function<std::shared_ptr<plan::resolved_configuration const>()>
        current; // the configuration now
    tables::backend& data;
    tables::inbox& inbox; // of this thread
    telemetry::log& lines;
    std::function<std::string()> cluster = {}; // JSON: how it stands; none: this gateway is alone
};

inline constexpr auto json_kind = codecs::media_kind::json;
inline constexpr std::string_view json_type = "application/json";

inline void refuse(server::exchange& on, call::refusal const& why) {
    call::refuse(on, json_kind, why);
}

// call::ask_core for a call of this listener.
template <class Question, class Answer>
void ask(context& with, server::exchange& on, Question question, Answer answer) {
    call::ask_core(with.port, on, json_kind, std::move(question), std::move(answer));
}

} // namespace sluice::gateway::admin
