#include "gateway/webhooks/user_preferences_call.hpp"

#include "gateway/intake/authorise.hpp"
#include "gateway/intake/keyed_answer.hpp"
#include "gateway/intake/own_answer.hpp"
#include "gateway/webhooks/caller.hpp"
#include "gateway/webhooks/user_preferences.hpp"

#include <fmt/format.h>

namespace sluice::gateway::webhooks {

namespace {

using call::refuse;

using kept_variables = std::shared_ptr<tables::user_variables const>;

tables::kept_answer answer_of(codecs::media_kind format, person const& whose,
                              tables::user_variables const* kept) {
    tables::kept_answer made{200, std::string(intake::own_content_type(format)), {}};
    append_preferences(made.body, format, whose, kept);
    return made;
}

} // namespace

void answer_user_preferences(webhook_call const& call) {
    auto& on = call.on;
    auto const format = call.format;
    auto const& known = call.with.current->directory();
    auto const& variables = call.variables;
    auto const brought = read_credentials(variables);
    if (!brought) return refuse(on, format, brought.error());
    auto const account = intake::authorise_webhook(known, on.req, *brought);
    if (!account) return refuse(on, format, account.error());
    auto const rules = preferences_rules::of(known.settings());
    auto checked = check_user_preferences(variables, (*account)->country_code, rules);
    if (!checked) return refuse(on, format, checked.error());
    auto const& id = (*account)->id;
    if (checked->changes.empty()) {
        auto const kept = call.with.data.user_variables(id, checked->contact);
        return intake::give(on, answer_of(format, {id, checked->contact}, kept.get()));
    }
    auto const now = call.with.clock.now().wall;
    auto const key = intake::read_call_key(on.req, id, now);
    if (!key) return refuse(on, format, key.error());
    if (intake::answer_known(on, format, call.with.data, *key)) return;
    tables::user_update update{id, checked->contact, std::move(checked->changes), rules.keys, now};
    auto answer = [format, id,
                   contact = checked->contact](tables::result<kept_variables> const& kept) {
        std::optional<tables::kept_answer> made;
        if (kept) made = answer_of(format, {id, contact}, kept->get());
        return made;
    };
    auto done = [&on, format, answer, rules](tables::result<kept_variables> const& kept) {
        if (auto const made = answer(kept)) return intake::give(on, *made);
        if (kept.error() == tables::errc::too_many_keys) {
            auto const detail = fmt::format("A person has at most {} variables.", rules.keys);
            return refuse(on, format, call::invalid("", detail));
        }
        refuse(on, format, intake::refused_by_tables(kept.error()));
    };
    call.with.data.update_user(std::move(update), call.with.inbox, std::move(done),
                               intake::keyed<kept_variables>(on, *key, answer));
}

} // namespace sluice::gateway::webhooks
