#include "gateway/call/times.hpp"

#include "codecs/rfc3339.hpp"
#include "gateway/call/time_zone.hpp"

#include <fmt/format.h>

#include <charconv>

namespace sluice::gateway::call {

namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Reads exactly `count` digits off `text`.
std::optional<int> take_number(std::string_view& text, std::size_t count) {
    if (text.size() < count) return std::nullopt;
    int value = 0;
    auto const end = text.data() + count;
    auto const [stop, ec] = std::from_chars(text.data(), end, value);
    if (ec != std::errc() || stop != end || text.front() == '-') return std::nullopt;
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view& text, std::string_view any_of) {
    if (text.empty() || any_of.find(text.front()) == any_of.npos) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<date::sys_days> take_day(std::string_view& text) {
    auto const y = take_number(text, 4);
    if (!y || !take(text, "-")) return std::nullopt;
    auto const m = take_number(text, 2);
    if (!m || !take(text, "-")) return std::nullopt;
    auto const d = take_number(text, 2);
    if (!d) return std::nullopt;
    auto const day = date::year(*y) / static_cast<unsigned>(*m) / static_cast<unsigned>(*d);
    if (!day.ok()) return std::nullopt;
    return date::sys_days(day);
}

std::optional<milliseconds> take_time_of_day(std::string_view& text) {
    auto const h = take_number(text, 2);
    if (!h || !take(text, ":")) return std::nullopt;
    auto const m = take_number(text, 2);
    if (!m || !take(text, ":")) return std::nullopt;
    auto const s = take_number(text, 2);
    // 60 is a leap second (RFC 3339 section 5.7): the same instant as the next second.
    if (!s || *h > 23 || *m > 59 || *s > 60) return std::nullopt;
    milliseconds total = std::chrono::hours(*h) + minutes(*m) + seconds(*s);
    if (take(text, ".,")) {
        int scale = 100;
        std::size_t digits = 0;
        for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; ++digits) {
            total += milliseconds((text.front() - '0') * scale);
            scale /= 10;
            text.remove_prefix(1);
        }
        if (digits == 0) return std::nullopt;
    }
    return total;
}

std::optional<minutes> take_offset(std::string_view& text) {
    if (take(text, "Zz")) return minutes(0);
    bool const is_west = !text.empty() && text.front() == '-';
    if (!take(text, "+-")) return std::nullopt;
    auto const h = take_number(text, 2);
    if (!h || !take(text, ":")) return std::nullopt;
    auto const m = take_number(text, 2);
    if (!m || *h > 23 || *m > 59) return std::nullopt;
    auto const offset = std::chrono::hours(*h) + minutes(*m);
    return is_west ? -offset : offset;
}

std::optional<queue::wall_time> parse_milliseconds(std::string_view text) {
    std::int64_t value = 0;
    auto const end = text.data() + text.size();
    auto const [stop, ec] = std::from_chars(text.data(), end, value);
    constexpr std::int64_t last = 253'402'300'799'999; // the end of year 9999
    if (ec != std::errc() || stop != end || value < 0 || value > last) return std::nullopt;
    return queue::wall_time(milliseconds(value));
}

// Milliseconds before it lie in 1973 or earlier; seconds reach it in the year 5138.
constexpr queue::wall_time first_in_milliseconds{milliseconds(100'000'000'000)};

} // namespace

void append_instant(std::string& out, queue::wall_time at) {
    codecs::append_rfc3339(out, at);
}

std::string to_text(queue::wall_time at) {
    return codecs::to_rfc3339(at);
}

std::optional<queue::wall_time> parse_instant(std::string_view text) {
    if (auto const number = parse_milliseconds(text)) {
        if (*number < first_in_milliseconds) return std::nullopt;
        return number;
    }
    auto const day = take_day(text);
    if (!day || !take(text, "Tt ")) return std::nullopt;
    auto const time = take_time_of_day(text);
    if (!time) return std::nullopt;
    auto const offset = take_offset(text);
    if (!offset || !text.empty()) return std::nullopt;
    return queue::wall_time(day->time_since_epoch() + *time - *offset);
}

bool is_unix_seconds(std::string_view text) {
    auto const number = parse_milliseconds(text);
    return number && *number < first_in_milliseconds;
}

std::string local_time(queue::wall_time at, std::string_view zone) {
    auto const second = std::chrono::floor<seconds>(at);
    auto const info = find_time_zone(zone).get_info(second);
    auto const local = second + info.offset;
    auto const day = date::floor<date::days>(local);
    date::year_month_day const ymd(day);
    date::hh_mm_ss const time(local - day);
    auto const offset = std::chrono::duration_cast<minutes>(info.offset).count();
    auto const size = offset < 0 ? -offset : offset;
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}{:02}:{:02}",
                       static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()),
                       static_cast<unsigned>(ymd.day()), time.hours().count(),
                       time.minutes().count(), time.seconds().count(), offset < 0 ? '-' : '+',
                       size / 60, size % 60);
}

std::int32_t local_day(queue::wall_time at, std::string_view zone) {
    auto const second = std::chrono::floor<seconds>(at);
    auto const local = second + find_time_zone(zone).get_info(second).offset;
    return static_cast<std::int32_t>(date::floor<date::days>(local).time_since_epoch().count());
}

std::string to_date_text(std::int32_t day) {
    return to_text(std::chrono::local_days(std::chrono::days(day)));
}

} // namespace sluice::gateway::call
