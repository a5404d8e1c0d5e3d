#include "gateway/outbound/system_fields.hpp"

#include "codecs/utf8.hpp"
#include "gateway/call/fields.hpp"
#include "gateway/outbound/create_outbound.hpp"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace sluice::gateway::outbound {

call::checked<void> check_security_id(codecs::variables const& call) {
    auto const* const secret = call.find(call::security_id_name.full);
    if (!secret) return {};
    call::field_problems found;
    check_length(*secret, call::security_id_name.bare, security_id_length, found);
    if (!found.empty()) return call::invalid(std::move(found));
    return {};
}

void check_length(codecs::variable const& given, std::string_view bare, std::size_t length,
                  call::field_problems& found) {
    auto const count = codecs::utf8_length(given.value());
    if (given.is_list) {
        found.push_back({given.pointer, fmt::format("{} must be one value, not a list.", bare)});
    } else if (count != length) {
        found.push_back({given.pointer, fmt::format("{} must have {} characters; it has {}.", bare,
                                                    length, count)});
    }
}

std::chrono::minutes read_delay(codecs::variables const& call, std::string_view name,
                                std::chrono::milliseconds longest, call::field_problems& found) {
    auto const* variable = call.find(name);
    if (!variable || variable->value().empty()) return std::chrono::minutes(0);
    auto const text = call::without_zero_fraction(variable->value());
    auto const most = std::chrono::floor<std::chrono::minutes>(longest).count();
    std::int64_t value = -1;
    auto const end = text.data() + text.size();
    auto const [stop, ec] = std::from_chars(text.data(), end, value);
    bool const is_number = stop == end && (ec == std::errc() || value >= 0);
    if (variable->is_list || !is_number || value < 0) {
        found.push_back(
            {variable->pointer, "delayMinutes must be a whole number of minutes, 0 or more."});
        return std::chrono::minutes(0);
    }
    if (ec == std::errc::result_out_of_range || value > most) {
        found.push_back({variable->pointer, fmt::format("delayMinutes must be at most {}.", most)});
        return std::chrono::minutes(0);
    }
    return std::chrono::minutes(value);
}

} // namespace sluice::gateway::outbound
