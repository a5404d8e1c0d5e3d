#include "gateway/agents/agent_number.hpp"

#include "codecs/contact_numbers.hpp"

namespace sluice::gateway::agents {

std::string agent_number(std::string_view text, std::string_view country_code) {
    if (auto number = codecs::normalise_number(text, country_code)) return *std::move(number);
    return std::string(text);
}

} // namespace sluice::gateway::agents
