#include "tests/gateway/config/support.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::config::test::read_webhooks_test {

BOOST_AUTO_TEST_SUITE(read_webhooks)

BOOST_AUTO_TEST_CASE(the_dialer_goes_where_calls_go_unless_told) {
    auto const same = load_good(std::string(account_and_destinations) +
                                "[webhooks]\ncreateOutbound = { destination = \"o\" }\n");
    BOOST_TEST(same.built_in.outbound_dialer.value() == "o");
    BOOST_TEST(!load_good("").built_in.create_outbound);
}

BOOST_AUTO_TEST_CASE(an_identical_outbound_call_is_refused_for_a_day_unless_told) {
    using namespace std::chrono_literals;
    auto const window = [](std::string const& value) {
        return load_good("[webhooks]\nchecksum_window = \"" + value + "\"\n")
            .built_in.checksum_window;
    };
    BOOST_TEST((load_good("").built_in.checksum_window == 24h));
    BOOST_TEST((window("10m") == 10min));
    BOOST_TEST((window("0s") == 0s));
}

BOOST_AUTO_TEST_CASE(the_values_of_webhooks_are_checked) {
    broken const table[] = {
        {"createOutbound = §{}\n", "the key \"destination\" is missing"},
        {"createOutbound = §\"d\"\n", "must be a table, not a string"},
        {"createOutbound = { destination = \"o\", §to = 1 }\n", "unknown key"},
        {"outboundDialer = { destination = §\"dd\" }\n",
         "there is no destination \"dd\"; did you mean \"d\"?"},
        {"shortURL = { base_url = §\"s.example.com\" }\n", "must be an absolute URL"},
        {"shortURL = { base_url = §\"https://s.example.com/?x\" }\n", "must have no query"},
        {"checksum_window = §\"32d\"\n", "must be between"},
        {"shortURL = { redirect_status = §200 }\n", "must be between 301 and 308"},
        {"shortURL = { redirect_status = §304 }\n", "must be 301, 302, 303, 307 or 308"},
        {"shortURL = { guesses = §0 }\n", "must be between 1 and 1000000"},
        {"shortURL = { guess_period = §\"0s\" }\n", "must be between 1s and 1d"},
        {"updateUserPreferences = { delete_empty = §1 }\n", "must be true or false"},
        {"updateUserPreferences = { §empty = true }\n", "unknown key"},
        {"§createOutbund = { destination = \"o\" }\n", "did you mean \"createOutbound\"?"},
    };
    expect_broken(table, std::string(account_and_destinations) + "[webhooks]\n");
}

BOOST_AUTO_TEST_CASE(calls_that_go_to_a_destination_of_another_format_are_a_warning) {
    broken const table[] = {
        {"createOutbound = { destination = §\"d\" }\noutboundDialer = { destination = \"o\" }\n",
         "is not \"outbound\""},
        {"createOutbound = { destination = \"o\" }\noutboundDialer = { destination = §\"d\" }\n",
         "is not \"outbound\""},
    };
    expect_broken(table, std::string(account_and_destinations) + "[webhooks]\n", severity::warning);
}

BOOST_AUTO_TEST_CASE(the_origin_of_short_links_loses_its_last_slash) {
    auto const settings = load_good("[webhooks]\nshortURL = { base_url = \"https://s.io/\", "
                                    "redirect_status = 308 }\n");
    BOOST_TEST(settings.built_in.short_url_base.value() == "https://s.io");
    BOOST_TEST(settings.built_in.redirect_status == 308U);
}

BOOST_AUTO_TEST_CASE(an_empty_value_is_a_value_unless_told) {
    BOOST_TEST(!load_good("").built_in.delete_empty);
    auto const told = load_good("[webhooks]\nupdateUserPreferences = { delete_empty = true }\n"
                                "shortURL = { guesses = 5, guess_period = \"10s\" }\n");
    BOOST_TEST(told.built_in.delete_empty);
    BOOST_TEST(told.built_in.guesses == 5U);
    BOOST_TEST((told.built_in.guess_period == std::chrono::seconds(10)));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::read_webhooks_test
