#include "gateway/client/retry_after.hpp"

#include "gateway/http/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace sluice::gateway::client {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 12> month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> day_names{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                    "Friday", "Saturday", "Sunday"};
constexpr std::chrono::seconds longest_wait = std::chrono::years(100);
constexpr double first_unix_seconds = 1e9; // in 2001: no wait is that long
constexpr double first_unix_milliseconds = 1e12;

// Takes a text apart from the left; once something does not fit it stays failed.
class date_scanner {
  public:
    explicit date_scanner(std::string_view text)
        : rest_(text) {}

    void expect(std::string_view literal) {
        if (!rest_.starts_with(literal)) return fail();
        rest_.remove_prefix(literal.size());
    }
    int digits(std::size_t count) {
        int value = 0;
        auto const text = rest_.substr(0, count);
        bool const is_number = text.size() == count && std::ranges::all_of(text, http::is_digit);
        if (!is_number) {
            fail();
            return 0;
        }
        std::from_chars(text.data(), text.data() + text.size(), value);
        rest_.remove_prefix(count);
        return value;
    }
    // " 6" or "16", as asctime writes it.
    int padded_day() {
        if (!rest_.starts_with(' ')) return digits(2);
        rest_.remove_prefix(1);
        return digits(1);
    }
    unsigned month() {
        auto const found = std::ranges::find(month_names, rest_.substr(0, 3));
        if (found == month_names.end()) {
            fail();
            return 1;
        }
        rest_.remove_prefix(3);
        return static_cast<unsigned>(found - month_names.begin()) + 1;
    }
    std::chrono::seconds time_of_day() {
        auto const hour = digits(2);
        expect(":");
        auto const minute = digits(2);
        expect(":");
        auto const second = digits(2);
        if (hour > 23 || minute > 59 || second > 60) fail(); // 60: a leap second
        return std::chrono::hours(hour) + std::chrono::minutes(minute) +
               std::chrono::seconds(second);
    }
    bool is_whole() const { return !failed_ && rest_.empty(); }

  private:
    void fail() { failed_ = true; }

    std::string_view rest_;
    bool failed_ = false;
};

// Nothing of the day's name: which one it is follows from the date.
std::string_view without_day_name(std::string_view text, bool& is_long) {
    for (auto const name : day_names) {
        is_long = text.starts_with(name);
        if (is_long) return text.substr(name.size());
        if (text.starts_with(name.substr(0, 3))) return text.substr(3);
    }
    return {};
}

// RFC 9110 section 5.6.7: a two-digit year that seems more than 50 years ahead is past.
int whole_year(int two_digits, std::chrono::sys_seconds now) {
    std::chrono::year_month_day const today(std::chrono::floor<std::chrono::days>(now));
    int const this_year = static_cast<int>(today.year());
    int const year = this_year - this_year % 100 + two_digits;
    return year > this_year + 50 ? year - 100 : year;
}

} // namespace

std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text,
                                                        std::chrono::sys_seconds now) {
    bool is_long = false;
    auto const rest = without_day_name(text, is_long);
    date_scanner scan(rest);
    int day = 0;
    unsigned month = 0;
    int year = 0;
    std::chrono::seconds time{};
    if (rest.starts_with(", ")) {
        auto const* const separator = is_long ? "-" : " ";
        scan.expect(", ");
        day = scan.digits(2);
        scan.expect(separator);
        month = scan.month();
        scan.expect(separator);
        year = is_long ? whole_year(scan.digits(2), now) : scan.digits(4);
        scan.expect(" ");
        time = scan.time_of_day();
        scan.expect(" GMT");
    } else {
        scan.expect(" ");
        month = scan.month();
        scan.expect(" ");
        day = scan.padded_day();
        scan.expect(" ");
        time = scan.time_of_day();
        scan.expect(" ");
        year = scan.digits(4);
    }
    std::chrono::year_month_day const date(std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(static_cast<unsigned>(day)));
    if (!scan.is_whole() || !date.ok()) return {};
    return std::chrono::sys_days(date) + time;
}

std::optional<std::chrono::milliseconds>
parse_wait(std::string_view text, std::chrono::sys_time<std::chrono::milliseconds> now) {
    text = http::trim(text);
    bool const is_plain = !text.empty() && std::ranges::all_of(text, [](char c) {
        return http::is_digit(c) || c == '.';
    });
    if (!is_plain) return {};
    double value = 0;
    auto const* const end = text.data() + text.size();
    auto const [stop, ec] = std::from_chars(text.data(), end, value);
    if (stop != end) return {};
    if (ec == std::errc::result_out_of_range) return longest_wait; // too many digits
    if (ec != std::errc()) return {};
    double wait_ms = std::ceil(value) * 1000;
    auto const now_ms = static_cast<double>(now.time_since_epoch().count());
    if (value >= first_unix_milliseconds) {
        wait_ms = std::ceil(value) - now_ms;
    } else if (value >= first_unix_seconds) {
        wait_ms -= now_ms;
    }
    auto const most = static_cast<double>(std::chrono::milliseconds(longest_wait).count());
    return std::chrono::milliseconds(static_cast<std::int64_t>(std::clamp(wait_ms, 0.0, most)));
}

std::optional<std::chrono::milliseconds>
parse_retry_after(std::string_view value, std::chrono::sys_time<std::chrono::milliseconds> now) {
    value = http::trim(value);
    if (auto const wait = parse_wait(value, now)) return wait;
    auto const date = parse_http_date(value, std::chrono::floor<std::chrono::seconds>(now));
    if (!date) return {};
    auto const wait = std::chrono::sys_time<std::chrono::milliseconds>(*date) - now;
    return std::clamp<std::chrono::milliseconds>(wait, 0ms, longest_wait);
}

} // namespace sluice::gateway::client
