// Values of flags, and why one was not understood. Shared by every part of the load test.
#pragma once

#include <boost/system/result.hpp>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace sluice::gateway::stress {

// Why a value was not understood: one sentence that quotes it.
struct option_error {
    std::string message;
};
[[noreturn]] inline void throw_exception_from_error(option_error const& e,
                                                    boost::source_location const&) {
    throw std::invalid_argument(e.message);
}
template <class T>
using parsed = boost::system::result<T, option_error>;

// `WHAT "TEXT": EXPECTED`
option_error bad(std::string_view what, std::string_view text, std::string_view expected);

// A finite decimal number and nothing else.
std::optional<double> to_number(std::string_view text);

// "500us", "5ms", "2s", "1m", "1h", or a number of seconds; up to a day.
parsed<std::chrono::microseconds> parse_time(std::string_view text);

} // namespace sluice::gateway::stress
