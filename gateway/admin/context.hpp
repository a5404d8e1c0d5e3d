// What every admin call works with, and how it asks the core. Owned by `calls`; used on the admin
// listener's thread.
#pragma once

#include "gateway/call/refusal.hpp"
#include "gateway/plan/resolved_configuration.hpp"
#include "gateway/tables/tables.hpp"
#include "queue/core/error.hpp"
#include "queue/core/task_id.hpp"
#include "queue/dispatch/clock.hpp"
#include "queue/dispatch/dispatcher.hpp"
#include "queue/dispatch/port.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
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
};

inline constexpr auto json_kind = codecs::media_kind::json;
inline constexpr std::string_view json_type = "application/json";

inline void refuse(server::exchange& on, call::refusal const& why) {
    call::refuse(on, json_kind, why);
}

// Runs `what(dispatcher&)` on the core's thread; answers 503 when it has too much to do.
template <class What>
void ask(context& with, server::exchange& on, What&& what) {
    if (with.port.call(std::forward<What>(what))) return;
    refuse(on, call::refused_by_queue(queue::errc::overloaded));
}

} // namespace sluice::gateway::admin
