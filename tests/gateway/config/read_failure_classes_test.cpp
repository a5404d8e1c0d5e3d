#include "tests/gateway/config/support.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::config::test::read_failure_classes_test {
namespace {

using treatment = failure_classes::treatment;

constexpr std::string_view minimal =
    "[[destination]]\nname = \"d\"\nurl = \"https://example.com/\"\n";

failure_classes load_with(std::string_view more) {
    return load_good(std::string(minimal).append(more)).destinations.at(0).failures;
}

} // namespace

BOOST_AUTO_TEST_SUITE(read_failure_classes)

BOOST_AUTO_TEST_CASE(without_the_keys_everything_is_usual) {
    auto const found = load_with("");
    for (int status = 100; status < 1000; ++status)
        BOOST_TEST((found.of_status(status) == treatment::usual), status);
    BOOST_TEST((found.of(transport_failure::tls) == treatment::usual));
}

BOOST_AUTO_TEST_CASE(failures_statuses_and_classes_can_be_named) {
    auto const found =
        load_with("retry_on = [\"404\", \"connect\"]\nfinal_on = [\"5xx\", \"tls\"]\n");
    BOOST_TEST((found.of_status(404) == treatment::retry));
    BOOST_TEST((found.of_status(405) == treatment::usual));
    BOOST_TEST((found.of_status(500) == treatment::final));
    BOOST_TEST((found.of_status(599) == treatment::final));
    BOOST_TEST((found.of(transport_failure::connect) == treatment::retry));
    BOOST_TEST((found.of(transport_failure::tls) == treatment::final));
    BOOST_TEST((found.of(transport_failure::name) == treatment::usual));
    BOOST_TEST((load_with("final_on = \"501\"\n").of_status(501) == treatment::final));
}

BOOST_AUTO_TEST_CASE(a_status_says_more_than_its_class) {
    auto const found = load_with("retry_on = [\"503\", \"4xx\"]\nfinal_on = [\"5xx\", \"404\"]\n");
    BOOST_TEST((found.of_status(503) == treatment::retry));
    BOOST_TEST((found.of_status(502) == treatment::final));
    BOOST_TEST((found.of_status(404) == treatment::final));
    BOOST_TEST((found.of_status(403) == treatment::retry));
    BOOST_TEST((found.of_status(410) == treatment::usual)); // disables, whatever its class
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_reported) {
    broken const table[] = {
        {"retry_on = [§\"404 \"]\n", "must be \"name\", \"connect\""},
        {"retry_on = [§\"2xx\"]\n", "a status from 300 to 599 such as \"404\""},
        {"final_on = [§\"600\"]\n", "a status from 300 to 599"},
        {"final_on = [§404]\n", "must be a string, not a whole number"},
        {"final_on = [§\"410\"]\n", "410 disables the destination"},
        {"retry_on = [\"404\"]\nfinal_on = [§\"404\"]\n", "stands in both"},
        {"retry_on = [\"tls\"]\nfinal_on = [§\"tls\"]\n", "stands in both"},
        {"retry_on = [\"4xx\"]\nfinal_on = [§\"4xx\"]\n", "stands in both"},
    };
    expect_broken(table, minimal);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::read_failure_classes_test
