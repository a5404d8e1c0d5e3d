#include "gateway/webhooks/user_preferences_call.hpp"

#include "gateway/api/authorise.hpp"
#include "gateway/api/own_answer.hpp"
#include "gateway/webhooks/caller.hpp"
#include "gateway/webhooks/user_preferences.hpp"

#include <fmt/format.h>

namespace sluice::gateway::webhooks {

namespace {

using api::refuse;

void reply(server::exchange& on, codecs::media_kind format, person const& whose,
           tables::user_variables const* kept) {
    auto& body = on.body_scratch();
    body.clear();
    append_preferences(body, format, whose, kept);
    on.reply(200, api::own_content_type(format), body);
}

} // namespace

void answer_user_preferences(webhook_call const& call) {
    auto& on = call.on;
    auto const format = call.format;
    auto const& known = call.with.current->directory();
    auto const& variables = call.variables;
    auto const brought = read_credentials(variables);
    if (!brought) return refuse(on, format, brought.error());
    auto const account = api::authorise_webhook(known, on.req, *brought);
    if (!account) return refuse(on, format, account.error());
    auto const rules = preferences_rules::of(known.settings());
    auto checked = check_user_preferences(variables, (*account)->country_code, rules);
    if (!checked) return refuse(on, format, checked.error());
    auto const& id = (*account)->id;
    if (checked->changes.empty()) {
        auto const kept = call.with.data.user_variables(id, checked->contact);
        return reply(on, format, {id, checked->contact}, kept.get());
    }
    tables::user_update update{id, checked->contact, std::move(checked->changes), rules.keys,
                               call.with.clock.now().wall};
    auto done = [&on, format, id, contact = checked->contact, rules](auto const& kept) {
        if (kept) return reply(on, format, {id, contact}, kept->get());
        if (kept.error() == tables::errc::too_many_keys) {
            auto const detail = fmt::format("A person has at most {} variables.", rules.keys);
            return refuse(on, format, api::invalid("", detail));
        }
        refuse(on, format, api::refused_by_tables(kept.error()));
    };
    call.with.data.update_user(std::move(update), call.with.inbox, std::move(done));
}

} // namespace sluice::gateway::webhooks
