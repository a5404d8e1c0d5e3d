#include "gateway/config/overrides.hpp"
#include "tests/gateway/config/support.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::config::test::overrides_test {
namespace {

using environment = std::map<std::string, std::string>;

overrides from(environment const& variables) {
    return overrides_from_environment([&](char const* name) -> char const* {
        auto const found = variables.find(name);
        return found == variables.end() ? nullptr : found->second.c_str();
    });
}

struct applied {
    configuration settings;
    problem_list problems;
};

applied apply_to(configuration settings, overrides const& values) {
    applied result{std::move(settings), {}};
    result.problems = apply(result.settings, values,
                            files({{"token", "\xEF\xBB\xBF"
                                             "from-file\n"},
                                   {"empty", "\n"}}));
    return result;
}

} // namespace

BOOST_AUTO_TEST_SUITE(overrides)

BOOST_AUTO_TEST_CASE(every_variable_reaches_its_setting) {
    auto const [settings, problems] = apply_to({}, from({{"SLUICE_LISTEN", "127.0.0.1:1,[::1]:2"},
                                                         {"SLUICE_ADMIN", "127.0.0.1:3"},
                                                         {"SLUICE_DATA", "/d"},
                                                         {"SLUICE_THREADS", "5"},
                                                         {"SLUICE_DURABILITY", "memory"},
                                                         {"SLUICE_ADMIN_TOKEN", "t"},
                                                         {"SLUICE_LOG_LEVEL", "debug"},
                                                         {"SLUICE_LOG_FORMAT", "json"}}));
    BOOST_TEST(problems.empty());
    BOOST_REQUIRE_EQUAL(settings.listen.size(), 2U);
    BOOST_TEST(settings.listen[1].to_string() == "[::1]:2");
    BOOST_TEST(settings.admin.port == 3);
    BOOST_TEST(settings.data == "/d");
    BOOST_TEST(settings.thread_count() == 5U);
    BOOST_TEST((settings.durable.mode == durability_mode::memory));
    BOOST_TEST(settings.admin_token->reveal() == "t");
    BOOST_TEST((settings.logging.level == log_level::debug));
    BOOST_TEST((settings.logging.format == log_format::json));
}

BOOST_AUTO_TEST_CASE(flags_win_over_environment_over_file_over_default) {
    auto const file = load_good("data = \"file\"\nthreads = 2\nlisten = \"127.0.0.1:2\"\n");
    config::overrides flags;
    flags.data = {"flag", "--data"};
    auto const environment = from({{"SLUICE_DATA", "env"}, {"SLUICE_THREADS", "3"}});
    auto const settings = apply_to(file, merge(flags, environment)).settings;
    BOOST_TEST(settings.data == "flag");
    BOOST_TEST(settings.thread_count() == 3U);
    BOOST_TEST(settings.listen[0].port == 2);
    BOOST_TEST(settings.admin.port == 8081);
}

BOOST_AUTO_TEST_CASE(an_empty_variable_counts_as_not_set) {
    BOOST_TEST(!from({{"SLUICE_DATA", ""}}).data);
    BOOST_TEST(from({{"SLUICE_CONFIG", "c.toml"}}).config->text == "c.toml");
    BOOST_TEST(from({{"SLUICE_CONFIG", "c.toml"}}).config->origin == "SLUICE_CONFIG");
}

BOOST_AUTO_TEST_CASE(the_admin_address_may_be_written_as_a_url) {
    auto const result = apply_to({}, from({{"SLUICE_ADMIN", "http://127.0.0.1:99/"}}));
    BOOST_TEST(result.settings.admin.to_string() == "127.0.0.1:99");
}

BOOST_AUTO_TEST_CASE(a_token_can_stand_in_a_file) {
    auto const result = apply_to({}, from({{"SLUICE_ADMIN_TOKEN_FILE", "token"}}));
    BOOST_TEST(result.settings.admin_token->reveal() == "from-file");
}

BOOST_AUTO_TEST_CASE(a_stronger_token_file_hides_a_weaker_token) {
    config::overrides flags;
    flags.admin_token_file = {"token", "--admin-token-file"};
    auto const merged = merge(flags, from({{"SLUICE_ADMIN_TOKEN", "weak"}}));
    BOOST_TEST(apply_to({}, merged).settings.admin_token->reveal() == "from-file");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_names_the_flag_or_variable) {
    struct {
        char const *variable, *value, *message;
    } const table[] = {
        {"SLUICE_LISTEN", "8080", "must be an address and a port"},
        {"SLUICE_LISTEN", "127.0.0.1:1,", "must be an address and a port"},
        {"SLUICE_LISTEN", "127.0.0.1:8081", "is both the public and the admin listener"},
        {"SLUICE_ADMIN", "https://127.0.0.1:1", "must be an address and a port"},
        {"SLUICE_ADMIN", "127.0.0.1:8080", "is both the public and the admin listener"},
        {"SLUICE_THREADS", "0", "must be a whole number between 1 and 256"},
        {"SLUICE_THREADS", "2x", "must be a whole number between 1 and 256"},
        {"SLUICE_DURABILITY", "never", "must be \"fsync\""},
        {"SLUICE_ADMIN_TOKEN_FILE", "none", "cannot be read"},
        {"SLUICE_ADMIN_TOKEN_FILE", "empty", "has no secret in it"},
        {"SLUICE_LOG_LEVEL", "loud", "must be one of \"trace\""},
        {"SLUICE_LOG_FORMAT", "xml", "must be one of \"auto\", \"json\", \"text\""},
    };
    for (auto const& row : table) {
        auto const problems = apply_to({}, from({{row.variable, row.value}})).problems;
        BOOST_TEST_CONTEXT(row.variable << "=" << row.value) {
            BOOST_REQUIRE_EQUAL(problems.size(), 1U);
            BOOST_TEST(problems[0].file == row.variable);
            BOOST_TEST(problems[0].message.find(row.message) != std::string::npos);
            BOOST_TEST(has_errors(problems));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_open_admin_listener_without_a_token_is_a_warning) {
    auto const open = apply_to({}, from({{"SLUICE_ADMIN", "0.0.0.0:8081"}})).problems;
    BOOST_REQUIRE_EQUAL(open.size(), 1U);
    BOOST_TEST((open[0].level == severity::warning));
    auto const guarded =
        apply_to({}, from({{"SLUICE_ADMIN", "0.0.0.0:8081"}, {"SLUICE_ADMIN_TOKEN", "t"}}));
    BOOST_TEST(guarded.problems.empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::overrides_test
