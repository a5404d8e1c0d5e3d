#include "gateway/endpoints/call_log.hpp"

#include "gateway/call/origin.hpp"
#include "gateway/call/reply_note.hpp"
#include "gateway/telemetry/redact.hpp"

#include <string>

namespace sluice::gateway::endpoints {

namespace {

using telemetry::refusal_reason;

// What an operator can do something about, or somebody tries. The others are slips of callers,
// who are told.
bool is_told(refusal_reason why) {
    switch (why) {
    case refusal_reason::unauthorized:
    case refusal_reason::forbidden:
    case refusal_reason::rate_limited:
    case refusal_reason::queue_full:
    case refusal_reason::table_full:
    case refusal_reason::disk_full:
    case refusal_reason::store_away:
    case refusal_reason::overloaded:
    case refusal_reason::outcome_unknown:
        return true;
    default:
        return false;
    }
}

std::string address_of(server::exchange const& on, config::configuration const& settings) {
    return call::origin_of(on.req, settings.trusted_proxies).address.to_string();
}

std::string path_of(server::exchange const& on) {
    return telemetry::redact_text(on.req.path);
}

} // namespace

void call_log::on_replied(server::exchange const& on, unsigned status,
                          config::configuration const& settings) {
    auto const why = call::reason_of_reply(on, status);
    if (why && is_told(*why)) on_refused(on, *why, settings);
    if (untold_ > 0) tell_late_ones();
    if (!settings.logging.calls) return;
    auto const took = clock_.now().mono - on.req.received;
    lines_.record(config::log_level::info, "call",
                  {{"method", on.req.method},
                   {"path", path_of(on)},
                   {"status", status},
                   {"reason", why ? to_string(*why) : std::string_view("-")},
                   {"duration_ms", std::chrono::duration<double, std::milli>(took).count()},
                   {"body_bytes", on.req.body.size()},
                   {"address", address_of(on, settings)}});
}

void call_log::on_refused(server::exchange const& on, refusal_reason why,
                          config::configuration const& settings) {
    auto& so_far = refused_[static_cast<std::size_t>(why)];
    ++so_far.count;
    ++untold_;
    so_far.path = path_of(on);
    so_far.address = address_of(on, settings);
    if (!so_far.told_at || clock_.now().mono - *so_far.told_at >= warning_period) tell(why);
}

// Refusals that came within the second of a line are told by whatever call comes after it.
void call_log::tell_late_ones() {
    auto const now = clock_.now().mono;
    for (std::size_t i = 0; i < refused_.size(); ++i) {
        auto const& one = refused_[i];
        if (one.count > 0 && now - *one.told_at >= warning_period)
            tell(static_cast<refusal_reason>(i));
    }
}

void call_log::tell(refusal_reason why) {
    auto& so_far = refused_[static_cast<std::size_t>(why)];
    lines_.record(config::log_level::warning, "calls are refused",
                  {{"reason", to_string(why)},
                   {"calls", so_far.count},
                   {"path", so_far.path},
                   {"address", so_far.address}});
    untold_ -= so_far.count;
    so_far.count = 0;
    so_far.told_at = clock_.now().mono;
}

} // namespace sluice::gateway::endpoints
