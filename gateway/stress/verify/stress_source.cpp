#include "gateway/stress/verify/stress_source.hpp"

#include "gateway/stress/load/stress_message.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

namespace sluice::gateway::stress {

stress_source::stress_source(stress_source_options options, ledger& to,
                             std::function<std::chrono::milliseconds()> unix_now)
    : options_(std::move(options))
    , ledger_(to)
    , unix_now_(std::move(unix_now))
    , random_(options_.seed) {}

std::chrono::milliseconds stress_source::draw_time() {
    if (options_.delay.count() == 0) return {};
    std::uniform_int_distribution<std::int64_t> later(1, options_.delay.count());
    return unix_now_() + std::chrono::milliseconds(later(random_));
}

void stress_source::make(request_start const& what, outgoing& into) {
    ledger_start start;
    start.at = what.started;
    if (options_.keys > 0) start.key = static_cast<std::uint32_t>(what.number % options_.keys) + 1;
    start.not_before = draw_time();
    ledger_.start(what.number, start);
    stress_message const message{what.number, start.key, options_.run};
    if (!options_.is_by_tasks) return write_message(into.body, message, options_.body_bytes);
    write_message(message_, message, options_.body_bytes);
    into.body.clear();
    auto const out = std::back_inserter(into.body);
    fmt::format_to(out, R"({{"destination":"{}")", options_.destination);
    if (start.key > 0) fmt::format_to(out, R"(,"order_key":"stress-{}")", start.key);
    if (start.not_before.count() > 0)
        fmt::format_to(out, R"(,"not_before":{})", start.not_before.count());
    fmt::format_to(out, R"(,"body":{}}})", message_);
}

// Only a 4xx says that nothing was kept; after a 5xx, a time-out or a broken connection the caller
// does not know, and may be delivered or not.
void stress_source::on_end(request_end const& what) {
    if (what.is_accepted()) {
        ledger_.accept(what.number, what.ended);
    } else if (what.status >= 400 && what.status < 500) {
        ledger_.refuse(what.number);
    }
}

} // namespace sluice::gateway::stress
