#include "tests/gateway/config/support.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::config::test::read_route_test {
namespace {

using namespace std::chrono_literals;

std::string with_route(std::string_view more) {
    return std::string(account_and_destination)
        .append("[[route]]\npath = \"/in/r\"\naccount = \"a\"\ndestinations = [\"d\"]\n")
        .append(more);
}

} // namespace

BOOST_AUTO_TEST_SUITE(read_route)

BOOST_AUTO_TEST_CASE(a_route_needs_path_account_and_destinations) {
    auto const route = load_good(with_route("")).routes.at(0);
    BOOST_TEST(route.path == "/in/r");
    BOOST_TEST((route.require == route_credential::none));
    BOOST_TEST(!route.dedup);
    broken const table[] = {
        {"§[[route]]\naccount = \"a\"\ndestinations = [\"d\"]\n", "the key \"path\" is missing"},
        {"§[[route]]\npath = \"/in/r\"\ndestinations = [\"d\"]\n",
         "the key \"account\" is missing"},
        {"§[[route]]\npath = \"/in/r\"\naccount = \"a\"\n", "the key \"destinations\" is missing"},
        {"[[route]]\npath = \"/in/r\"\naccount = \"a\"\ndestinations = §[]\n",
         "must name one destination at least"},
        {"[[route]]\npath = \"/in/r\"\naccount = \"a\"\ndestinations = [\"d\", §\"d\"]\n",
         "this destination is already in the list"},
    };
    expect_broken(table, account_and_destination);
}

BOOST_AUTO_TEST_CASE(the_shape_of_a_path_is_checked) {
    broken const table[] = {
        {"path = §\"/crm\"\n", "must begin with /in/ and a name"},
        {"path = §\"/in/\"\n", "must begin with /in/ and a name"},
        {"path = §\"in/crm\"\n", "must begin with /in/ and a name"},
        {"path = §\"/in/crm/\"\n", "must not end with a slash"},
        {"path = §\"/in/a//b\"\n", "must not have empty"},
        {"path = §\"/in/../b\"\n", "must not have empty"},
        {"path = §\"/in/a/.\"\n", "must not have empty"},
        {"path = §\"/in/a b\"\n", "must have the characters of a URL path"},
        {"path = §\"/in/a?b\"\n", "must have the characters of a URL path"},
        {"path = §\"/in/%61\"\n", "must have the characters of a URL path"},
    };
    expect_broken(table, std::string(account_and_destination) +
                             "[[route]]\naccount = \"a\"\ndestinations = [\"d\"]\n");
}

BOOST_AUTO_TEST_CASE(the_values_of_a_route_are_checked) {
    broken const table[] = {
        {"require = §\"password\"\n", "must be one of \"none\", \"bearer\", \"signature\""},
        {"require = §\"signature\"\n", "needs \"secret\" as well"},
        {"require = \"signature\"\nsecret = §[]\n", "no call could be verified"},
        {"dedup = §\"two words\"\n", "must be \"body\", a JSON Pointer or the name of a header"},
        {"dedup = §\"/a~2\"\n", "must be \"body\", a JSON Pointer"},
        {"dedup = \"body\"\ndedup_window = §\"0s\"\n", "must be between 1s and 31d"},
        {"§destination = \"d\"\n", "did you mean \"destinations\"?"},
    };
    expect_broken(table, with_route(""));
}

BOOST_AUTO_TEST_CASE(settings_without_effect_are_warnings) {
    broken const table[] = {
        {"secret = §\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"\n",
         "has no effect without require = \"signature\""},
        {"dedup_window = §\"1m\"\n", "has no effect without \"dedup\""},
    };
    expect_broken(table, with_route(""), severity::warning);
}

BOOST_AUTO_TEST_CASE(a_signature_is_judged_by_the_secrets_of_the_route) {
    auto const route = load_good(with_route("require = \"signature\"\nsecret = \"" +
                                            std::string(signing_secret) + "\"\n"))
                           .routes.at(0);
    BOOST_TEST((route.require == route_credential::signature));
    BOOST_TEST(route.signing_secrets.at(0).reveal() == signing_secret);
    auto const several =
        load_good(with_route("require = \"signature\"\nsecret = [\"" + std::string(signing_secret) +
                             "\", \"whpk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"]\n"));
    BOOST_TEST(several.routes.at(0).signing_secrets.size() == 2U);
}

BOOST_AUTO_TEST_CASE(dedup_looks_at_body_pointer_or_header) {
    auto const rule = [](std::string_view text) {
        return load_good(with_route("dedup = \"" + std::string(text) + "\"\n"))
            .routes.at(0)
            .dedup.value();
    };
    BOOST_TEST((rule("body").source == dedup_source::body));
    BOOST_TEST((rule("/a~1b/0").source == dedup_source::json_pointer));
    BOOST_TEST((rule("X-Event-Id").source == dedup_source::header));
    BOOST_TEST(rule("webhook-id").name == "webhook-id");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::read_route_test
