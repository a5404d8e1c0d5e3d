#include "codecs/contact_numbers.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::codecs::contact_numbers_test {

BOOST_AUTO_TEST_SUITE(contact_numbers)

BOOST_AUTO_TEST_CASE(every_way_to_write_a_number_is_one_person) {
    for (auto const* const text :
         {"8000374123", "08000374123", "918000374123", "+918000374123", "+91 80003 74123",
          "+91-80003-74123", "(+91) 80003.74123", "00918000374123", "0918000374123",
          "+91 (0)80003 74123", " 8000 374 123 ", "91 0 8000374123"}) {
        auto const number = normalise_number(text, "91");
        BOOST_REQUIRE_MESSAGE(number.has_value(), text);
        BOOST_TEST(*number == "918000374123", text);
    }
}

BOOST_AUTO_TEST_CASE(national_numbers_may_begin_like_the_country_code) {
    struct {
        std::string_view text, country_code, number;
    } const cases[]{
        {"9198765432", "91", "919198765432"},
        {"919198765432", "91", "919198765432"},
        {"65123456", "65", "6565123456"},
        {"6591234567", "65", "6591234567"},
        {"2025550123", "1", "12025550123"},
        {"12025550123", "1", "12025550123"},
        {"020 7946 0958", "44", "442079460958"},
        {"+44 20 7946 0958", "91", "442079460958"},
        {"06 1234 5678", "39", "390612345678"},
        {"12345678", "999", "99912345678"},
        {"0123456", "", "0123456"},
        {"+4420794609", "", "4420794609"},
    };
    for (auto const& [text, country_code, number] : cases) {
        BOOST_TEST(normalise_number(text, country_code).value() == number);
    }
}

BOOST_AUTO_TEST_CASE(numbers_of_other_countries_are_read_as_they_are_printed) {
    struct {
        std::string_view text, country_code, number;
    } const cases[]{
        {"+1 212 555 0100", "91", "12125550100"}, {"12125550100", "91", "12125550100"},
        {"447700900123", "91", "447700900123"},   {"918000374123", "1", "918000374123"},
        {"918000374123", "44", "918000374123"},   {"13812345678", "86", "8613812345678"},
        {"8613812345678", "91", "8613812345678"}, {"6581234567", "91", "916581234567"},
    };
    for (auto const& [text, country_code, number] : cases) {
        BOOST_TEST(normalise_number(text, country_code).value() == number);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_number_is_refused) {
    for (auto const* const text :
         {"", " ", "abc", "80003x4123", "++918000374123", "91+8000374123", "1234567890123456",
          "+12345", "alice@example.com", "1/2", "８０", "()-", "+", "８０００３x７４１２３",
          "\xFF"
          "8000374123"}) {
        BOOST_TEST(!normalise_number(text, "91").has_value(), text);
    }
    BOOST_TEST(normalise_number("+123456", "91").has_value());
    BOOST_TEST(normalise_number("+123456789012345", "91").has_value());
}

BOOST_AUTO_TEST_CASE(what_nobody_sees_in_a_number_does_not_count) {
    for (auto const* const text : {
             "\u202D+91 80003 74123\u202C", // copied from a telephone's contacts
             "+91\u00A080003\u00A074123",   // from a page
             "80003\u201174123",
             "80003\u201374123", // hyphen that does not break, dash
             "\uFEFF8000374123",
             "8000\u200B374123", // byte order mark, zero width
             "８０００３７４１２３",
             "＋９１８０００３７４１２３",
             "8000\u3000374\u2009123",
             "80003\u221274123\u200F",
         }) {
        auto const number = normalise_number(text, "91");
        BOOST_REQUIRE_MESSAGE(number.has_value(), text);
        BOOST_TEST(*number == "918000374123", text);
    }
    std::vector<std::string> const values{"\u202A8000374123\u202C,\u202C,\u00A0"};
    auto const list = parse_contact_numbers(values, "91", 500);
    BOOST_TEST(list.numbers.size() == 1U);
    BOOST_TEST(list.errors.empty());
}

BOOST_AUTO_TEST_CASE(a_decimal_number_is_nobodys) {
    for (auto const* const text : {"9879964805.0", "+919879964805.00", " 98799 64805.0 ",
                                   "98799-64805.0", "９８７９９６４８０５.0", "9879964805 .0"}) {
        BOOST_TEST(is_decimal_text(text), text);
        BOOST_TEST(!normalise_number(text, "91").has_value(), text);
    }
    for (auto const* const text :
         {"+1.906.387.1698", "98799.64805", "9879964805.", "80003.74120"}) {
        BOOST_TEST(!is_decimal_text(text), text);
        BOOST_TEST(normalise_number(text, "91").has_value(), text);
    }
    std::vector<std::string> const values{"8000374123, 9879964805.0"};
    auto const list = parse_contact_numbers(values, "91", 500);
    BOOST_REQUIRE(list.errors.size() == 1U);
    BOOST_TEST(list.errors[0].detail ==
               "\"9879964805.0\" is a decimal number: its zeros would be dialled");
}

BOOST_AUTO_TEST_CASE(a_message_shows_what_nobody_sees) {
    std::vector<std::string> const values{"\u202D12\u202C"};
    auto const list = parse_contact_numbers(values, "91", 500);
    BOOST_REQUIRE(list.errors.size() == 1U);
    BOOST_TEST(list.errors[0].detail ==
               R"("\u202d12\u202c" is not a telephone number of 6 to 15 digits)");
}

BOOST_AUTO_TEST_CASE(lists_are_split_by_comma_semicolon_and_line_end) {
    std::vector<std::string> const values{"80003 74123, 8000374124;\r\n8000374125\n,,",
                                          "+918000374123", " 8000374126 "};
    auto const list = parse_contact_numbers(values, "91", 500);
    std::vector<std::string> const expected{"918000374123", "918000374124", "918000374125",
                                            "918000374126"};
    BOOST_TEST(list.numbers == expected, boost::test_tools::per_element());
    BOOST_TEST(list.errors.empty());
}

BOOST_AUTO_TEST_CASE(errors_name_the_entry) {
    std::vector<std::string> const values{"8000374123,bad", "12"};
    auto const list = parse_contact_numbers(values, "", 500);
    BOOST_TEST(list.numbers.size() == 1U);
    BOOST_REQUIRE(list.errors.size() == 2U);
    BOOST_TEST(list.errors[0].index == 1U);
    BOOST_TEST(list.errors[0].entry == "bad");
    BOOST_TEST(list.errors[0].detail == "\"bad\" is not a telephone number of 6 to 15 digits");
    BOOST_TEST(list.errors[1].index == 2U);
}

BOOST_AUTO_TEST_CASE(nothing_given_is_nothing_found) {
    std::vector<std::string> const values{"", " , ;\n"};
    auto const list = parse_contact_numbers(values, "91", 500);
    BOOST_TEST(list.numbers.empty());
    BOOST_TEST(list.errors.empty());
}

BOOST_AUTO_TEST_CASE(a_long_list_is_read_no_further_than_its_limit) {
    std::string many;
    for (int i = 0; i < 30'000; ++i)
        many += std::to_string(100'000 + i) + ",";
    std::vector<std::string> const values{many, "not reached"};
    auto const list = parse_contact_numbers(values, "91", 500);
    BOOST_TEST(list.is_cut);
    BOOST_TEST(list.numbers.size() == 501U);
    BOOST_TEST(list.errors.empty());
    std::string bad;
    for (int i = 0; i < 100'000; ++i)
        bad += "a,";
    auto const wrong = parse_contact_numbers(std::vector{bad}, "91", 500);
    BOOST_TEST(wrong.is_cut);
    BOOST_TEST(wrong.errors.size() == most_contact_errors);
    std::string same;
    for (int i = 0; i < 30'000; ++i)
        same += "8000374123;";
    auto const once = parse_contact_numbers(std::vector{same}, "91", 1);
    BOOST_TEST(!once.is_cut);
    BOOST_TEST(once.numbers.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::contact_numbers_test
