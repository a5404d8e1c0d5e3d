#include "gateway/cli/shown_configuration.hpp"
#include "gateway/config/load.hpp"
#include "gateway/config/reference.hpp"
#include "tests/gateway/config/support.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

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

bool is_list(std::string_view table) {
    constexpr std::array<std::string_view, 4> lists{"account", "destination", "route", "widget"};
    return std::ranges::find(lists, table) != lists.end();
}

// One key in every way in which TOML lets it be written; "zq7" stands in each value.
std::vector<std::string> spellings_of(config::reference_row const& row) {
    auto const dot = row.table.find('.');
    auto const first = row.table.substr(0, dot);
    auto const inner = dot == row.table.npos ? std::string() : row.table.substr(dot + 1);
    auto const key = inner.empty() ? row.key : inner + '.' + row.key;
    auto const whole = first.empty()    ? std::string()
                       : is_list(first) ? "[[" + first + "]]\n"
                                        : "[" + first + "]\n";
    std::vector<std::string> all{whole + key + " = \"zq7\"\n",
                                 whole + key + " = '''\nzq7\nzq7'''\n",
                                 whole + key + " = \"\"\"\nsome \\\n   zq7\"\"\"\n",
                                 whole + key + " = [\"zq7\", 'zq7', \"\"\"\n zq7\"\"\"]\n",
                                 whole + key + " = \"\\u007aq7 zq7\"\n"};
    if (first.empty()) return all;
    if (!inner.empty())
        all.push_back(fmt::format("{}[{}]\n'{}' = 'zq7'\n", whole, row.table, row.key));
    auto const table = inner.empty() ? fmt::format("{{ \"{}\" = 'zq7' }}", row.key)
                                     : fmt::format("{{ {} = {{ {} = \"zq7\" }} }}", inner, row.key);
    all.push_back(fmt::format("{} = {}{}{}\n", first, is_list(first) ? "[" : "", table,
                              is_list(first) ? "]" : ""));
    return all;
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

BOOST_AUTO_TEST_CASE(every_key_that_is_declared_a_secret_is_left_out_however_it_is_written) {
    std::size_t count = 0;
    for (auto const& row : config::configuration_reference()) {
        if (!row.is_secret) continue;
        for (auto const& written : spellings_of(row)) {
            auto const shown = shown_configuration(written, {});
            BOOST_TEST(!has(shown, "zq7"), written << " is shown as " << shown);
            BOOST_TEST(has(shown, "<redacted>"), written << " is shown as " << shown);
        }
        ++count;
    }
    BOOST_TEST(count >= 15U);
}

BOOST_AUTO_TEST_CASE(what_carries_a_secret_is_shown_without_it) {
    struct carrier {
        std::string written, expected;
    };
    for (auto const& each : std::vector<carrier>{
             {"[store]\nurl = \"postgresql://u:zq7@h/d\"\n", "postgresql://u:<redacted>@h/d"},
             {"[store]\nurl = \"host=h password = 'zq7 \\\\' zq7' user=u\"\n",
              "host=h password = <redacted> user=u"},
             {"[store]\nurls = ['postgresql://h/d?pass%77ord=zq7']\n", "pass%77ord=<redacted>"},
             {"[[destination]]\nurl = 'https://e.com/x?city=Pune&api_key=zq7&n=1'\n",
              "https://e.com/x?city=Pune&api_key=<redacted>&n=1"},
             {"[[widget]]\nproxy = 'http://u:zq7@h:3128'\n", "http://<redacted>@h:3128"},
             {"[[widget]]\nheaders = { \"x-Auth\" = 'zq7', X-City = 'Pune' }\n", "Pune"},
             {"[[widget]]\nheaders.X-Other = 'Bearer zq7'\n", "<redacted>"},
             {"[[widget]]\n[widget.headers]\nCookie = 'zq7'\n", "<redacted>"},
             {"[[widget]]\nbody = '{\"city\":\"Pune\",\"apiKey\":\"zq7\"}'\n",
              R"({\"city\":\"Pune\",\"apiKey\":\"<redacted>\"})"},
             {"[[widget]]\nbody = '''<a><password>zq7</password>\n<b>https://u:zq7@h/</b></a>'''\n",
              "<password><redacted></password>"},
             {"[[account]]\ncallback = 'https://u:zq7@h/'\n", "https://<redacted>@h/"},
         }) {
        auto const shown = shown_configuration(each.written, {});
        BOOST_TEST(!has(shown, "zq7"), each.written << " is shown as " << shown);
        BOOST_TEST(has(shown, each.expected), each.written << " is shown as " << shown);
    }
    for (auto const* harmless :
         {"https://e.com:8080/a@b", "/token == 1", "host=db", "$flow.key.token"})
        BOOST_TEST(has(shown_configuration(fmt::format("[[widget]]\nurl = '{}'\n", harmless), {}),
                       harmless));
}

BOOST_AUTO_TEST_CASE(long_texts_are_shown_as_well) {
    auto const text = fmt::format("[[destination]]\nurl = 'https://e.com/?{}'\nbody = '{}'\n"
                                  "[store]\nurl = 'postgresql://u:{}@h'\n",
                                  std::string(1'000'000, 'x'), std::string(1'000'000, 'y'),
                                  std::string(1'000'000, 'z'));
    auto const shown = shown_configuration(text, {});
    BOOST_TEST(has(shown, "xxx"));
    BOOST_TEST(has(shown, "yyy"));
    BOOST_TEST(!has(shown, "zzz"));
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
