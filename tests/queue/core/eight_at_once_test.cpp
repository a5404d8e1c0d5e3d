#include "queue/core/eight_at_once.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>

namespace eight_at_once_test {

using namespace sluice::queue;

BOOST_AUTO_TEST_SUITE(eight_at_once)

BOOST_AUTO_TEST_CASE(a_character_is_found_wherever_it_stands) {
    for (std::size_t length = 0; length < 40; ++length) {
        std::string const none(length, 'a');
        BOOST_TEST(find_near(none, ' ') == length);
        for (std::size_t at = 0; at < length; ++at) {
            for (char const around : {'a', '!', '\x1f', '\xa0'}) {
                std::string text(length, around);
                text[at] = ' ';
                text[length - 1] = ' ';
                BOOST_REQUIRE_EQUAL(find_near(text, ' '), at);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(digits_come_to_their_number) {
    unsigned const seed = 5;
    BOOST_TEST_MESSAGE("seed " << seed);
    std::mt19937_64 random(seed);
    BOOST_TEST(short_decimal("").value() == 0u);
    BOOST_TEST(short_decimal("9999999999999999999").value() == 9'999'999'999'999'999'999u);
    for (int i = 0; i < 1000; ++i) {
        auto const number = random() >> (1 + random() % 63);
        auto const text = std::to_string(number);
        BOOST_REQUIRE_EQUAL(short_decimal(text).value(), number);
        if (text.size() < most_short_digits)
            BOOST_REQUIRE_EQUAL(short_decimal('0' + text).value(), number);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_digit_is_found_at_every_place) {
    std::string const digits = "1234567890123456789";
    for (std::size_t length = 1; length <= digits.size(); ++length) {
        for (std::size_t at = 0; at < length; ++at) {
            for (int c = 0; c < 256; ++c) {
                if (c >= '0' && c <= '9') continue;
                auto text = digits.substr(0, length);
                text[at] = static_cast<char>(c);
                BOOST_REQUIRE(!short_decimal(text));
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace eight_at_once_test
