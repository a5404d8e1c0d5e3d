#include "gateway/webhooks/agent_break.hpp"

#include "codecs/error.hpp"
#include "gateway/call/fields.hpp"
#include "gateway/outbound/system_fields.hpp"
#include "gateway/webhooks/caller.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sluice::gateway::webhooks {

namespace {

constexpr std::array<std::string_view, 3> cli_names = {"$flow.key.cli", "$call.agent.dnis.number",
                                                       "$call.cli.number"};

bool read_pause(codecs::variables const& call, call::field_problems& found) {
    auto const* const given = call::required_field(call, "$flow.key.pause", "pause", found);
    if (!given) return false;
    auto const text = given->value();
    if (text != "true" && text != "false") {
        found.push_back({given->pointer, fmt::format("pause must be true or false; it is {}.",
                                                     codecs::quoted_excerpt(text))});
    }
    return text == "true";
}

// The first name that has a value, or else the first of all.
std::string_view read_cli(codecs::variables const& call, call::field_problems& found) {
    auto const has_value = [&](auto const name) { return !call.value(name).empty(); };
    auto const chosen = std::ranges::find_if(cli_names, has_value);
    auto const name = chosen == cli_names.end() ? cli_names.front() : *chosen;
    auto const* const given = call::required_field(call, name, "cli", found);
    return given ? given->value() : std::string_view();
}

} // namespace

codecs::name_rules const& agent_names() {
    static codecs::name_rules const rules = [] {
        codecs::name_rules made;
        made.system_names = {{"apiVersion", "$flow.syskey.apiVersion"},
                             call::security_id_name,
                             call::dashed_security_id_name,
                             {"delayMinutes", "$flow.syskey.delayMinutes"}};
        made.plain_names = {"method", "accountID", "custToken"};
        return made;
    }();
    return rules;
}

call::checked<agent_break_call> check_agent_break(codecs::variables const& call,
                                                 std::chrono::milliseconds max_delay) {
    call::field_problems found;
    agent_break_call out;
    out.is_break = read_pause(call, found);
    out.cli = read_cli(call, found);
    // Everything else of this method is a $flow.key: so may this be.
    bool const is_key = call.find("$flow.key.delayMinutes") != nullptr;
    out.delay = outbound::read_delay(call, is_key ? "$flow.key.delayMinutes" : outbound::delay_name, max_delay, found);
    if (!found.empty()) return call::invalid(std::move(found));
    return out;
}

call::checked<std::string_view> check_cli(codecs::variables const& call) {
    call::field_problems found;
    auto const cli = read_cli(call, found);
    if (!found.empty()) return call::invalid(std::move(found));
    return cli;
}

call::checked<agents::given_text> check_field(codecs::variables const& call, std::string_view bare) {
    auto const* const given = call.find(std::string("$flow.key.").append(bare));
    if (!given) return agents::given_text{{}, bare};
    if (given->is_list) {
        return call::invalid(given->pointer, fmt::format("{} must be one value, not a list.", bare));
    }
    return agents::given_text{given->value(), given->pointer};
}

} // namespace sluice::gateway::webhooks
