#include "gateway/endpoints/links.hpp"

#include "gateway/call/guess_guard.hpp"
#include "gateway/call/link_origin.hpp"
#include "gateway/call/times.hpp"
#include "gateway/intake/authorise.hpp"
#include "gateway/intake/table_answer.hpp"
#include "gateway/webhooks/short_url.hpp"

namespace sluice::gateway::endpoints {

namespace {

// Never from a cache, so that every click comes by; nothing for search engines; no word to the
// target about where the visitor was.
constexpr std::string_view redirect_lines = "Cache-Control: no-store, max-age=0\r\n"
                                            "X-Robots-Tag: noindex, nofollow\r\n"
                                            "Referrer-Policy: no-referrer\r\n";

bool is_look(server::request const& req) {
    return req.method == "GET" || req.method == "HEAD";
}

call::refusal nothing_there() {
    return {.status = 404, .detail = "There is nothing at this path."};
}

call::refusal no_such_link() {
    return {.status = 404, .detail = "There is no such link."};
}

call::refusal too_many_guesses(std::chrono::seconds wait) {
    call::refusal why{.status = 429, .detail = "Too many unknown links were asked for."};
    why.retry_after = wait;
    return why;
}

} // namespace

call::checked<void> links::follow(server::exchange& on, std::string_view text) {
    auto const code = tables::link_code::parse(text);
    if (!code) return nothing_there();
    auto const now = with_.clock.now();
    auto const link = with_.data.find_link(*code);
    bool const is_good = link && !link->is_expired(now.wall);
    if (is_good || !with_.data.is_shared()) return answer(on, link.get());
    if (!link) {
        if (auto const wait = wait_of(on.req, now.mono)) return too_many_guesses(*wait);
    }
    // Another gateway may just have made it, or begun its time anew.
    with_.data.look_up_link(*code, with_.inbox, [this, &on](auto const& found) {
        auto const format = call::error_format(on.req);
        if (!found) return refuse(on, format, call::refused_by(found.error()));
        auto const done = answer(on, found->get());
        if (!done) refuse(on, format, done.error());
    });
    return {};
}

std::optional<std::chrono::seconds> links::wait_of(server::request const& req,
                                                   queue::mono_time now) const {
    auto const from = call::origin_of(req, with_.current->settings().trusted_proxies).address;
    return with_.guesses.wait_of(from, now);
}

call::checked<void> links::answer(server::exchange& on, tables::link const* link) {
    auto const& req = on.req;
    auto const now = with_.clock.now();
    if (!link) {
        if (auto const wait = wait_of(req, now.mono)) return too_many_guesses(*wait);
        auto const from = call::origin_of(req, with_.current->settings().trusted_proxies).address;
        with_.guesses.miss(from, now.mono);
        return nothing_there();
    }
    if (!is_look(req)) {
        return call::refusal{
            .status = 405, .detail = "The method is not allowed here.", .allow = "GET, HEAD"};
    }
    if (link->is_expired(now.wall)) {
        return call::refusal{.status = 410, .detail = "This link has expired."};
    }
    redirect(on, *link, now.wall);
    return {};
}

void links::redirect(server::exchange& on, tables::link const& link, queue::wall_time now) {
    auto const& known = with_.current->directory();
    if (on.req.method == "GET") {
        auto const* const account = known.accounts().by_id(link.account);
        std::string_view const zone = account ? std::string_view(account->time_zone) : "UTC";
        with_.data.count_click(link.code, call::local_day(now, zone));
    }
    server::header_field const location{"Location", link.long_url};
    server::answer to;
    to.status = known.settings().built_in.redirect_status;
    to.headers = {&location, 1};
    to.header_lines = redirect_lines;
    on.reply(to);
}

call::checked<void> links::show(server::exchange& on, std::string_view code) {
    auto const& known = with_.current->directory();
    auto const account = intake::authorise_bearer(known, on.req);
    if (!account) return account.error();
    auto const format = call::reply_format_of(on.req);
    if (!format) return format.error();
    auto const parsed = tables::link_code::parse(code);
    if (!parsed) return no_such_link();
    auto const link = with_.data.find_link(*parsed);
    if (link || !with_.data.is_shared()) return show_link(on, **account, *format, link.get());
    with_.data.look_up_link(*parsed, with_.inbox,
                            [this, &on, id = (*account)->id, format = *format](auto const& found) {
                                if (!found)
                                    return refuse(on, format, call::refused_by(found.error()));
                                // The configuration may be another one by now.
                                auto const* const owner =
                                    with_.current->directory().accounts().by_id(id);
                                auto const done = owner
                                                      ? show_link(on, *owner, format, found->get())
                                                      : call::checked<void>(no_such_link());
                                if (!done) refuse(on, format, done.error());
                            });
    return {};
}

call::checked<void> links::show_link(server::exchange& on, config::account const& whose,
                                     codecs::media_kind format, tables::link const* link) {
    if (!link || link->account != whose.id) return no_such_link();
    auto const& settings = with_.current->directory().settings();
    auto const origin = call::request_origin(on.req, settings.trusted_proxies);
    auto const base = webhooks::link_base(whose, settings.built_in, origin);
    auto& body = on.body_scratch();
    body.clear();
    webhooks::append_link(body, format, *link, with_.data.clicks_of(link->code), base);
    on.reply(200, intake::content_type_of(format), body);
    return {};
}

} // namespace sluice::gateway::endpoints
