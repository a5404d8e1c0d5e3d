#include "gateway/config/durability.hpp"

#include "gateway/config/error.hpp"
#include "gateway/config/units.hpp"

namespace sluice::gateway::config {

boost::system::result<durability> durability::parse(std::string_view text) {
    if (text == "fsync") return durability{};
    if (text == "memory") return durability{durability_mode::memory};
    constexpr std::string_view prefix = "interval:";
    if (!text.starts_with(prefix)) return error::durability_syntax;
    auto const interval = parse_duration(text.substr(prefix.size()));
    if (!interval) return error::durability_syntax;
    if (*interval < std::chrono::milliseconds(1) || *interval > std::chrono::seconds(10))
        return error::durability_interval;
    return durability{durability_mode::interval, *interval};
}

std::string durability::to_string() const {
    switch (mode) {
    case durability_mode::fsync:
        return "fsync";
    case durability_mode::memory:
        return "memory";
    case durability_mode::interval:
        return "interval:" + format_duration(interval);
    }
    return {};
}

} // namespace sluice::gateway::config
