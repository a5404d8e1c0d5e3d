#include "tests/gateway/config/support.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::config::test::read_secrets_test {
namespace {

file_reader secret_files() {
    return files(
        {{"token", "  from-file \n"},
         {"marked", "\xEF\xBB\xBF"
                    "from-notepad\r\n"},
         {"empty", "# nothing\n\n"},
         {"two", "one\ntwo\n"},
         {"ids", "# rotated in March\n" + security_id('b') + "\n"},
         {"many", security_id('b') + "\n" + security_id('c') + "\n" + security_id('d') + "\n"},
         {"short", "abc"}});
}

} // namespace

BOOST_AUTO_TEST_SUITE(read_secrets)

BOOST_AUTO_TEST_CASE(a_secret_can_stand_in_a_file) {
    auto const settings = load_good("admin_token_file = \"token\"\n", secret_files());
    BOOST_TEST(settings.admin_token->reveal() == "from-file");
    auto const marked = load_good("admin_token_file = \"marked\"\n", secret_files());
    BOOST_TEST(marked.admin_token->reveal() == "from-notepad");
}

BOOST_AUTO_TEST_CASE(secrets_of_an_account_come_from_both_places) {
    auto const settings = load_good("[[account]]\nid = \"a\"\nsecrets = [\"" + security_id('a') +
                                        "\"]\nsecrets_file = \"ids\"\n",
                                    secret_files());
    BOOST_REQUIRE_EQUAL(settings.accounts[0].secrets.size(), 2U);
    BOOST_TEST(settings.accounts[0].secrets[1].reveal() == security_id('b'));
}

BOOST_AUTO_TEST_CASE(broken_secrets_are_reported_at_their_place) {
    broken const table[] = {
        {"admin_token = \"a\"\nadmin_token_file = §\"token\"\n",
         "cannot stand beside \"admin_token\""},
        {"admin_token_file = §\"none\"\n", "cannot be read: No such file"},
        {"admin_token_file = §\"empty\"\n", "\"empty\" has no secret in it"},
        {"admin_token_file = §\"two\"\n", "must name a file with one line"},
        {"[[account]]\nid = \"a\"\nsecrets = [§\"0123\"]\n", "must have 64 characters, not 4"},
        {"[[account]]\nid = \"a\"\nsecrets_file = §\"short\"\n", "must have 64 characters, not 3"},
        {"[[account]]\nid = \"a\"\nsecrets = [§\"                                "
         "                                \"]\n",
         "must have visible ASCII characters only"},
        {"[[account]]\nid = \"a\"\ncust_tokens = [§\"\"]\n", "must have 1 to 128 characters"},
        {"[[account]]\nid = \"a\"\ncust_tokens = [§\"a b\"]\n", "must have visible ASCII"},
        {"[[destination]]\nname = \"d\"\nurl = \"https://x.io\"\nsecret = §\"MfKQ\"\n",
         "must be \"whsec_\" and the base64 of 24 to 64 bytes"},
        {"[[destination]]\nname = \"d\"\nurl = \"https://x.io\"\nsecret = §\"whsec_!!!!\"\n",
         "must be \"whsec_\""},
        {"[[destination]]\nname = \"d\"\nurl = \"https://x.io\"\n"
         "secret = §\"whpk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"\n",
         "is a public key, which cannot sign"},
    };
    expect_broken(table, "", severity::error, secret_files());
}

BOOST_AUTO_TEST_CASE(secrets_that_weaken_are_a_warning) {
    auto const three = "secrets = §[\"" + security_id('a') + "\", \"" + security_id('b') +
                       "\", \"" + security_id('c') + "\"]\n";
    broken const accounts[] = {
        {three, "has 3 secrets, and each of them is valid"},
        {"secrets_file = §\"many\"\n", "has 3 secrets"},
        {"callback = { url = \"https://x.io\", secret = §[] }\n", "deliveries are not signed"},
    };
    expect_broken(accounts, "[[account]]\nid = \"a\"\n", severity::warning, secret_files());
    broken const destinations[] = {{"secret = §[]\n", "is empty: deliveries are not signed"}};
    expect_broken(destinations, "[[destination]]\nname = \"d\"\nurl = \"https://x.io\"\n",
                  severity::warning);
}

BOOST_AUTO_TEST_CASE(a_destination_can_have_two_secrets_while_it_rotates) {
    auto const text = "[[destination]]\nname = \"d\"\nurl = \"https://x.io\"\nsecret = [\"" +
                      std::string(signing_secret) + "\", \"" + std::string(signing_secret) +
                      "\"]\n";
    BOOST_TEST(load_good(text).destinations[0].signing_secrets.size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::read_secrets_test
