#include "gateway/cli/shown_configuration.hpp"
#include "gateway/config/load.hpp"
#include "gateway/config/reference.hpp"
#include "tests/gateway/config/support.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>
#include <string>

namespace shown_configuration_test {

using namespace sluice::gateway;
using namespace sluice::gateway::cli;

namespace {

struct loaded_example {
    std::string text = config::read_file(SLUICE_EXAMPLE_FILE).value();
    config::test::word_checker checker;
    config::load_result loaded = config::load(text, "example", checker);
};

bool has(std::string const& text, std::string_view part) {
    return text.find(part) != text.npos;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(shown_configuration_, loaded_example)

BOOST_AUTO_TEST_CASE(secrets_are_left_out_and_nothing_else) {
    auto const shown = shown_configuration(text, loaded.settings);
    for (auto const* secret :
         {"0123456789abcdef0123456789abcdef", "abcd1234", "change-me", "whsec_"})
        BOOST_TEST(!has(shown, secret), secret);
    BOOST_TEST(has(shown, "admin_token = \"<redacted>\""), shown);
    BOOST_TEST(has(shown, "secrets = [ \"<redacted>\" ]"), shown);
    BOOST_TEST(has(shown, "X-Platform = \"sluice\""), shown);
    auto const again = config::load(shown, "shown", checker);
    for (auto const& problem : again.problems) {
        if (problem.level == config::severity::warning) continue;
        auto const at = problem.line;
        std::istringstream lines(shown);
        std::string line;
        for (std::size_t i = 0; i < at; ++i)
            std::getline(lines, line);
        BOOST_TEST(has(line, "<redacted>"), problem.to_string() << " in " << line);
    }
    BOOST_TEST(!again.ok());
}

BOOST_AUTO_TEST_CASE(it_shows_every_default_of_the_process_that_is_a_value) {
    auto const shown = shown_configuration("[limits]\nbody = \"1234B\"\n", {});
    std::size_t count = 0;
    for (auto const& row : config::configuration_reference()) {
        if (row.table != "limits" && row.table != "retention") continue;
        bool const follows_another = row.fallback.find(' ') != row.fallback.npos; // "4 × body"
        if (row.key == "body" || follows_another ||
            (row.fallback.find_first_of("0123456789") != 0 && !row.fallback.starts_with('"')))
            continue;
        BOOST_TEST(has(shown, row.key + " = " + row.fallback), row.key << " in " << shown);
        ++count;
    }
    BOOST_TEST(count > 30U);
    BOOST_TEST(has(shown, "body = \"1234B\""), shown);
    auto const again = config::load(shown, "shown", checker);
    BOOST_TEST(again.ok());
    BOOST_TEST(again.settings.limit.body_bytes == 1234U);
    BOOST_TEST(again.settings.limit.queue_bytes == config::limits().queue_bytes);
    BOOST_TEST((again.settings.keep == config::retention()));
}

BOOST_AUTO_TEST_CASE(flags_count_before_the_file) {
    auto settings = loaded.settings;
    settings.listen = {config::listen_address::parse("127.0.0.1:9").value()};
    settings.threads = 7;
    auto const shown = shown_configuration(text, settings);
    BOOST_TEST(has(shown, "listen = [ \"127.0.0.1:9\" ]"), shown);
    BOOST_TEST(has(shown, "threads = 7"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace shown_configuration_test
