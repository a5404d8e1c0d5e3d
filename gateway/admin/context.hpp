// What every admin call works with, and how it asks the core. Owned by `calls`; used on the admin
// listener's thread.
#pragma once

#include "gateway/admin/routes.hpp"
#include "gateway/call/ask_core.hpp"
#include "gateway/call/cluster.hpp"
#include "gateway/call/refusal.hpp"
#include "gateway/delivery/destination_plan.hpp"
#include "gateway/plan/resolved_configuration.hpp"
#include "gateway/tables/tables.hpp"
#include "gateway/telemetry/log.hpp"
#include "queue/core/lane_stand.hpp"
#include "queue/core/task_id.hpp"
#include "queue/dispatch/clock.hpp"
#include "queue/dispatch/dispatcher.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/result.hpp>
#include <fmt/format.h>

#include <chrono>
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
        current;                                                        // the configuration now
    std::function<std::shared_ptr<delivery::plan_table const>()> plans; // of that
    tables::backend& data;
    tables::inbox& inbox; // of this thread
    telemetry::log& lines;
    std::function<std::string()> cluster = {}; // JSON: how it stands; none: this gateway is alone
    // Of a cluster: the other gateways, and how this one is known to them. Null and empty without.
    call::cluster* others = nullptr;
    std::string gateway = {};
    // Of a cluster: puts what an operator wants of a destination into the table that all share, and
    // tells on this thread how it stands then. Errors: errc::store_away, outcome_unknown,
    // overloaded, stopping.
    using switched = std::function<void(boost::system::result<queue::lane_stand>)>;
    std::function<void(queue::lane_wish, switched)> switch_lane = {};
    // JSON: how the gateway did for so long (telemetry::figures).
    std::function<std::string(std::chrono::seconds)> overview = {};
};

// A call that was let in: here, or by another gateway of the cluster, which sent it here. Such a
// call is answered by what this gateway has.
struct let_in {
    server::exchange& on;
    admin::route const& row;
    call::path_names names;
    bool is_forwarded = false;
};

// "Location: …" for a path of this listener, below the path that it stands under.
inline std::string location_line(context const& with, std::string_view path) {
    return fmt::format("Location: {}{}\r\n", with.current()->settings().admin_base_path, path);
}

// The moment for "what is there now": whatever comes from then on is later by the wall clock, which
// counts milliseconds. On the core's thread, before anything is looked at.
inline queue::wall_time moment_of_look(queue::dispatcher const& core) {
    return core.now().wall + std::chrono::milliseconds(1);
}

// Calls `go_on` once that moment has come: then nothing that happens after the answer is from
// before it. At once where it is further away than a look takes: the clock was stepped.
inline void when_it_has_come(context& with, queue::wall_time at, std::function<void()> go_on) {
    constexpr std::chrono::milliseconds longest{2};
    auto const left = at - with.clock.now().wall;
    if (left <= std::chrono::milliseconds(0) || left > longest) return go_on();
    auto const timer = std::make_shared<boost::asio::steady_timer>(with.io, left);
    timer->async_wait([timer, go_on = std::move(go_on)](boost::system::error_code) { go_on(); });
}

// 503: as much of this as is allowed is under way.
inline call::refusal too_busy(std::string detail,
                              std::chrono::seconds again = std::chrono::seconds(1)) {
    call::refusal why{.status = 503, .detail = std::move(detail)};
    why.retry_after = again;
    return why;
}

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
