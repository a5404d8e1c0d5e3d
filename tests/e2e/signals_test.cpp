// What the program says of itself: who changed what, what is refused, what a reload did, and tasks
// whose destination is gone.
#include "tests/e2e/operator_fixture.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <string>

namespace signals_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

struct signals_fixture : operator_fixture {
    using operator_fixture::operator_fixture;

    // Lines of the log in which all of them stand.
    std::size_t lines_with(std::vector<std::string> const& parts) const {
        std::size_t count = 0;
        auto const text = log();
        for (std::size_t at = 0; at < text.size();) {
            auto const end = std::min(text.find('\n', at), text.size());
            auto const line = text.substr(at, end - at);
            bool const has_all = std::ranges::all_of(
                parts, [&](auto const& part) { return line.find(part) != line.npos; });
            if (has_all) ++count;
            at = end + 1;
        }
        return count;
    }
    bool says(std::vector<std::string> const& parts) const {
        return wait_until([&] { return lines_with(parts) > 0; });
    }
    void reload(gateway_settings settings) {
        configure(std::move(settings));
        process().signal(SIGHUP);
    }
};

gateway_settings with_old() {
    gateway_settings settings;
    settings.more = destination_table("old", "/old");
    return settings;
}

} // namespace

BOOST_AUTO_TEST_SUITE(signals)

BOOST_FIXTURE_TEST_CASE(every_change_of_an_operator_is_a_line_with_who_and_how_many,
                        signals_fixture) {
    post("/v1/destinations/crm/pause", R"({"by":"anna"})");
    BOOST_TEST(says({"an operator made a change", "POST /v1/destinations/crm/pause",
                     "\"by\":\"anna\"", "\"address\":\"127.0.0.1\""}));
    for (int i = 0; i < 3; ++i)
        accept(R"({"destination":"crm","body":"x"})");
    BOOST_TEST(post("/v1/tasks:cancel", R"({"destination":"crm"})").status == 200);
    BOOST_TEST(says({"an operator's job has ended", "\"action\":\"cancel\"",
                     "\"destination\":\"crm\"", "\"done\":3", "an operator at 127.0.0.1"}));
    post("/v1/destinations/crm/resume");
    BOOST_TEST(says({"an operator made a change", "crm/resume", "an operator at 127.0.0.1"}));
    auto const delivered = accept_delivered();
    BOOST_TEST(post("/v1/tasks/" + delivered + "/replay", R"({"by":"berta"})").status == 202);
    BOOST_TEST(says({"an operator made a change", "/replay", "\"by\":\"berta\""}));
    auto const dead = accept_dead();
    BOOST_TEST(post("/v1/dead/" + dead + "/redrive").status == 200);
    BOOST_TEST(says({"an operator made a change", "/redrive"}));
    // More in a second than lines of one kind that may vary; none is left out.
    auto const before = lines_with({"an operator made a change"});
    for (int i = 0; i < 30; ++i)
        post("/v1/destinations/crm/pause");
    BOOST_TEST(
        wait_until([&] { return lines_with({"an operator made a change"}) == before + 30; }));
    // What was refused or only looked at is no change.
    look("/v1/destinations");
    remove("/v1/tasks/" + delivered);
    BOOST_TEST(lines_with({"an operator made a change", "GET"}) == 0U);
    BOOST_TEST(lines_with({"an operator made a change", "DELETE"}) == 0U);
}

BOOST_FIXTURE_TEST_CASE(who_began_a_job_or_cancelled_a_task_is_told_everywhere, signals_fixture) {
    auto const one = accept_later();
    auto const other = accept_later();
    BOOST_TEST(command({"tasks", "cancel", one}).exit_code == 0);
    auto const name = json_at(seen("/v1/tasks/" + one), "/cancelled_by");
    BOOST_TEST(!name.empty());
    BOOST_TEST(name.find("an operator") == std::string::npos); // by the command, who runs it
    BOOST_TEST(says({"an operator made a change", "DELETE", one, "\"by\":\"" + name + "\""}));
    auto const ended = post("/v1/tasks:cancel", R"({"destination":"crm","by":"berta"})");
    BOOST_TEST(json_at(ended.body, "/by") == "berta");
    BOOST_TEST(json_at(ended.body, "/destination") == "crm");
    BOOST_TEST(json_at(seen("/v1/tasks/" + other), "/cancelled_by") == "berta");
    BOOST_TEST(json_at(seen("/v1/jobs"), "/jobs/0/by") == "berta");
    BOOST_TEST(says({"an operator's job has ended", "\"by\":\"berta\""}));
    auto const unnamed = post("/v1/tasks:cancel", R"({"all":true})");
    BOOST_TEST(json_at(unnamed.body, "/by") == "an operator at 127.0.0.1");
    BOOST_TEST(json_at(unnamed.body, "/destination") == "null");
    BOOST_TEST(post("/v1/tasks:cancel", R"({"all":true,"by":7})").status == 422);
    for (auto const& [verb, method] :
         {std::pair("add", "PUT"), std::pair("break", "PUT"), std::pair("back", "DELETE"),
          std::pair("remove", "DELETE")}) {
        auto const before = lines_with({"an operator made a change", method, "/agents/", name});
        auto const changed = command({"agents", verb, "--account", "163", "919879964801"});
        BOOST_TEST(changed.exit_code == 0, changed.errors);
        BOOST_TEST(wait_until([&] {
            return lines_with({"an operator made a change", method, "/agents/", name}) > before;
        }));
    }
    // What the system calls a person fits, whatever it is.
    std::string long_name;
    for (int i = 0; i < 33; ++i)
        long_name += "\xc3\xa9";
    for (auto const& user : {long_name, std::string("\xff\xfe")}) {
        auto const url = "http://127.0.0.1:" + std::to_string(ports().admin_listener);
        auto const paused = run_sluice(
            {"destinations", "pause", "crm"},
            {{"SLUICE_ADMIN", url}, {"SLUICE_ADMIN_TOKEN", admin_token}, {"USER", user}});
        BOOST_TEST(paused.exit_code == 0, paused.errors);
    }
    BOOST_TEST(json_at(seen("/v1/destinations/crm"), "/by") == "\xef\xbf\xbd\xef\xbf\xbd");
}

BOOST_AUTO_TEST_CASE(refusals_are_warnings) {
    gateway_settings settings;
    settings.limits = "queue_tasks = 1\n";
    signals_fixture gateway(settings);
    auto wrong = json_bearer();
    wrong.front().second.back() = 'x';
    gateway.client().post("/v1/tasks", wrong, "{}");
    BOOST_TEST(gateway.says(
        {"\"level\":\"warning\"", "calls are refused", "unauthorized", "\"path\":\"/v1/tasks\""}));
    gateway.admin().get("/v1/tasks", {{"Authorization", "Bearer nonsense"}});
    BOOST_TEST(gateway.says({"\"level\":\"warning\"", "an admin call had a wrong token"}));
    gateway.accept_later();
    auto const late = R"({"destination":"crm","delay":"1h"})";
    BOOST_TEST(gateway.client().post("/v1/tasks", json_bearer(), late).status == 503);
    BOOST_TEST(gateway.says({"\"level\":\"warning\"", "calls are refused", "queue_full"}));
}

BOOST_FIXTURE_TEST_CASE(calls_are_logged_where_that_is_asked_for, signals_fixture) {
    BOOST_TEST(client().post("/in/crm", {}, "x").status == 202);
    gateway_settings settings;
    settings.more = "[log]\ncalls = true\n";
    reload(settings);
    BOOST_TEST(says({"configuration reloaded", "log: calls"}));
    BOOST_TEST(client().post("/in/crm", {}, "x").status == 202);
    BOOST_TEST(says({"\"message\":\"call\"", "\"path\":\"/in/crm\"", "\"status\":202"}));
    BOOST_TEST(lines_with({"\"message\":\"call\""}) == 1U);
}

BOOST_AUTO_TEST_CASE(tasks_of_a_destination_that_left_the_configuration_are_told) {
    signals_fixture gateway(with_old());
    gateway.accept(R"({"destination":"old","delay":"1h"})");
    std::string const warning = "tasks wait for a destination that is not in the configuration";
    BOOST_TEST(gateway.metric("sluice_destination_unknown", "old") == 0);
    gateway.reload({});
    BOOST_TEST(gateway.says({warning, "\"destination\":\"old\"", "\"tasks\":1"}));
    BOOST_TEST(gateway.metric("sluice_destination_unknown", "old") == 1);
    auto const ready = gateway.admin().get("/readyz?verbose");
    BOOST_TEST(ready.status == 200);
    BOOST_TEST(ready.body.find("not in the configuration: old (1 tasks)") != std::string::npos,
               ready.body);
    BOOST_TEST(gateway.stop() == 0);
    gateway.start();
    BOOST_TEST(wait_until([&] { return gateway.lines_with({warning}) == 2; }));
}

BOOST_FIXTURE_TEST_CASE(a_reload_says_what_it_changed_and_whether_it_worked, signals_fixture) {
    BOOST_TEST(metric("sluice_config_last_reload_success") == 1);
    auto const started = metric("sluice_config_last_reload_success_timestamp_seconds");
    BOOST_TEST(started > 1.7e9);
    gateway_settings settings;
    settings.crm = "rate = 7\n";
    settings.limits = "body = \"1KiB\"\nqueue_tasks = 9\n";
    settings.more = destination_table("new", "/new");
    reload(settings);
    BOOST_TEST(says({"configuration reloaded", "destination crm: rate", "destination new is new",
                     "limits: body, queue_tasks"}));
    BOOST_TEST(says({"takes effect at the next start", "limits.queue_tasks"}));
    BOOST_TEST(metric("sluice_limit", "body") == 1024);
    BOOST_TEST(metric("sluice_limit", "queue_tasks") == 10'000'000);
    BOOST_TEST(metric("sluice_destination_rate_limit", "crm") == 7);
    settings.crm = "rat = 7\n";
    reload(settings);
    BOOST_TEST(wait_until([&] { return metric("sluice_config_last_reload_success") == 0; }));
    BOOST_TEST(metric("sluice_destination_rate_limit", "crm") == 7);
    auto const ready = look("/readyz?verbose").body;
    BOOST_TEST(ready.find("[+]configuration ok: the last reload was refused") != ready.npos, ready);
    settings.crm = {};
    reload(settings);
    BOOST_TEST(wait_until([&] { return metric("sluice_config_last_reload_success") == 1; }));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace signals_test
