#include "gateway/endpoints/users.hpp"

#include "codecs/contact_numbers.hpp"
#include "codecs/percent.hpp"
#include "gateway/call/answer_or_refuse.hpp"
#include "gateway/call/fields.hpp"
#include "gateway/intake/authorise.hpp"
#include "gateway/intake/table_answer.hpp"
#include "gateway/webhooks/user_preferences.hpp"

#include <fmt/format.h>

namespace sluice::gateway::endpoints {

using call::checked;
using webhooks::key_times;

// A call that may be answered, and about whom.
struct users::opened {
    std::string account;
    std::string contact;
    codecs::media_kind format = codecs::media_kind::json;

    webhooks::person whose() const { return {account, contact}; }
};

namespace {

call::refusal nothing_kept() {
    return {.status = 404, .detail = "Nothing is kept about this contact."};
}

void reply(server::exchange& on, codecs::media_kind format, webhooks::person const& whose,
           tables::user_variables const* kept, key_times times) {
    auto& body = on.body_scratch();
    body.clear();
    webhooks::append_preferences(body, format, whose, kept, times);
    on.reply(200, intake::content_type_of(format), body);
}

} // namespace

call::checked<users::opened> users::open(server::request const& req,
                                         std::string_view contact) const {
    auto const account = intake::authorise_bearer(with_.current->directory(), req);
    if (!account) return account.error();
    auto const format = call::reply_format_of(req);
    if (!format) return format.error();
    auto const text = codecs::percent_decode(contact);
    if (!text) return call::undecodable(text.error());
    if (codecs::is_decimal_text(*text)) {
        return call::invalid("contact", call::decimal_problem("contact", *text));
    }
    auto key = webhooks::contact_key(*text, (*account)->country_code);
    if (!key) {
        return call::refusal{.status = 400,
                             .detail = fmt::format("The contact {}", webhooks::contact_rule)};
    }
    return opened{(*account)->id, std::move(*key), *format};
}

call::checked<void> users::show_keys(server::exchange& on, std::string_view contact) {
    auto const call = open(on.req, contact);
    if (!call) return call.error();
    auto const kept = with_.data.user_variables(call->account, call->contact);
    reply(on, call->format, call->whose(), kept.get(), key_times::hidden);
    return {};
}

call::checked<void> users::show(server::exchange& on, std::string_view contact) {
    auto const call = open(on.req, contact);
    if (!call) return call.error();
    auto const kept = with_.data.user_variables(call->account, call->contact);
    if (!kept) return nothing_kept();
    reply(on, call->format, call->whose(), kept.get(), key_times::shown);
    return {};
}

call::checked<void> users::erase(server::exchange& on, std::string_view contact) {
    auto const call = open(on.req, contact);
    if (!call) return call.error();
    auto answer = [&on, call = *call](tables::result<std::size_t> const& erased) -> checked<void> {
        if (!erased) return gateway::call::refused_by(erased.error());
        if (*erased == 0) return nothing_kept();
        auto& body = on.body_scratch();
        body.clear();
        webhooks::append_erasure(body, call.format, call.whose(), *erased);
        on.reply(200, intake::content_type_of(call.format), body);
        return {};
    };
    with_.data.erase_user(call->account, call->contact, with_.inbox,
                          gateway::call::answer_or_refuse(on, call->format, std::move(answer)));
    return {};
}

} // namespace sluice::gateway::endpoints
