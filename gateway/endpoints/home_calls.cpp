#include "gateway/endpoints/home_calls.hpp"

#include "gateway/call/reply_note.hpp"
#include "gateway/intake/key_claims.hpp"

namespace sluice::gateway::endpoints {

namespace {

constexpr std::string_view one_path = "/v1/tasks";
constexpr std::string_view batch_path = "/v1/tasks:batch";

} // namespace

home_calls::home_calls(intake::context&& with, telemetry::label_table& labels)
    : with_(std::move(with))
    , hands_(with_)
    , tasks_(with_, hands_)
    , one_label_(labels.intern(one_path))
    , batch_label_(labels.intern(batch_path)) {}

void home_calls::handle(server::exchange& on, tasks::forwarded const& by) {
    auto const path = on.req.path;
    auto const taken = path == one_path     ? tasks_.create(on, one_label_, by)
                       : path == batch_path ? tasks_.create_batch(on, batch_label_, by)
                                            : call::checked<void>(call::refusal{.status = 404});
    if (!taken) call::refuse(on, call::error_format(on.req), taken.error());
}

void home_calls::on_replied(server::exchange const& on, unsigned status) {
    call::count_reply(with_.metrics, on, status);
    with_.keys.give_back(on);
}

} // namespace sluice::gateway::endpoints
