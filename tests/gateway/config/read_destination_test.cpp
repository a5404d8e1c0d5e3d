#include "tests/gateway/config/support.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::config::test::read_destination_test {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view minimal =
    "[[destination]]\nname = \"d\"\nurl = \"https://example.com/\"\n";

destination load_with(std::string_view more) {
    return load_good(std::string(minimal).append(more)).destinations.at(0);
}

} // namespace

BOOST_AUTO_TEST_SUITE(read_destination)

BOOST_AUTO_TEST_CASE(the_gateways_own_lanes_have_names_of_their_own) {
    broken const table[] = {
        {"name = §\"widget:weather\"\n", "must not begin with \"widget:\""},
        {"name = §\"callback:163\"\n", "must not begin with \"widget:\""},
    };
    expect_broken(table, "[[destination]]\nurl = \"https://x.io/\"\n");
}

BOOST_AUTO_TEST_CASE(a_destination_needs_only_name_and_url) {
    auto const found = load_with("");
    BOOST_TEST((found.format == message_format::raw));
    BOOST_TEST(found.pace.rate == 0U);
    BOOST_TEST(found.pace.concurrency == 64U);
    BOOST_TEST((found.connection.timeout == 15s));
    BOOST_TEST(found.pace.batch == 1U);
    BOOST_TEST(!found.success);
    BOOST_TEST((found.pace.retry.schedule == standard_webhooks_schedule()));
    BOOST_TEST(!found.pace.breaker);
    BOOST_TEST((found.pace.max_retry_after == 1h));
    BOOST_TEST(found.connection.response_bytes == 65'536U);
}

BOOST_AUTO_TEST_CASE(missing_musts_are_errors_at_the_table) {
    broken const table[] = {
        {"§[[destination]]\nurl = \"https://example.com/\"\n", "the key \"name\" is missing"},
        {"§[[destination]]\nname = \"d\"\n", "the key \"url\" is missing"},
        {"[[destination]]\nurl = \"https://example.com/\"\nname = §\"a b\"\n",
         "must have 1 to 64 letters"},
        {"[[destination]]\nurl = \"https://example.com/\"\nname = §\"\"\n",
         "must have 1 to 64 letters"},
    };
    expect_broken(table);
}

BOOST_AUTO_TEST_CASE(the_values_of_a_destination_are_checked) {
    broken const table[] = {
        {"format = §\"yaml\"\n", "must be one of \"raw\", \"outbound\", \"json\""},
        {"format = §\"template\"\n", "needs \"body\", the template"},
        {"body = §\"x\"\n", "needs format = \"template\""},
        {"format = \"template\"\nbody = \"§WRONG\"\n", "bad template for [application/json]"},
        {"concurrency = §0\n", "must be between 1 and 100000"},
        {"rate = 1\nburst = §0\n", "must be between 1 and"},
        {"batch = §2\n", "above 1 needs format = \"outbound\""},
        {"format = \"outbound\"\nbatch = §501\n", "must be between 1 and 500"},
        {"success = \"/code == §WRONG\"\n", "bad rule"},
        {"final = '§WRONG'\n", "bad rule"},
        {"done_already = \"\"\"§WRONG\"\"\"\n", "bad rule"},
        {"success = §1\n", "must be a string, not a whole number"},
        {"max_retry_after = §\"99d\"\n", "must be between 0ms and 31d"},
        {"retry = §3\n", "must be a table, not a whole number"},
        {"§conurrency = 3\n", "did you mean \"concurrency\"?"},
    };
    expect_broken(table, minimal);
}

BOOST_AUTO_TEST_CASE(settings_without_effect_are_warnings) {
    broken const table[] = {
        {"burst = §5\n", "has no effect without \"rate\""},
        {"content_type = §\"text/plain\"\n", "has no effect without format = \"template\""},
    };
    expect_broken(table, minimal, severity::warning);
}

BOOST_AUTO_TEST_CASE(the_default_burst_is_a_tenth_of_a_second) {
    BOOST_TEST(load_with("rate = 500\nperiod = \"1m\"\n").pace.burst == 1U);
    BOOST_TEST(load_with("rate = 500\n").pace.burst == 50U);
    BOOST_TEST(load_with("rate = 500\nburst = 7\n").pace.burst == 7U);
}

BOOST_AUTO_TEST_CASE(concurrency_is_adaptive_only_where_it_is_told) {
    BOOST_TEST(!load_with("").pace.adaptive.has_value());
    BOOST_TEST(!load_with("adaptive = false\n").pace.adaptive.has_value());
    BOOST_TEST((load_with("adaptive = true\n").pace.adaptive->min == 1U));
    BOOST_TEST((load_with("adaptive = {}\n").pace.adaptive->min == 1U));
    BOOST_TEST((load_with("concurrency = 9\nadaptive = { min = 4 }\n").pace.adaptive->min == 4U));
    broken const table[] = {
        {"adaptive = §3\n", "must be true or false, not a whole number"},
        {"adaptive = { min = §0 }\n", "must be between 1 and 100000"},
        {"concurrency = 4\nadaptive = { min = §5 }\n", "must not be above concurrency, which is 4"},
        {"adaptive = { §least = 5 }\n", "unknown key"},
    };
    expect_broken(table, minimal);
}

BOOST_AUTO_TEST_CASE(the_answer_to_many_calls_may_be_longer) {
    auto const bytes = [](std::string_view more) {
        return load_with(more).connection.response_bytes;
    };
    BOOST_TEST(bytes("format = \"outbound\"\n") == 64u * 1024);
    BOOST_TEST(bytes("format = \"outbound\"\nbatch = 500\n") == (64u + 500) * 1024);
    BOOST_TEST(bytes("format = \"outbound\"\nbatch = 500\nresponse_limit = \"1MiB\"\n") ==
               1024u * 1024);
    broken const table[] = {
        {"format = \"outbound\"\nbatch = 500\nresponse_limit = §\"64KiB\"\n",
         "may cut the answer to 500 calls"},
    };
    expect_broken(table, minimal, severity::warning);
}

BOOST_AUTO_TEST_CASE(a_template_keeps_body_and_type) {
    auto const found = load_with("format = \"template\"\nbody = \"<a>$flow.key.x</a>\"\n"
                                 "content_type = \"application/xml\"\n");
    BOOST_TEST((found.format == message_format::from_template));
    BOOST_TEST(found.body == "<a>$flow.key.x</a>");
    BOOST_TEST(found.content_type == "application/xml");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::read_destination_test
