#include "gateway/server/date.hpp"

#include <cstdio>
#include <ctime>

namespace sluice::gateway::server {

std::string_view date_line::at(std::int64_t unix_seconds) {
    if (unix_seconds != written_for_) {
        // strftime would use the names of the locale; HTTP's are English.
        static constexpr char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
        static constexpr char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        auto const seconds = static_cast<std::time_t>(unix_seconds);
        std::tm parts{};
        gmtime_r(&seconds, &parts);
        std::snprintf(text_.data(), text_.size(), "Date: %s, %02u %s %04u %02u:%02u:%02u GMT\r\n",
                      days[parts.tm_wday], static_cast<unsigned>(parts.tm_mday) % 100U,
                      months[parts.tm_mon], static_cast<unsigned>(parts.tm_year + 1900) % 10000U,
                      static_cast<unsigned>(parts.tm_hour) % 100U,
                      static_cast<unsigned>(parts.tm_min) % 100U,
                      static_cast<unsigned>(parts.tm_sec) % 100U);
        written_for_ = unix_seconds;
    }
    return {text_.data(), size};
}

std::string_view date_line::now() {
    std::timespec time{};
    clock_gettime(CLOCK_REALTIME_COARSE, &time);
    return at(time.tv_sec);
}

} // namespace sluice::gateway::server
