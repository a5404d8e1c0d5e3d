#include "gateway/config/table_reader.hpp"
#include "tests/gateway/config/support.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::config::test::table_reader_test {

BOOST_AUTO_TEST_SUITE(table_reader)

BOOST_AUTO_TEST_CASE(an_unknown_key_is_an_error_at_the_key) {
    broken const table[] = {
        {"§lisen = \"127.0.0.1:1\"\n", "unknown key; did you mean \"listen\"?"},
        {"§nothing_like_it = 1\n", "unknown key"},
        {"[§limit]\nbody = 1\n", "unknown key; did you mean \"limits\"?"},
        {"[limits]\n§boddy = 1\n", "did you mean \"body\"?"},
        {"[retention]\n§tiem = \"1h\"\n", "did you mean \"time\"?"},
        {"[log]\n§levle = \"info\"\n", "did you mean \"level\"?"},
        {"[store]\n§motor = \"embedded\"\n", "unknown key"},
        {"[tls]\n§certificat = \"a\"\n", "did you mean \"certificate\"?"},
    };
    expect_broken(table);
}

BOOST_AUTO_TEST_CASE(a_wrong_type_says_what_is_expected_and_what_came) {
    broken const table[] = {
        {"data = §1\n", "must be a string, not a whole number"},
        {"threads = §\"two\"\n", "must be a whole number, not a string"},
        {"threads = §2.5\n", "must be a whole number, not a number with a point"},
        {"listen = §8080\n", "must be a string or an array of strings, not a whole number"},
        {"listen = [\"127.0.0.1:1\", §2]\n", "must be a string, not a whole number"},
        {"tls = §true\n", "must be a table, not true or false"},
        {"account = §\"163\"\n", "must be written as [[account]]"},
        {"§[account]\nid = \"1\"\n", "must be written as [[account]]"},
        {"account = [§1]\n", "must be a table, not a whole number"},
        {"[limits]\nmax_delay = §true\n", "must be a duration such as \"5s\", not true or false"},
        {"[limits]\nbody = §1.5\n", "must be a size such as \"256KiB\", not a number with a point"},
        {"[limits]\nmax_delay = §2026-01-01\n", "not a date or time"},
        {"[log]\nlevel = §[]\n", "must be a string, not an array"},
    };
    expect_broken(table);
}

BOOST_AUTO_TEST_CASE(a_value_out_of_range_says_the_range_in_its_own_units) {
    broken const table[] = {
        {"threads = §0\n", "must be between 1 and 256"},
        {"[limits]\nheader_timeout = §\"1ms\"\n", "must be between 10ms and 1d"},
        {"[limits]\nheader = §\"1B\"\n", "must be between 256B and 1MiB"},
        {"[limits]\nbody = §-1\n", "must be a size such as"},
        {"[limits]\nmax_delay = §-1\n", "must be a duration such as"},
        {"[limits]\nmax_delay = §nan\n", "must be a duration such as"},
        {"[limits]\nmax_delay = §\"5 minutes\"\n", "must be a duration such as"},
        {"[limits]\nqueue_bytes = §\"99999999TiB\"\n", "is a size beyond 2^63 bytes"},
        {"[limits]\nmax_delay = §\"40000d\"\n", "is a duration of more than 100 years"},
    };
    expect_broken(table);
}

BOOST_AUTO_TEST_CASE(a_string_alone_is_a_list_of_one) {
    auto const settings = load_good("listen = \"127.0.0.1:1\"\ntrusted_proxies = \"::1\"\n");
    BOOST_TEST(settings.listen.size() == 1U);
    BOOST_TEST(settings.trusted_proxies.size() == 1U);
}

BOOST_AUTO_TEST_CASE(durations_and_sizes_may_be_numbers) {
    auto const settings = load_good("[limits]\nmax_delay = 1.5\nbody = 1000\n");
    BOOST_TEST(settings.limit.max_delay.count() == 1'500);
    BOOST_TEST(settings.limit.body_bytes == 1'000U);
}

BOOST_AUTO_TEST_CASE(a_table_of_strings_keeps_the_order_of_the_file) {
    auto const settings = load_good("[[destination]]\nname = \"d\"\nurl = \"https://x.io/\"\n"
                                    "headers = { Z = \"1\", A = \"2\" }\n");
    auto const& headers = settings.destinations[0].connection.headers;
    BOOST_REQUIRE_EQUAL(headers.size(), 2U);
    BOOST_TEST(headers[0].first == "Z");
    BOOST_TEST(headers[1].first == "A");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::table_reader_test
