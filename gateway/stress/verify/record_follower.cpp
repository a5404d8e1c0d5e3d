#include "gateway/stress/verify/record_follower.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <charconv>

namespace sluice::gateway::stress {

namespace {

namespace json = boost::json;

constexpr std::size_t most_at_once = 1024 * 1024;

int digits(std::string_view text, std::size_t at, std::size_t count) {
    int value = -1;
    auto const* begin = text.data() + at;
    auto const [end, ec] = std::from_chars(begin, begin + count, value);
    return ec == std::errc() && end == begin + count ? value : -1;
}

} // namespace

std::chrono::milliseconds parse_record_time(std::string_view text) {
    using namespace std::chrono;
    // 2026-01-31T23:59:59.123Z
    constexpr std::size_t length = 24;
    if (text.size() != length || text[19] != '.' || text[23] != 'Z') return milliseconds(0);
    auto const year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
    auto const hour = digits(text, 11, 2), minute = digits(text, 14, 2);
    auto const second = digits(text, 17, 2), fraction = digits(text, 20, 3);
    year_month_day const date(std::chrono::year(year),
                              std::chrono::month(static_cast<unsigned>(month)),
                              std::chrono::day(static_cast<unsigned>(day)));
    bool const is_valid = year > 0 && month > 0 && day > 0 && date.ok() && hour >= 0 &&
                          minute >= 0 && second >= 0 && fraction >= 0;
    if (!is_valid) return milliseconds(0);
    return sys_days(date).time_since_epoch() + hours(hour) + minutes(minute) + seconds(second) +
           milliseconds(fraction);
}

record_follower::record_follower(std::string const& file, arrival_feed& to)
    : in_(file, std::ios::binary | std::ios::ate)
    , to_(to)
    , is_open_(in_.is_open()) {}

bool record_follower::poll(std::chrono::nanoseconds began) {
    std::string piece(64 * 1024, '\0');
    std::size_t taken = 0;
    while (taken < most_at_once) {
        in_.clear(); // the end of the file is where the next line will be
        in_.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        auto const size = static_cast<std::size_t>(in_.gcount());
        if (size == 0) break;
        taken += size;
        rest_.append(piece, 0, size);
        std::size_t begin = 0;
        for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
            take_line(std::string_view(rest_).substr(begin, end - begin), began);
            begin = end + 1;
        }
        rest_.erase(0, begin);
        if (rest_.size() > most_at_once) {
            ++broken_;
            rest_.clear();
        }
    }
    return taken > 0;
}

void record_follower::take_line(std::string_view line, std::chrono::nanoseconds began) {
    boost::system::error_code ec;
    auto const document = json::parse(line, ec);
    auto const* object = ec ? nullptr : document.if_object();
    auto const text = [object](std::string_view name) -> std::string_view {
        auto const* found = object == nullptr ? nullptr : object->if_contains(name);
        auto const* string = found == nullptr ? nullptr : found->if_string();
        return string == nullptr ? std::string_view() : std::string_view(*string);
    };
    auto const number = [object](std::string_view name) -> std::int64_t {
        auto const* found = object == nullptr ? nullptr : object->if_contains(name);
        return found != nullptr && found->is_int64() ? found->get_int64() : -1;
    };
    auto const monotonic = number("monotonic_ns");
    auto const status = number("status");
    if (object == nullptr || monotonic < 0 || status < 0) {
        ++broken_;
        return;
    }
    ledger_arrival what;
    what.at = std::chrono::nanoseconds(monotonic) - began;
    what.unix_time = parse_record_time(text("time"));
    what.is_delivered = status >= 200 && status < 300;
    to_.take(text("body"), what);
}

} // namespace sluice::gateway::stress
