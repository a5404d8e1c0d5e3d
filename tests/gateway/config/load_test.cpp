#include "gateway/config/load.hpp"
#include "tests/gateway/config/support.hpp"
#include "tests/support/temporary_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <sys/stat.h>

namespace sluice::gateway::config::test::load_test {
namespace {

using namespace std::chrono_literals;
using tests::temporary_directory;
using tests::write_whole;

std::string example() {
    return read_file(SLUICE_EXAMPLE_FILE).value();
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    auto const at = text.find(from);
    BOOST_REQUIRE_MESSAGE(at != std::string::npos, "not in the example: " << from);
    return text.replace(at, from.size(), to);
}

// Configuration files of a test, each with the mode it is to have.
class scratch {
  public:
    std::string write(std::string const& name, std::string_view content, mode_t mode) const {
        auto const file = (directory_ / name).string();
        write_whole(file, content);
        BOOST_REQUIRE(::chmod(file.c_str(), mode) == 0);
        return file;
    }
    std::string path() const { return directory_.path().string(); }

  private:
    temporary_directory directory_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(load)

BOOST_AUTO_TEST_CASE(the_example_has_no_problem) {
    auto const settings = load_good(example());
    BOOST_TEST(settings.accounts.size() == 1U);
    BOOST_TEST(settings.destinations.size() == 2U);
    BOOST_TEST(settings.routes.size() == 1U);
    BOOST_TEST(settings.widgets.size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_example_says_what_it_shows) {
    auto const settings = load_good(example());
    BOOST_TEST(settings.thread_count() == 2U);
    BOOST_TEST(settings.trusted_proxies.size() == 2U);
    BOOST_TEST(settings.admin_token->reveal() == "change-me");
    BOOST_TEST(!settings.public_tls);
    BOOST_TEST(settings.built_in.create_outbound.value() == "central");
    BOOST_TEST(settings.built_in.outbound_dialer.value() == "central");
    BOOST_TEST(settings.built_in.short_url_base.value() == "https://s.example.com");

    auto const& account = settings.accounts.front();
    BOOST_TEST(account.rate->count == 50'000U);
    BOOST_TEST(account.time_zone == "Asia/Kolkata");
    BOOST_TEST(account.agents.size() == 2U);

    auto const& central = settings.destinations.front();
    BOOST_TEST((central.format == message_format::outbound));
    BOOST_TEST(central.pace.burst == 50U);
    BOOST_TEST((central.pace.period == 1min));
    BOOST_TEST((central.pace.retry.max_age == 72h));
    BOOST_TEST(central.pace.retry.max_attempts == 7U);
    BOOST_TEST((central.pace.breaker->max_open_for == 30s));
    BOOST_TEST(central.success.value() == "/api-response-code == 200");

    auto const& widget = settings.widgets.front();
    BOOST_TEST((widget.wait == 5s));
    BOOST_TEST(widget.map.size() == 2U);
}

BOOST_AUTO_TEST_CASE(the_defaults_of_the_limits_are_those_of_the_example) {
    auto const shown = load_good(example()).limit;
    limits const defaults;
    BOOST_TEST(shown.header_bytes == defaults.header_bytes);
    BOOST_TEST(shown.body_bytes == defaults.body_bytes);
    BOOST_TEST(shown.connections == defaults.connections);
    BOOST_TEST(shown.queue_tasks == defaults.queue_tasks);
    BOOST_TEST(shown.queue_bytes == defaults.queue_bytes);
    BOOST_TEST((shown.max_delay == defaults.max_delay));
    BOOST_TEST(shown.journal_bytes == defaults.journal_bytes);
    BOOST_TEST(shown.idempotency_keys == defaults.idempotency_keys);
    BOOST_TEST((shown.header_timeout == defaults.header_timeout));
    BOOST_TEST((shown.request_timeout == defaults.request_timeout));
    BOOST_TEST((shown.idle_timeout == defaults.idle_timeout));
    BOOST_TEST((shown.drain_timeout == defaults.drain_timeout));
}

BOOST_AUTO_TEST_CASE(every_alternative_of_the_example_has_no_problem) {
    auto const read = files({{"cert.pem", pem().certificate},
                             {"key.pem", pem().key},
                             {"ca.pem", pem().certificate},
                             {"client.pem", pem().certificate},
                             {"client.key", pem().key},
                             {"cluster.secret", "0123456789abcdef0123456789abcdef"}});
    auto text = example();
    text = replaced(text, "engine = \"embedded\"", "engine = \"postgres\"");
    text = replaced(text, "retry = { schedule = [\"5s\"", "# retry = { schedule = [\"5s\"");
    for (std::string_view const key : {"certificate = ",
                                       "key = ",
                                       "url = \"postgresql",
                                       "lease = ",
                                       "link_domain",
                                       "link_expiry",
                                       "retry = { min_backoff",
                                       "ca = ",
                                       "client_cert",
                                       "client_key",
                                       "proxy",
                                       "require = ",
                                       "dedup",
                                       "retry = { schedule = [\"1s\"]",
                                       "auth = { basic = \"user:password\" }\n",
                                       "namespaces",
                                       "[cluster]",
                                       "name = \"gw-1\"",
                                       "listen = \"127.0.0.1:0\"",
                                       "secret_file = \"cluster",
                                       "rejoin = ",
                                       "unwritten_ends = "})
        text = replaced(text, "# " + std::string(key), key);
    text = replaced(text, "# callback = { url = \"https://…\", secret = \"whsec_…\" }",
                    "callback = { url = \"https://example.com/done\", secret = "
                    "\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\" }");
    text = replaced(text, "# outboundDialer = ", "outboundDialer = ");
    text += "\n[[destination]]\nname = \"dialer\"\nurl = \"https://example.com/dial\"\n"
            "format = \"outbound\"\n";

    auto const settings = load_good(text, read);
    BOOST_TEST((settings.storage.engine == store_kind::postgres));
    BOOST_TEST(settings.member_name() == "gw-1");
    BOOST_TEST(settings.limit.unwritten_ends == limits().unwritten_ends);
    BOOST_TEST((settings.clustering.rejoin == cluster().rejoin));
    BOOST_TEST(settings.public_tls->key == "key.pem");
    BOOST_TEST(settings.accounts[0].report_to->url == "https://example.com/done");
    BOOST_TEST((settings.accounts[0].link_expiry == 24h * 90));
    BOOST_TEST(settings.destinations[0].pace.retry.multiplier == 2.0);
    BOOST_TEST(settings.destinations[0].connection.proxy.value() == "http://127.0.0.1:3128");
    BOOST_TEST((settings.routes[0].require == route_credential::bearer));
    BOOST_TEST((settings.routes[0].dedup->source == dedup_source::body));
    BOOST_TEST(settings.built_in.outbound_dialer.value() == "dialer");
    BOOST_TEST(settings.widgets[0].namespaces[0].second == "urn:weather");
    BOOST_TEST(settings.widgets[0].retry.max_attempts == 2U);
    BOOST_TEST((settings.widgets[0].connection.auth.index() == 1));
}

BOOST_AUTO_TEST_CASE(an_empty_text_is_the_default_configuration) {
    auto const settings = load_good("");
    BOOST_TEST(settings.listen.front().to_string() == "127.0.0.1:8080");
    BOOST_TEST(settings.accounts.empty());
}

BOOST_AUTO_TEST_CASE(what_stands_for_a_secret_is_none) {
    word_checker const checker;
    auto const loaded =
        config::load("admin_token = \"<redacted>\"\n[store]\nengine = \"postgres\"\n"
                     "url = \"postgresql://sluice:<redacted>@db/sluice\"\n",
                     "f", checker);
    BOOST_REQUIRE_EQUAL(loaded.problems.size(), 2U);
    BOOST_TEST(loaded.problems[0].line == 1U);
    BOOST_TEST(loaded.problems[1].line == 4U);
    BOOST_TEST(loaded.problems[0].message.find("was left out") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(of_what_stands_for_a_secret_nothing_else_is_said) {
    word_checker const checker;
    auto const loaded = config::load("[[account]]\nid = \"1\"\nsecrets = [\"<redacted>\"]\n"
                                     "[[account]]\nid = \"2\"\nsecrets = [\"<redacted>\"]\n",
                                     "f", checker);
    BOOST_REQUIRE_EQUAL(loaded.problems.size(), 2U);
    for (auto const& each : loaded.problems)
        BOOST_TEST(each.message.find("was left out") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_error_of_syntax_has_its_position) {
    broken const table[] = {
        {"listen = 12§7.0.0.1:8080\n", "this is no time"},
        {"threads = 2\nthreads = §3\n", "stands here a second time"},
        {"[limits§\nbody = 1\n", "]"},
        {"data = \"x§\nthreads = 2\n", "has no end on this line"},
    };
    expect_broken(table);
}

BOOST_AUTO_TEST_CASE(all_problems_come_at_once_and_in_order) {
    auto const result = config::load("widget = 1\nthreads = 0\n[limits]\nbody = -1\nhedaer = 1\n",
                                     "f", lenient_checker(), files({}));
    BOOST_TEST(!result.ok());
    BOOST_REQUIRE_EQUAL(result.problems.size(), 4U);
    BOOST_TEST(result.problems[0].to_string() ==
               "f:1:10: widget: must be written as [[widget]], once for each");
    BOOST_TEST(result.problems[1].to_string() == "f:2:11: threads: must be between 1 and 256");
    BOOST_TEST(result.problems[2].line == 4U);
    BOOST_TEST(result.problems[3].to_string() ==
               "f:5:1: limits.hedaer: unknown key; did you mean \"header\"?");
}

BOOST_AUTO_TEST_CASE(a_file_that_does_not_exist_is_one_problem) {
    scratch const directory;
    auto const result = load_file(directory.path() + "/none.toml", lenient_checker());
    BOOST_REQUIRE_EQUAL(result.problems.size(), 1U);
    BOOST_TEST(result.problems[0].to_string() ==
               directory.path() + "/none.toml: cannot be read: No such file or directory");
    BOOST_TEST(!load_file(directory.path(), lenient_checker()).ok());
}

BOOST_AUTO_TEST_CASE(a_file_without_any_setting_is_an_error) {
    scratch const directory;
    for (std::string_view const text :
         {"", "\n \t\r\n", "# all of it\n  # is comment", "\xEF\xBB\xBF"}) {
        auto const path = directory.write("empty", text, 0600);
        auto const loaded = load_file(path, lenient_checker());
        BOOST_TEST(!loaded.ok(), text);
        BOOST_REQUIRE_EQUAL(loaded.problems.size(), 1U);
        BOOST_TEST(loaded.problems[0].to_string() == path + ": is empty: not one key stands in it");
    }
    auto const marked = directory.write("marked", "\xEF\xBB\xBFthreads = 3\n", 0600);
    BOOST_TEST((load_file(marked, lenient_checker()).settings.threads == 3U));
}

BOOST_AUTO_TEST_CASE(secrets_that_all_users_can_read_are_a_warning) {
    scratch const directory;
    constexpr std::string_view with_secret = "admin_token = \"t\"\n";
    auto const open = load_file(directory.write("open", with_secret, 0644), lenient_checker());
    BOOST_TEST(open.ok());
    BOOST_REQUIRE_EQUAL(open.problems.size(), 1U);
    BOOST_TEST((open.problems[0].level == severity::warning));
    auto const closed = load_file(directory.write("closed", with_secret, 0640), lenient_checker());
    BOOST_TEST(closed.problems.empty());
    auto const none = load_file(directory.write("none", "threads = 1\n", 0644), lenient_checker());
    BOOST_TEST(none.problems.empty());
}

BOOST_AUTO_TEST_CASE(a_problem_prints_as_one_line_with_its_place) {
    scratch const directory;
    auto const path = directory.write("bad", "threads = 0\nlisten = \"x\"\n", 0600);
    auto const loaded = load_file(path, lenient_checker());
    BOOST_TEST(!loaded.ok());
    BOOST_REQUIRE_EQUAL(loaded.problems.size(), 2U);
    BOOST_TEST(loaded.problems[0].to_string() ==
               path + ":1:11: threads: must be between 1 and 256");
    BOOST_TEST(loaded.problems[1].to_string() ==
               path + ":2:10: listen: must be an address and a port such as "
                      "\"127.0.0.1:8080\" or \"[::1]:8080\"");
}

BOOST_AUTO_TEST_CASE(warnings_alone_are_no_errors) {
    scratch const directory;
    auto const path = directory.write("warned", "admin = \"0.0.0.0:1\"\n", 0600);
    auto const loaded = load_file(path, lenient_checker());
    BOOST_TEST(loaded.ok());
    BOOST_REQUIRE_EQUAL(loaded.problems.size(), 1U);
    BOOST_TEST(loaded.problems[0].to_string().starts_with(path + ":1:9: warning: admin: "));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::load_test
