#include "gateway/cluster/door.hpp"

#include "codecs/percent.hpp"
#include "gateway/call/order_homes.hpp"
#include "gateway/call/query_value.hpp"
#include "gateway/call/route_table.hpp"
#include "gateway/cluster/forwarded_call.hpp"

#include <array>
#include <memory>

namespace sluice::gateway::cluster {

namespace {

constexpr auto json = codecs::media_kind::json;

// The public calls that are forwarded; tests hold it against the public listener's table.
enum class public_call : std::uint8_t { show, show_group, explain, cancel };
struct public_route {
    std::string_view method;
    std::string_view pattern;
    public_call does{};
};
constexpr std::array public_routes{
    public_route{"GET", "/v1/tasks", public_call::show_group},
    public_route{"GET", "/v1/tasks/{id}", public_call::show},
    public_route{"DELETE", "/v1/tasks/{id}", public_call::cancel},
    public_route{"GET", "/v1/tasks/{id}/explain", public_call::explain},
};

void refuse_here(server::exchange& on, int status, std::string_view detail) {
    call::refuse(on, json, {.status = status, .detail = std::string(detail)});
}

} // namespace

void door::handle(server::exchange& on) {
    auto const path = on.req.path;
    if (!with_.operators) return refuse_here(on, 503, "This gateway is starting.");
    if (path.starts_with(admin_prefix)) {
        return with_.operators->handle_forwarded(on, path.substr(admin_prefix.size()));
    }
    if (path.starts_with(home_prefix)) return take_home(on);
    if (path.starts_with(public_prefix)) {
        return answer_public(on, path.substr(public_prefix.size()));
    }
    refuse_here(on, 404, "There is nothing at this path.");
}

void door::take_home(server::exchange& on) {
    auto const account = codecs::percent_decode(on.req.header(call::caller_header));
    auto slots = call::parse_slots(on.req.header(call::slots_header));
    if (!account || account->empty() || !slots)
        return refuse_here(on, 400, "It is not said who calls, or for which slots.");
    on.cut_path(home_prefix.size());
    with_.home->handle(
        on, {*account, std::make_shared<std::vector<queue::held_slot> const>(std::move(*slots))});
}

void door::on_replied(server::exchange const& on, unsigned status) {
    if (with_.home && on.req.has(call::slots_header)) with_.home->on_replied(on, status);
}

void door::answer_public(server::exchange& on, std::string_view path) {
    auto const where =
        call::find_route(std::span<public_route const>(public_routes), on.req.method, path);
    if (!where.row) return refuse_here(on, 404, "There is nothing at this path.");
    auto const account = codecs::percent_decode(on.req.header(call::caller_header));
    if (!account || account->empty()) return refuse_here(on, 400, "It is not said who asks.");
    endpoints::task_caller const by{*account, json};
    bool const is_group = where.row->does == public_call::show_group;
    auto const group = call::query_value(on.req.query, "group");
    auto const text =
        is_group && group ? group->value_or(std::string()) : std::string(where.names.front());
    auto const id = queue::parse_task_id(text);
    if (!id) return refuse_here(on, 404, "There is no such task.");
    switch (where.row->does) {
    case public_call::show:
        return with_.tasks->show(on, by, *id);
    case public_call::show_group:
        return with_.tasks->show_group(on, by, *id, with_.most_in_group());
    case public_call::explain:
        return with_.tasks->explain(on, by, *id);
    case public_call::cancel:
        return with_.tasks->cancel(on, by, *id);
    }
}

} // namespace sluice::gateway::cluster
