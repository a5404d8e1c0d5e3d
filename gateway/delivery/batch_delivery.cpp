#include "gateway/delivery/batch_delivery.hpp"

#include "gateway/outbound/outbound_batch.hpp"
#include "gateway/plan/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace sluice::gateway::delivery {

namespace {

using queue::attempt;

std::vector<attempt const*> in_order(attempt const& a) {
    std::vector<attempt const*> all{&a};
    for (auto const& companion : a.companions)
        all.push_back(&companion);
    std::ranges::sort(all, {}, [](attempt const* each) { return each->id; });
    return all;
}

// What an answer says, taken apart once for all calls.
struct spoken {
    bool is_partial = false;
    std::string code;
    std::vector<std::optional<std::string_view>> entries; // of each call, in their order
};

std::vector<std::string> clients_of(std::vector<attempt const*> const& calls) {
    std::vector<std::string> names;
    names.reserve(calls.size());
    for (auto const* each : calls) {
        names.push_back(
            outbound::client_identifier_of(plan::message_view(each->payload.view()).body()));
    }
    return names;
}

std::string describe_detail(std::optional<std::string_view> own) {
    auto const code = own ? answer_rules::code_of(*own) : std::string();
    return code.empty() ? "answered 209 without this call"
                        : fmt::format("answered {} for this call", code);
}

queue::outcome judge_call(answer_rules const& rules, spoken const& said, attempt const& task,
                          std::size_t place, queue::outcome const& whole) {
    auto const own = said.entries[place];
    queue::outcome out;
    out.status = whole.status;
    out.duration = whole.duration;
    out.verdict = said.is_partial ? rules.judge_detail(whole.status, own) : whole.verdict;
    out.response = task.is_watched || !own ? whole.response
                                           : std::string(own->substr(0, queue::kept_response));
    out.response_type = whole.response_type;
    if (out.verdict != queue::verdict::retry) {
        out.result = rules.map_detail(said.code, own, queue::task_id_text(task.id).view());
    }
    if (out.verdict != queue::verdict::delivered) {
        out.detail = !said.is_partial ? whole.detail : describe_detail(own);
    }
    return out;
}

} // namespace

std::optional<std::string> join_bodies(attempt const& a) {
    std::vector<outbound::outbound_part> parts;
    for (auto const* each : in_order(a)) {
        plan::message_view const m(each->payload.view());
        parts.push_back({m.body(), m.start_time(), m.time_zone(), each->rendered_at});
    }
    return join_outbound(parts);
}

std::vector<queue::outcome> judge_calls(answer_rules const& rules, codecs::answer const& given,
                                        attempt const& a, queue::outcome const& whole) {
    auto const order = in_order(a);
    auto const place_of = [&](attempt const& task) {
        auto const id_of = [](attempt const* each) { return each->id; };
        auto const found = std::ranges::lower_bound(order, task.id, {}, id_of);
        return static_cast<std::size_t>(found - order.begin());
    };
    auto const json = given.json();
    spoken const said{rules.is_partial(given), json ? answer_rules::code_of(*json) : "",
                      outbound::entries_of(answer_rules::details_of(given), clients_of(order))};
    std::vector<queue::outcome> calls;
    calls.reserve(order.size());
    calls.push_back(judge_call(rules, said, a, place_of(a), whole));
    for (auto const& companion : a.companions) {
        calls.push_back(judge_call(rules, said, companion, place_of(companion), whole));
    }
    return calls;
}

} // namespace sluice::gateway::delivery
