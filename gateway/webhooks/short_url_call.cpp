#include "gateway/webhooks/short_url_call.hpp"

#include "gateway/call/link_origin.hpp"
#include "gateway/intake/authorise.hpp"
#include "gateway/intake/keyed_answer.hpp"
#include "gateway/intake/own_answer.hpp"
#include "gateway/webhooks/caller.hpp"
#include "gateway/webhooks/short_url.hpp"

namespace sluice::gateway::webhooks {

namespace {

using call::refuse;

// Every origin that is a shortener's: a link to one of them could lead round for ever.
std::vector<std::string> own_origins(config::configuration const& settings,
                                     std::string const& request_origin) {
    std::vector<std::string> all{request_origin};
    for (auto const& where : settings.listen)
        all.push_back("http://" + where.to_string());
    if (settings.built_in.short_url_base) all.push_back(*settings.built_in.short_url_base);
    for (auto const& account : settings.accounts) {
        if (account.link_domain) all.push_back(*account.link_domain);
    }
    return all;
}

using made_link = std::shared_ptr<tables::link const>;

tables::kept_answer answer_of(codecs::media_kind format, std::string_view base,
                              tables::link_code code) {
    tables::kept_answer made{200, std::string(intake::own_content_type(format)), {}};
    append_short_url(made.body, format, base, code);
    return made;
}

} // namespace

void answer_short_url(webhook_call const& call) {
    auto& on = call.on;
    auto const& known = call.with.current->directory();
    auto const& settings = known.settings();
    auto const from = call::request_origin(on.req, settings.trusted_proxies);
    auto const own = own_origins(settings, from);
    std::vector<std::string_view> const origins(own.begin(), own.end());
    short_url_rules rules;
    rules.max_url_bytes = settings.limit.link_url_bytes;
    rules.own_origins = origins;
    auto brought = read_credentials(call.variables);
    if (!brought) return refuse(on, call.format, brought.error());
    brought->cust_token = call.variables.value(cust_token_name);
    rules.needs_token = brought->security_id.empty() && !intake::bearer_token(on.req);
    auto const checked = check_short_url(call.variables, rules);
    // Who may not call learns nothing about the rest.
    bool const has_credential = !brought->cust_token.empty() || !rules.needs_token;
    auto const account = has_credential || checked
                             ? intake::authorise_webhook(known, on.req, *brought)
                             : call::checked<config::account const*>(checked.error());
    if (!account) return refuse(on, call.format, account.error());
    bool const is_own_token = brought->cust_token.empty() ||
                              known.accounts().by_cust_token(brought->cust_token) == *account;
    if (!is_own_token) {
        return refuse(on, call.format, call::unauthorised("The custToken is not the caller's."));
    }
    if (!checked) return refuse(on, call.format, checked.error());
    auto const now = call.with.clock.now().wall;
    auto const key = intake::read_call_key(on.req, (*account)->id, now);
    if (!key) return refuse(on, call.format, key.error());
    if (intake::answer_known(on, call.format, call.with.data, *key)) return;

    tables::new_link asked;
    asked.key = tables::make_link_key((*account)->id, checked->cust_token, checked->long_url);
    asked.account = (*account)->id;
    asked.long_url = checked->long_url;
    asked.now = now;
    asked.expiry = (*account)->link_expiry;
    auto base = link_base(**account, settings.built_in, from);
    auto const format = call.format;
    // With a key there is something to write: its answer.
    auto const stored = *key ? nullptr : call.with.data.find_link(asked.key);
    if (stored && is_fresh(*stored, asked)) {
        return intake::give(on, answer_of(format, base, stored->code));
    }
    auto answer = [format, base = std::move(base)](tables::result<made_link> const& link) {
        std::optional<tables::kept_answer> made;
        if (link) made = answer_of(format, base, (*link)->code);
        return made;
    };
    auto done = [&on, format, answer](tables::result<made_link> const& link) {
        if (auto const made = answer(link)) return intake::give(on, *made);
        refuse(on, format, intake::refused_by_tables(link.error()));
    };
    call.with.data.store_link(std::move(asked), call.with.inbox, std::move(done),
                              intake::keyed<made_link>(on, *key, answer));
}

} // namespace sluice::gateway::webhooks
