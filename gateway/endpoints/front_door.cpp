#include "gateway/endpoints/front_door.hpp"

#include "gateway/call/coded_body.hpp"
#include "gateway/call/outbound_answer.hpp"
#include "gateway/call/reply_note.hpp"
#include "gateway/endpoints/routes.hpp"
#include "gateway/intake/key_claims.hpp"
#include "gateway/telemetry/io_metrics.hpp"

#include <boost/assert.hpp>

#include <algorithm>
#include <string>

namespace sluice::gateway::endpoints {

namespace {

void refuse_call(server::exchange& on, call::refusal const& why) {
    refuse(on, call::error_format(on.req), why);
}

} // namespace

front_door::front_door(intake::context&& with, telemetry::label_table& names)
    : with_(std::move(with))
    , to_(with_, names)
    , said_(with_.lines, with_.clock) {
    auto const& first = routes().front();
    BOOST_ASSERT(first.method == call::any_method && first.pattern.ends_with("*}"));
    first_prefix_ = first.pattern.substr(0, first.pattern.find('{'));
    for (auto const& each : routes())
        labels_.push_back(each.label.empty() ? 0 : names.intern(each.label));
}

// Most calls are for the first route, which is found by one comparison instead of a walk.
call::found_route<route> front_door::find(server::request const& req) const {
    if (req.path.starts_with(first_prefix_))
        return {&routes().front(), {req.path.substr(first_prefix_.size())}};
    return call::find_route(routes(), req.method, req.path);
}

void front_door::on_header(server::exchange& on) {
    auto const& req = on.req;
    auto const announced = on.announced_body();
    auto const small =
        std::min<std::uint64_t>(small_body, with_.current->settings().limit.body_bytes);
    if (announced <= small && !on.has_chunked_body()) return;
    auto const where = find(req);
    if (!where.row) {
        if (announced > small) refuse_unrouted(on);
    } else if (where.row->look) {
        auto const may = where.row->look(to_, on, announced);
        if (!may) refuse_call(on, may.error());
    }
}

void front_door::handle(server::exchange& on) {
    auto const where = find(on.req);
    if (!where.row) return refuse_unrouted(on);
    if (!where.row->keeps_coding) {
        auto const plain = call::decode_body(on, with_.current->settings().limit);
        if (!plain) return refuse_call(on, plain.error());
    }
    auto const place = static_cast<std::size_t>(where.row - routes().data());
    auto const taken = where.row->answer(to_, {on, where.names, labels_[place]});
    if (!taken) refuse_call(on, taken.error());
}

void front_door::refuse_unrouted(server::exchange& on) {
    auto const path = on.req.path;
    std::string allow;
    auto const why = call::unrouted(routes(), path, allow);
    if (webhooks::outbound_calls::owns(path)) return call::refuse_outbound(on, why);
    refuse_call(on, why);
}

void front_door::on_replied(server::exchange const& on, unsigned status) {
    call::count_reply(with_.metrics, on, status);
    said_.on_replied(on, status, with_.current->settings());
    with_.keys.give_back(on);
}

} // namespace sluice::gateway::endpoints
