#include "gateway/config/units.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>

namespace sluice::gateway::config::test::units_test {

using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(units)

BOOST_AUTO_TEST_CASE(durations_are_read) {
    struct {
        std::string_view text;
        std::chrono::milliseconds value;
    } const table[] = {
        {"250ms", 250ms}, {"2s", 2s},       {"5m", 5min}, {"1h", 1h},
        {"7d", 168h},     {"0s", 0ms},      {"30", 30s},  {"1.5", 1'500ms},
        {"0.0004", 0ms},  {"366d", 8'784h}, {"007s", 7s}, {"36525d", 876'600h},
    };
    for (auto const& row : table)
        BOOST_TEST((parse_duration(row.text).value() == row.value), row.text);
}

BOOST_AUTO_TEST_CASE(what_is_no_duration_is_refused) {
    for (std::string_view const text : {"", "s", "5 s", " 5s", "5s ", "-5s", "+5s", "5S", "1.5h",
                                        "5us", "1h30m", "five", "0x5s", "nan", "inf", "1e3"})
        BOOST_TEST((parse_duration(text).error() == error::duration_syntax), text);
    for (std::string_view const text : {"36526d", "99999999999999999999s", "18446744073709551615d"})
        BOOST_TEST((parse_duration(text).error() == error::duration_too_long), text);
}

BOOST_AUTO_TEST_CASE(seconds_are_rounded_to_milliseconds) {
    BOOST_TEST((duration_from_seconds(1.2345).value() == 1'235ms));
    BOOST_TEST((duration_from_seconds(0).value() == 0ms));
    BOOST_TEST((duration_from_seconds(-1).error() == error::duration_syntax));
    BOOST_TEST((duration_from_seconds(1e300).error() == error::duration_too_long));
    auto const infinity = std::numeric_limits<double>::infinity();
    BOOST_TEST((duration_from_seconds(infinity).error() == error::duration_syntax));
}

BOOST_AUTO_TEST_CASE(sizes_are_read) {
    struct {
        std::string_view text;
        std::uint64_t value;
    } const table[] = {
        {"256KiB", 262'144},
        {"8GiB", 8'589'934'592},
        {"64KB", 64'000},
        {"1MB", 1'000'000},
        {"1MiB", 1'048'576},
        {"2TiB", 2'199'023'255'552},
        {"512B", 512},
        {"512", 512},
        {"0", 0},
        {"1GB", 1'000'000'000},
        {"1TB", 1'000'000'000'000},
    };
    for (auto const& row : table)
        BOOST_TEST(parse_size(row.text).value() == row.value, row.text);
}

BOOST_AUTO_TEST_CASE(what_is_no_size_is_refused) {
    for (std::string_view const text : {"", "KiB", "1 KiB", "-1", "1.5MiB", "1kb", "1K", "1PiB"})
        BOOST_TEST((parse_size(text).error() == error::size_syntax), text);
    for (std::string_view const text :
         {"9223372036854775808", "8388608TiB", "99999999999999999999"})
        BOOST_TEST((parse_size(text).error() == error::size_too_large), text);
}

BOOST_AUTO_TEST_CASE(what_is_printed_is_read_back) {
    for (std::string_view const text : {"0ms", "1500ms", "90s", "2m", "25h", "7d"})
        BOOST_TEST(format_duration(parse_duration(text).value()) == text);
    for (std::string_view const text : {"0B", "1000B", "1KiB", "1536KiB", "3GiB", "1TiB"})
        BOOST_TEST(format_size(parse_size(text).value()) == text);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::units_test
