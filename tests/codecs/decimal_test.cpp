#include "codecs/decimal.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::codecs::decimal_test {

BOOST_AUTO_TEST_SUITE(decimal)

namespace {

// "<", "=", ">" or "?" when the two cannot be compared.
char relation(std::string_view a, std::string_view b) {
    auto const ordered = compare_numbers(a, b);
    if (!ordered) return '?';
    return *ordered < 0 ? '<' : *ordered > 0 ? '>' : '=';
}

} // namespace

BOOST_AUTO_TEST_CASE(numbers_are_compared_by_value) {
    struct {
        std::string_view a, b;
        char expected;
    } const cases[]{
        {"1", "2", '<'},
        {"2", "1", '>'},
        {"10", "9", '>'},
        {"-10", "-9", '<'},
        {"-1", "1", '<'},
        {"0", "-0", '='},
        {"007", "7", '='},
        {" 200 ", "200", '='},
        {"200", "200.0", '='},
        {"2e2", "200", '='},
        {"1.5", "1.25", '>'},
        {"-0.5", "0", '<'},
        {"12345678901234567890123", "12345678901234567890124", '<'},
        {"-12345678901234567890123", "-12345678901234567890124", '>'},
        {"9007199254740993", "9007199254740992", '>'},
        {"00000000000000000000001", "1", '='},
    };
    for (auto const& [a, b, expected] : cases) {
        BOOST_TEST(relation(a, b) == expected, a << " and " << b);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_number_is_not_compared) {
    for (auto const* const text :
         {"", " ", "-", "abc", "1x", "inf", "nan", "0x10", "1e999", "1 2"}) {
        BOOST_TEST(relation(text, "1") == '?', text);
        BOOST_TEST(relation("1", text) == '?', text);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::decimal_test
