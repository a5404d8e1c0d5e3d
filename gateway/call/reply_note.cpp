#include "gateway/call/reply_note.hpp"

namespace sluice::gateway::call {

namespace {

constexpr std::uint8_t repeated = 255;
static_assert(telemetry::refusal_reason_count < repeated);

} // namespace

void note_reason(server::exchange& on, std::optional<telemetry::refusal_reason> why) {
    on.note = why ? static_cast<std::uint8_t>(static_cast<unsigned>(*why) + 1) : 0;
}

void note_repeated(server::exchange& on) {
    on.note = repeated;
}

std::optional<telemetry::refusal_reason> reason_of_reply(server::exchange const& on,
                                                         unsigned status) {
    if (status < 400) return std::nullopt;
    bool const is_told = on.note != 0 && on.note != repeated;
    return is_told ? static_cast<telemetry::refusal_reason>(on.note - 1)
                   : telemetry::reason_of(status);
}

void count_reply(telemetry::io_metrics& to, server::exchange const& on, unsigned status) {
    to.on_reply(status);
    if (auto const why = reason_of_reply(on, status)) return to.on_refused(*why);
    if (on.note == repeated) to.on_repeated();
}

} // namespace sluice::gateway::call
