#include "tests/gateway/config/support.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::config::test::read_account_test {

using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(read_account)

BOOST_AUTO_TEST_CASE(an_account_needs_only_an_id) {
    auto const account = load_good("[[account]]\nid = \"a\"\n").accounts.at(0);
    BOOST_TEST(account.id == "a");
    BOOST_TEST(!account.allow_http);
    BOOST_TEST(!account.rate);
    BOOST_TEST(!account.require_secret);
    BOOST_TEST(account.weight == 1U);
    BOOST_TEST(account.time_zone == "UTC");
    BOOST_TEST(account.country_code.empty());
}

BOOST_AUTO_TEST_CASE(a_missing_id_is_an_error_at_the_table) {
    broken const table[] = {{"§[[account]]\nweight = 2\n", "the key \"id\" is missing"}};
    expect_broken(table);
}

BOOST_AUTO_TEST_CASE(the_values_of_an_account_are_checked) {
    broken const table[] = {
        {"allow_from = [§\"10.0.0.0/x\"]\n", "must be an IP address or a network"},
        {"allow_from = [\"10.0.0.0/8\", §\"2001:db8::/129\"]\n", "must be an IP address"},
        {"allow_http = §\"yes\"\n", "must be true or false, not a string"},
        {"rate = §0\n", "must be between 1 and 1000000000"},
        {"rate = 1\nperiod = §\"0s\"\n", "must be between 1ms and 31d"},
        {"country_code = §\"+91\"\n", "must have 1 to 4 digits"},
        {"country_code = §\"091\"\n", "must have 1 to 4 digits"},
        {"time_zone = §\"Asia/Bombai\"\n", "must be the name of a time zone"},
        {"weight = §0\n", "must be between 1 and 1000"},
        {"agents = [§\"somebody\"]\n", "must be a phone number"},
        {"link_domain = §\"go.example.com\"\n", "must be an absolute URL"},
        {"link_domain = §\"https://go.example.com/x\"\n", "must have no path"},
        {"link_expiry = §\"0s\"\n", "must be between 1s and"},
        {"§secret = \"x\"\n", "unknown key; did you mean \"secrets\"?"},
    };
    expect_broken(table, "[[account]]\nid = \"a\"\n");
}

BOOST_AUTO_TEST_CASE(a_callback_obeys_the_policy_of_destinations) {
    broken const table[] = {
        {"callback = { retry = { jitter = §2 } }\n", "must be between 0 and 1"},
        {"callback = { url = §\"http://example.com/\" }\n", "is a plain http URL"},
        {"callback = { url = §\"https://10.0.0.1/\" }\n", "the address 10.0.0.1 is private"},
        {"callback = { url = \"https://example.com/\", secret = §\"x\" }\n", "must be \"whsec_\""},
        {"callback = { url = \"https://example.com/\", §key = \"x\" }\n", "unknown key"},
    };
    expect_broken(table, "[[account]]\nid = \"a\"\n");
}

BOOST_AUTO_TEST_CASE(what_cannot_work_is_a_warning) {
    broken const table[] = {
        {"require_secret = §true\n", "there is no secret, so nobody can call"},
        {"period = §\"1s\"\n", "has no effect without \"rate\""},
        {"country_code = \"91\"\nagents = [\"919879964805\", \"9879964806\", §\"9879964805\"]\n",
         "is the same agent as \"919879964805\""},
        {"agents = [\"919879964805\", §\"+91 98799 64805\"]\n", "is the same agent as"},
    };
    expect_broken(table, "[[account]]\nid = \"a\"\n", severity::warning);
}

BOOST_AUTO_TEST_CASE(the_burst_of_an_account_is_its_whole_period) {
    auto const text = "[[account]]\nid = \"a\"\nrate = 50\nperiod = \"1m\"\n";
    auto const rate = load_good(text).accounts.at(0).rate.value();
    BOOST_TEST(rate.burst == 50U);
    BOOST_TEST((rate.period == 1min));
}

BOOST_AUTO_TEST_CASE(without_an_allow_list_every_address_may_call) {
    account account;
    auto const address = ip_address::parse("192.0.2.1").value();
    BOOST_TEST(account.admits(address));
    account.allow_from = {network::parse("10.0.0.0/8").value()};
    BOOST_TEST(!account.admits(address));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::read_account_test
