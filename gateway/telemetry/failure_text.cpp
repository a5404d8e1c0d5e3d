#include "gateway/telemetry/failure_text.hpp"

#include "gateway/telemetry/redact.hpp"

#include <fmt/format.h>

namespace sluice::gateway::telemetry {

std::string failure_text(queue::outcome const& of) {
    // Whoever judged the answer mostly begins with its status.
    constexpr std::string_view judged = "answered ";
    bool const is_answer = of.cause == queue::cause::answered;
    if (is_answer && of.detail.starts_with(judged)) return redact_text(of.detail);
    auto text =
        is_answer ? fmt::format("HTTP {}", of.status) : std::string(queue::to_string(of.cause));
    if (!of.detail.empty()) text += ": " + redact_text(of.detail);
    return text;
}

} // namespace sluice::gateway::telemetry
