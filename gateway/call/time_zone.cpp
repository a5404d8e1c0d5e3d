#include "gateway/call/time_zone.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace sluice::gateway::call {

namespace {

constexpr std::size_t date_length = 10; // YYYY-MM-DD

// A number of digits alone: no sign, no blank.
std::optional<unsigned> read_digits(std::string_view text) {
    unsigned value = 0;
    for (char const c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    return value;
}

} // namespace

date::time_zone const& find_time_zone(std::string_view name) {
    try {
        return *date::locate_zone(std::string(name));
    } catch (std::runtime_error const&) {
        return *date::locate_zone("UTC");
    }
}

std::chrono::local_days local_day_of(queue::wall_time at, date::time_zone const& zone) {
    auto const second = std::chrono::floor<std::chrono::seconds>(at);
    auto const local = second.time_since_epoch() + zone.get_info(second).offset;
    return std::chrono::local_days(std::chrono::floor<std::chrono::days>(local));
}

queue::wall_time start_of_day(std::chrono::local_days day, date::time_zone const& zone) {
    date::local_seconds const midnight(day.time_since_epoch());
    // Midnight twice: the first; midnight skipped: the instant at which the clock jumped over it.
    auto const info = zone.get_info(midnight);
    if (info.result == date::local_info::nonexistent) return info.first.end;
    return queue::wall_time(midnight.time_since_epoch() - info.first.offset);
}

std::string to_text(std::chrono::local_days day) {
    std::chrono::year_month_day const ymd(day);
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(ymd.year()),
                       static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
}

std::optional<std::chrono::local_days> parse_date(std::string_view text) {
    if (text.size() != date_length || text[4] != '-' || text[7] != '-') return std::nullopt;
    auto const year = read_digits(text.substr(0, 4));
    auto const month = read_digits(text.substr(5, 2));
    auto const day = read_digits(text.substr(8, 2));
    if (!year || !month || !day) return std::nullopt;
    std::chrono::year_month_day const ymd(std::chrono::year(static_cast<int>(*year)),
                                          std::chrono::month(*month), std::chrono::day(*day));
    if (!ymd.ok()) return std::nullopt;
    return std::chrono::local_days(ymd);
}

} // namespace sluice::gateway::call
