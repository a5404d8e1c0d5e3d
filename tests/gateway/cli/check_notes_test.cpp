#include "gateway/cli/check_notes.hpp"
#include "gateway/config/load.hpp"
#include "tests/gateway/config/support.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace check_notes_test {

using namespace sluice::gateway;
using namespace sluice::gateway::cli;

namespace {

constexpr char published[] = "admin_token = \"change-me\"\n"
                             "[[account]]\nid = \"163\"\nsecrets = [\"known-to-all\"]\n";

constexpr char working[] = "[[account]]\nid = \"163\"\nallow_from = [\"127.0.0.0/8\"]\n"
                           "[[destination]]\nname = \"crm\"\nurl = \"https://crm.example.com/\"\n";

// All notes on a text, a line each.
std::string notes(std::string const& text) {
    config::test::word_checker const checker;
    auto const loaded = config::load(text, "f.toml", checker);
    std::string all;
    for (auto const& each : notes_on(text, "f.toml", loaded.settings, published))
        all += each.to_string() + '\n';
    return all;
}

bool has(std::string const& text, std::string_view part) {
    return text.find(part) != text.npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(check_notes)

BOOST_AUTO_TEST_CASE(a_configuration_in_order_gets_none) {
    BOOST_TEST(notes(working) == "");
}

BOOST_AUTO_TEST_CASE(placeholders_and_published_secrets_are_told_with_their_place) {
    auto const placeholder = notes("admin_token = \"please-change-me\"\n" + std::string(working));
    BOOST_TEST(placeholder == "f.toml:1:15: warning: is a placeholder: put a secret of your own "
                              "here\n");
    auto const known = notes(std::string(working) + "headers = { \"X-Api-Key\" = \"mine\" }\n"
                                                    "secret = [\"known-to-all\", \"own\"]\n");
    BOOST_TEST(known == "f.toml:8:11: warning: stands in the published example: everybody knows "
                        "this secret\n");
    BOOST_TEST(!has(known, "known-to-all")); // a message has no secret in it
}

BOOST_AUTO_TEST_CASE(an_open_door_is_told) {
    std::string const open = "listen = \"0.0.0.0:8080\"\n[[account]]\nid = \"163\"\n"
                             "cust_tokens = [\"own\"]\nallow_http = true\n"
                             "[[destination]]\nname = \"crm\"\nurl = \"https://c.example.com/\"\n";
    BOOST_TEST(has(notes(open), "account 163: allow_http without allow_from"), notes(open));
    auto closed = open;
    closed.replace(closed.find("0.0.0.0"), 7, "127.0.0.1");
    BOOST_TEST(notes(closed) == "");
}

BOOST_AUTO_TEST_CASE(accounts_that_nobody_can_use_are_told) {
    auto const text = std::string(working) + "[[account]]\nid = \"164\"\n";
    BOOST_TEST(has(notes(text), "account 164: nobody can use it"), notes(text));
    // An account whose routes take signatures is used by them.
    BOOST_TEST(notes(text + "[[route]]\npath = \"/in/x\"\naccount = \"164\"\n"
                            "destinations = [\"crm\"]\nrequire = \"signature\"\n"
                            "secret = \"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"\n") == "");
    BOOST_TEST(has(notes("[[account]]\nid = \"163\"\n"), "nobody can call: no account has"));
    BOOST_TEST(has(notes("threads = 1\n"), "nobody can call: there is no [[account]]"));
}

BOOST_AUTO_TEST_CASE(variables_that_are_not_read_are_told_with_the_nearest) {
    std::vector<std::string> const environment{"HOME=/root", "SLUICE_LISTEN=a", "SLUICE_LISTNE=b",
                                               "SLUICE_XYZZY=c"};
    auto const told = notes_on_environment(environment);
    BOOST_REQUIRE_EQUAL(told.size(), 2U);
    BOOST_TEST(told[0].to_string() ==
               "SLUICE_LISTNE: warning: is no variable of Sluice's; did you mean SLUICE_LISTEN?");
    BOOST_TEST(told[1].to_string() == "SLUICE_XYZZY: warning: is no variable of Sluice's");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace check_notes_test
