// Who a call is from, and whether it may come in: by what it brings and where it comes from.
#include "gateway/intake/authorise.hpp"
#include "tests/gateway/config/support.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace authorise_test {

using namespace sluice::gateway;
using config::test::security_id;

namespace {

std::shared_ptr<config::configuration const> settings() {
    static auto const read = std::make_shared<config::configuration const>(config::test::load_good(
        "trusted_proxies = [\"10.9.0.0/16\"]\n"
        "[[account]]\nid = \"open\"\nallow_http = true\nsecrets = [\"" +
        security_id('a') +
        "\"]\ncust_tokens = [\"token\"]\n"
        "[[account]]\nid = \"listed\"\nallow_http = true\nsecrets = [\"" +
        security_id('b') +
        "\"]\nallow_from = [\"10.0.0.0/24\"]\n"
        "[[account]]\nid = \"neighbour\"\nallow_http = true\n"
        "allow_from = [\"10.0.0.7\", \"10.0.1.0/24\"]\n"
        "[[account]]\nid = \"https\"\nsecrets = [\"" +
        security_id('c') +
        "\"]\n"
        "[[account]]\nid = \"paced\"\nallow_http = true\nrate = 2\nperiod = \"1s\"\n"
        "secrets = [\"" +
        security_id('d') + "\"]\n"));
    return read;
}

struct request_from {
    explicit request_from(std::string const& address, std::vector<server::header_field> with = {})
        : lines(std::move(with)) {
        req.peer = boost::asio::ip::make_address(address);
        req.method = "POST";
        req.headers = lines;
    }
    std::vector<server::header_field> lines;
    server::request req;
};

std::string outcome(call::checked<config::account const*> const& found) {
    return found ? (*found)->id : std::to_string(found.error().status);
}

std::string webhook_from(std::string const& address, intake::credentials const& brought,
                         std::vector<server::header_field> lines = {}) {
    plan::directory const known(settings());
    request_from const from(address, std::move(lines));
    return outcome(intake::authorise_webhook(known, from.req, brought));
}

} // namespace

BOOST_AUTO_TEST_SUITE(authorise)

BOOST_AUTO_TEST_CASE(a_secret_says_whose_the_call_is) {
    BOOST_TEST(webhook_from("1.2.3.4", {security_id('a'), {}, {}}) == "open");
    BOOST_TEST(webhook_from("1.2.3.4", {{}, "token", {}}) == "open");
    auto const bearer = "bearer  " + security_id('a');
    BOOST_TEST(webhook_from("1.2.3.4", {}, {{"Authorization", bearer}}) == "open");
    BOOST_TEST(webhook_from("1.2.3.4", {security_id('z'), {}, {}}) == "401");
    BOOST_TEST(webhook_from("1.2.3.4", {{}, "nobody's", {}}) == "401");
    BOOST_TEST(webhook_from("1.2.3.4", {}, {{"Authorization", "Basic YTpi"}}) == "401");
}

BOOST_AUTO_TEST_CASE(the_first_credential_decides) {
    auto const bearer = "Bearer " + security_id('b');
    BOOST_TEST(webhook_from("10.0.0.9", {security_id('a'), {}, {}}, {{"Authorization", bearer}}) ==
               "open");
    // A wrong one is not made good by another.
    BOOST_TEST(webhook_from("10.0.0.9", {security_id('z'), "token", {}}) == "401");
}

BOOST_AUTO_TEST_CASE(an_address_alone_counts_where_one_list_has_it) {
    BOOST_TEST(webhook_from("10.0.0.9", {}) == "listed");
    BOOST_TEST(webhook_from("10.0.1.9", {}) == "neighbour");
    BOOST_TEST(webhook_from("10.0.0.7", {}) == "401"); // two lists have it
    BOOST_TEST(webhook_from("10.0.0.7", {{}, {}, "neighbour"}) == "neighbour");
    BOOST_TEST(webhook_from("10.0.0.9", {{}, {}, "open"}) == "403");
    BOOST_TEST(webhook_from("9.9.9.9", {}) == "401");
    BOOST_TEST(webhook_from("9.9.9.9", {{}, {}, "open"}) == "401");
}

BOOST_AUTO_TEST_CASE(doors_hold_for_a_secret_too) {
    BOOST_TEST(webhook_from("9.9.9.9", {security_id('b'), {}, {}}) == "403");
    BOOST_TEST(webhook_from("1.2.3.4", {security_id('c'), {}, {}}) == "403"); // plain HTTP
    server::header_field const by_https{"X-Forwarded-Proto", "https"};
    server::header_field const for_whom{"X-Forwarded-For", "1.2.3.4"};
    BOOST_TEST(webhook_from("10.9.0.1", {security_id('c'), {}, {}}, {by_https, for_whom}) ==
               "https");
    // Whoever is no trusted proxy cannot say so.
    BOOST_TEST(webhook_from("1.2.3.4", {security_id('c'), {}, {}}, {by_https}) == "403");
}

BOOST_AUTO_TEST_CASE(an_account_id_must_be_the_callers) {
    BOOST_TEST(webhook_from("1.2.3.4", {security_id('a'), {}, "open"}) == "open");
    BOOST_TEST(webhook_from("1.2.3.4", {security_id('a'), {}, "listed"}) == "403");
}

BOOST_AUTO_TEST_CASE(the_api_needs_the_bearer) {
    plan::directory const known(settings());
    auto const status_with = [&](std::string const& value) {
        request_from const from("10.0.0.9", {{"Authorization", value}});
        return outcome(intake::authorise_bearer(known, from.req));
    };
    BOOST_TEST(status_with("Bearer " + security_id('a')) == "open");
    BOOST_TEST(status_with("Bearer " + security_id('z')) == "401");
    request_from const listed("10.0.0.9");
    auto const refused = intake::authorise_bearer(known, listed.req);
    BOOST_TEST(outcome(refused) == "401");
    BOOST_TEST(refused.error().wants_credentials);
}

BOOST_AUTO_TEST_CASE(an_account_past_its_rate_is_told_when_to_come_again) {
    plan::directory const known(settings());
    request_from const from("1.2.3.4");
    std::string seen;
    for (int i = 0; i < 3; ++i)
        seen +=
            outcome(intake::authorise_webhook(known, from.req, {security_id('d'), {}, {}})) + ' ';
    BOOST_TEST(seen == "paced paced 429 ");
    auto const refused = intake::authorise_webhook(known, from.req, {security_id('d'), {}, {}});
    BOOST_TEST((refused.error().retry_after == std::chrono::seconds(1)));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace authorise_test
