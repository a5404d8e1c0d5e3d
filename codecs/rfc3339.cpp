#include "codecs/rfc3339.hpp"

#include <fmt/format.h>

#include <iterator>

namespace sluice::codecs {

void append_rfc3339(std::string& to, std::chrono::sys_time<std::chrono::milliseconds> at) {
    using namespace std::chrono;
    auto const day = floor<days>(at);
    year_month_day const date(day);
    hh_mm_ss const time(at - day);
    fmt::format_to(std::back_inserter(to), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                   static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                   static_cast<unsigned>(date.day()), time.hours().count(), time.minutes().count(),
                   time.seconds().count(), time.subseconds().count());
}

std::string to_rfc3339(std::chrono::sys_time<std::chrono::milliseconds> at) {
    std::string text;
    append_rfc3339(text, at);
    return text;
}

} // namespace sluice::codecs
