#include "gateway/admin/token_guard.hpp"

#include "codecs/media_type.hpp"
#include "gateway/config/network_asio.hpp"

#include <boost/asio/steady_timer.hpp>

#include <memory>

namespace sluice::gateway::admin {

namespace {

call::refusal too_many_guesses(std::chrono::seconds wait) {
    call::refusal why{.status = 429,
                      .detail = "Too many wrong admin tokens came from this address."};
    why.retry_after = wait;
    return why;
}

} // namespace

token_guard::token_guard(boost::asio::io_context& io, queue::clock const& clock,
                         telemetry::log& lines, token_guard_options const& how)
    : io_(io)
    , clock_(clock)
    , lines_(lines)
    , how_(how) {
    guesses_.use(how.guesses);
}

call::checked<void> token_guard::may_try(server::request const& req) const {
    if (waiting_ < how_.waiting) return {};
    auto const wait = guesses_.wait_of(config::from_asio(req.peer), clock_.now().mono);
    if (!wait) return {};
    return too_many_guesses(*wait);
}

void token_guard::refuse_guess(server::exchange& on, call::refusal why) {
    auto const now = clock_.now().mono;
    auto const from = config::from_asio(on.req.peer);
    auto const wait = guesses_.wait_of(from, now);
    guesses_.miss(from, now);
    lines_.warn("an admin call had a wrong token",
                {{"address", on.req.peer.to_string()}, {"path", on.req.path}});
    if (!wait) return call::refuse(on, codecs::media_kind::json, why);
    ++waiting_;
    auto const timer = std::make_shared<boost::asio::steady_timer>(io_, how_.pause);
    timer->async_wait([this, timer, &on, wait](boost::system::error_code) {
        --waiting_;
        call::refuse(on, codecs::media_kind::json, too_many_guesses(*wait));
    });
}

} // namespace sluice::gateway::admin
