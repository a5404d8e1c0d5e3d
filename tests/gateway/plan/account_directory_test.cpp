#include "gateway/plan/account_directory.hpp"
#include "tests/gateway/config/support.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::config::test::account_directory_test {
namespace {

std::vector<account> three_accounts() {
    return load_good("[[account]]\nid = \"one\"\nsecrets = [\"" + security_id('a') + "\", \"" +
                     security_id('b') +
                     "\"]\ncust_tokens = [\"t0\"]\nallow_from = [\"10.0.0.0/8\"]\n"
                     "[[account]]\nid = \"two\"\nsecrets = [\"" +
                     security_id('c') +
                     "\"]\nallow_from = [\"10.1.0.0/16\", \"::1\"]\n"
                     "[[account]]\nid = \"strict\"\nrequire_secret = true\n"
                     "cust_tokens = [\"t1\"]\nallow_from = [\"10.1.0.0/16\"]\n"
                     "[[account]]\nid = \"anywhere\"\n")
        .accounts;
}

std::string ids(plan::account_directory::matches const& found) {
    std::string text;
    for (auto const* one : found)
        text += one->id + ' ';
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(account_directory)

BOOST_AUTO_TEST_CASE(accounts_are_found_by_id) {
    auto const accounts = three_accounts();
    plan::account_directory const directory(accounts);
    BOOST_TEST(directory.by_id("two") == &accounts[1]);
    BOOST_TEST(!directory.by_id("Two"));
    BOOST_TEST(!directory.by_id(""));
}

BOOST_AUTO_TEST_CASE(accounts_are_found_by_each_of_their_secrets) {
    auto const accounts = three_accounts();
    plan::account_directory const directory(accounts);
    BOOST_TEST(directory.by_secret(security_id('a')) == &accounts[0]);
    BOOST_TEST(directory.by_secret(security_id('b')) == &accounts[0]);
    BOOST_TEST(directory.by_secret(security_id('c')) == &accounts[1]);
}

BOOST_AUTO_TEST_CASE(a_secret_that_nearly_fits_finds_nobody) {
    auto const accounts = three_accounts();
    plan::account_directory const directory(accounts);
    auto const secret = security_id('a');
    for (auto const& wrong : {std::string(), secret.substr(1), secret + 'a', std::string(64, 'A'),
                              std::string(63, 'a') + 'b', std::string(100'000, 'a')})
        BOOST_TEST(!directory.by_secret(wrong));
}

BOOST_AUTO_TEST_CASE(secrets_and_link_tokens_do_not_mix) {
    auto const accounts = three_accounts();
    plan::account_directory const directory(accounts);
    BOOST_TEST(directory.by_cust_token("t0") == &accounts[0]);
    BOOST_TEST(directory.by_cust_token("t1") == &accounts[2]);
    BOOST_TEST(!directory.by_secret("t0"));
    BOOST_TEST(!directory.by_cust_token(security_id('a')));
}

BOOST_AUTO_TEST_CASE(an_address_finds_the_accounts_that_list_it) {
    auto const accounts = three_accounts();
    plan::account_directory const directory(accounts);
    auto const found = [&](std::string_view text) {
        return ids(directory.by_address(ip_address::parse(text).value()));
    };
    BOOST_TEST(found("10.2.0.1") == "one ");
    BOOST_TEST(found("10.1.0.1") == "one two ");
    BOOST_TEST(found("::ffff:10.2.0.1") == "one ");
    BOOST_TEST(found("::1") == "two ");
    // An account without a list takes nobody on the word of an address.
    BOOST_TEST(found("192.0.2.1") == "");
}

BOOST_AUTO_TEST_CASE(without_accounts_nobody_is_found) {
    plan::account_directory const directory({});
    BOOST_TEST(!directory.by_id("one"));
    BOOST_TEST(!directory.by_secret(security_id('a')));
    BOOST_TEST(directory.by_address(ip_address::loopback_v4()).empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::account_directory_test
