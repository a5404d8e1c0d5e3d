#include "queue/journal/journal_line.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <string>

namespace sluice::queue::journal_line_test {

BOOST_AUTO_TEST_SUITE(journal_lines)

namespace {

std::string written(std::uint64_t value) {
    std::array<char, 64> room{};
    line_writer line(room.data(), 0);
    line.decimal(value);
    return room.data();
}

} // namespace

BOOST_AUTO_TEST_CASE(a_number_is_written_without_leading_zeros_whatever_its_length) {
    std::uint64_t power = 1;
    for (int digits = 1; digits <= 19; ++digits, power *= 10) {
        // The last one also has zeros within, at every place where digits are put together.
        for (auto const value : {power - 1, power, power + 1, power * 9, power + power / 1000}) {
            BOOST_TEST(written(value) == std::to_string(value));
        }
    }
    auto const most = std::numeric_limits<std::uint64_t>::max();
    for (auto const value : {std::uint64_t{0}, power - 1, power, most - 1, most})
        BOOST_TEST(written(value) == std::to_string(value));
}

BOOST_AUTO_TEST_CASE(times_before_1970_keep_their_sign) {
    std::array<char, 64> room{};
    line_writer line(room.data(), 0);
    line.milliseconds(wall_time{std::chrono::milliseconds{-1'764'000'000'007}});
    BOOST_TEST(std::string(room.data()) == "-1764000000007");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::queue::journal_line_test
