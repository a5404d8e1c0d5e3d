// The commands around the gateway: version, check, sink, and the operator's verbs.
#include "tests/e2e/gateway_under_test.hpp"
#include "tests/e2e/running_sink.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

namespace commands_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

// An admin verb against a gateway: its address and token by environment.
finished_process ask(gateway_under_test& gateway, std::vector<std::string> arguments) {
    auto const url = "http://127.0.0.1:" + std::to_string(gateway.ports().admin_listener);
    return run_sluice(std::move(arguments),
                      {{"SLUICE_ADMIN", url}, {"SLUICE_ADMIN_TOKEN", admin_token}});
}

finished_process check_text(std::string const& text) {
    temporary_directory directory;
    write_whole(directory / "checked.toml", text);
    return run_sluice({"check", (directory / "checked.toml").string()});
}

} // namespace

BOOST_AUTO_TEST_SUITE(commands)

BOOST_AUTO_TEST_CASE(version_says_what_it_is) {
    auto const said = run_sluice({"version"});
    BOOST_TEST(said.exit_code == 0);
    BOOST_TEST(said.output.find("sluice") != std::string::npos);
    BOOST_TEST(said.output.find(SLUICE_VERSION) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(check_passes_the_example_configuration) {
    auto const checked = run_sluice({"check", SLUICE_EXAMPLE_CONFIGURATION});
    BOOST_TEST(checked.exit_code == 0, checked.output << checked.errors);
}

// Keys, order and pace hold over all members: there is nothing to be told of any more.
BOOST_AUTO_TEST_CASE(check_takes_keys_order_and_limits_in_a_cluster_without_a_note) {
    auto const checked = check_text(
        "[store]\nengine = \"postgres\"\nurl = \"postgresql://h/d\"\n"
        "[[account]]\nid = \"163\"\nallow_from = [\"127.0.0.0/8\"]\n"
        "[[destination]]\nname = \"crm\"\nrate = 10\nurl = \"https://crm.example.com/\"\n"
        "[[route]]\npath = \"/in/crm\"\naccount = \"163\"\ndestinations = [\"crm\"]\n"
        "dedup = \"body\"\n");
    BOOST_TEST(checked.exit_code == 0, checked.output);
    BOOST_TEST(checked.output.find("note") == std::string::npos, checked.output);
}

BOOST_AUTO_TEST_CASE(a_configuration_that_says_nothing_is_refused_and_one_without_callers_told) {
    auto const empty = check_text("# everything is gone\n");
    BOOST_TEST(empty.exit_code == 78);
    BOOST_TEST(empty.output.find("is empty") != std::string::npos, empty.output);
    auto const lonely = check_text("threads = 1\n");
    BOOST_TEST(lonely.exit_code == 0);
    BOOST_TEST(lonely.output.find("warning: nobody can call") != std::string::npos);
    std::string const account = "[[account]]\nid = \"163\"\n";
    auto const closed = check_text(account);
    BOOST_TEST(closed.exit_code == 0);
    BOOST_TEST(closed.output.find("no account has secrets, cust_tokens or allow_from") !=
                   std::string::npos,
               closed.output);
    auto const idle = check_text(account + "allow_from = [\"127.0.0.0/8\"]\n");
    BOOST_TEST(idle.exit_code == 0);
    BOOST_TEST(idle.output.find("warning: nothing can be delivered") != std::string::npos,
               idle.output);
    auto const busy = check_text(account + "allow_from = [\"127.0.0.0/8\"]\n"
                                           "[[destination]]\nname = \"crm\"\n"
                                           "url = \"https://crm.example.com/\"\n");
    BOOST_TEST(busy.exit_code == 0);
    BOOST_TEST(busy.output.find("warning") == std::string::npos, busy.output);
}

BOOST_AUTO_TEST_CASE(check_names_every_problem_at_once) {
    auto const checked = check_text("threads = -1\n"
                                    "durability = \"sometimes\"\n"
                                    "[[route]]\n"
                                    "path = \"/in/x\"\n"
                                    "account = \"nobody\"\n"
                                    "destinations = [\"nowhere\"]\n");
    BOOST_TEST(checked.exit_code == 78);
    auto const said = checked.output + checked.errors;
    for (auto const* place :
         {"checked.toml:1:", "checked.toml:2:", "checked.toml:5:", "checked.toml:6:"}) {
        BOOST_TEST(said.find(place) != std::string::npos, place << " is not in " << said);
    }
}

BOOST_AUTO_TEST_CASE(the_sink_answers_as_told_and_records) {
    temporary_directory directory;
    auto const record = directory / "record";
    running_sink sink({"--status", "503", "--retry-after", "7", "--record", record.string()});
    BOOST_REQUIRE(sink.is_listening);
    auto const answer = http_client(sink.port).post("/any/path", {}, "recorded-body");
    BOOST_TEST(answer.status == 503);
    BOOST_TEST(answer.header("Retry-After") == "7");
    sink.process.signal(SIGTERM);
    BOOST_TEST(sink.process.wait() == 0);
    auto const recorded = read_whole(record);
    BOOST_TEST(recorded.find("/any/path") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_sink_answers_the_outbound_api_with_its_success) {
    running_sink sink;
    BOOST_REQUIRE(sink.is_listening);
    auto const answer = http_client(sink.port).post("/kairos-apis/outbound/create", {}, "{}");
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(json_at(answer.body, "/api-response-code") == "200");
}

BOOST_AUTO_TEST_CASE(destinations_are_listed_paused_and_resumed) {
    gateway_under_test gateway;
    auto const listed = ask(gateway, {"destinations", "list"});
    BOOST_TEST(listed.exit_code == 0, listed.errors);
    BOOST_TEST(listed.output.find("crm") != std::string::npos);
    BOOST_TEST(listed.output.find("paused") == std::string::npos);
    BOOST_TEST(ask(gateway, {"destinations", "pause", "crm"}).exit_code == 0);
    BOOST_TEST(ask(gateway, {"destinations", "list"}).output.find("paused") != std::string::npos);
    BOOST_TEST(ask(gateway, {"destinations", "resume", "crm"}).exit_code == 0);
    BOOST_TEST(ask(gateway, {"destinations", "list"}).output.find("paused") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(tasks_are_listed_shown_explained_and_cancelled) {
    gateway_under_test gateway;
    auto const answer =
        gateway.client().post("/v1/tasks", json_bearer(), R"({"destination":"crm","delay":"1h"})");
    auto const id = json_at(answer.body, "/id");
    auto const listed = ask(gateway, {"tasks", "list"});
    BOOST_TEST(listed.exit_code == 0, listed.errors);
    BOOST_TEST(listed.output.find(id) == 0U, listed.output);
    BOOST_TEST(ask(gateway, {"tasks", "show", id}).output.find("scheduled") != std::string::npos);
    BOOST_TEST(ask(gateway, {"tasks", "explain", id}).output.find("not_due") != std::string::npos);
    BOOST_TEST(ask(gateway, {"tasks", "cancel", id}).exit_code == 0);
    BOOST_TEST(json_at(gateway.task(id).body, "/state") == "cancelled");
}

BOOST_AUTO_TEST_CASE(dead_tasks_are_listed_and_redriven) {
    gateway_under_test gateway;
    gateway.destination().answer_with([](http_request const&, std::size_t n) {
        destination_answer answer;
        answer.status = n == 1 ? 404 : 200;
        return answer;
    });
    auto const answer =
        gateway.client().post("/v1/tasks", json_bearer(), R"({"destination":"crm"})");
    auto const id = json_at(answer.body, "/id");
    BOOST_REQUIRE(gateway.wait_for_state(id, "dead"));
    BOOST_TEST(ask(gateway, {"dead", "list"}).output.find(id) == 0U);
    BOOST_TEST(ask(gateway, {"dead", "redrive", id}).exit_code == 0);
    BOOST_TEST(gateway.wait_for_state(id, "delivered"));
    BOOST_TEST(ask(gateway, {"dead", "list"}).output.find(id) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_report_that_cannot_be_written_is_found_before_the_load) {
    running_sink sink;
    for (auto const* flag : {"--json", "--html", "--percentiles"}) {
        auto const said =
            run_sluice({"load", "--rate", "10", "--duration", "1s", flag, "/no/such/x",
                        "http://127.0.0.1:" + std::to_string(sink.port) + "/"});
        BOOST_TEST(said.exit_code == 73);
        BOOST_TEST(said.errors.find("/no/such/x: No such file") != std::string::npos, said.errors);
    }
    sink.process.signal(SIGTERM);
    BOOST_TEST(sink.process.wait() == 0);
    BOOST_TEST(sink.process.output().find("\n0 requests") != std::string::npos,
               sink.process.output());
}

BOOST_AUTO_TEST_CASE(status_says_whether_calls_are_taken) {
    gateway_under_test gateway;
    auto const well = ask(gateway, {"status"});
    BOOST_TEST(well.exit_code == 0, well.errors);
    BOOST_TEST(well.output.find("readyz check passed") != std::string::npos, well.output);
    BOOST_TEST(json_at(ask(gateway, {"status", "--json"}).output, "/status") == "ok");
    gateway.stop();
    auto const gone = ask(gateway, {"status"});
    BOOST_TEST(gone.exit_code == 69);
    BOOST_TEST(gone.errors.find("cannot reach http://127.0.0.1:") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_token_may_stand_in_a_file_that_a_flag_names) {
    gateway_under_test gateway;
    temporary_directory directory;
    write_whole(directory / "token", std::string(admin_token) + "\n");
    auto const url = "http://127.0.0.1:" + std::to_string(gateway.ports().admin_listener);
    auto const listed = run_sluice(
        {"tasks", "list", "--admin", url, "--token-file", (directory / "token").string()});
    BOOST_TEST(listed.exit_code == 0, listed.errors);
    auto const missing = run_sluice({"tasks", "list", "--admin", url, "--token-file", "/no/such"});
    BOOST_TEST(missing.exit_code == 78);
    BOOST_TEST(missing.errors.find("--token-file: /no/such") != std::string::npos, missing.errors);
}

BOOST_AUTO_TEST_CASE(a_misspelt_command_is_told_the_right_one) {
    auto const verb = run_sluice({"tasks", "lsit"});
    BOOST_TEST(verb.exit_code == 64);
    BOOST_TEST(verb.errors.find("did you mean \"tasks list\"?") != std::string::npos, verb.errors);
    BOOST_TEST(run_sluice({"destination"}).errors.find("\"destinations\"?") != std::string::npos);
    BOOST_TEST(run_sluice({"xyzzy"}).errors.find("they are serve, check, ") != std::string::npos);
    BOOST_TEST(run_sluice({"--version"}).output.find(SLUICE_VERSION) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_misspelt_flag_is_told_the_right_one) {
    auto const flag = run_sluice({"tasks", "list", "--destinaton", "crm"});
    BOOST_TEST(flag.exit_code == 64);
    BOOST_TEST(flag.errors == "sluice: there is no flag --destinaton here; did you mean "
                              "--destination?\n");
    auto const valued = run_sluice({"dead", "purge", "id", "--dry-rum=1"});
    BOOST_TEST(valued.exit_code == 64);
    BOOST_TEST(valued.errors.find("did you mean --dry-run?") != std::string::npos, valued.errors);
    auto const strange = run_sluice({"tasks", "list", "--xyzzy"});
    BOOST_TEST(strange.exit_code == 64);
    BOOST_TEST(strange.errors.find("--xyzzy") != std::string::npos, strange.errors);
}

BOOST_AUTO_TEST_CASE(a_gateway_that_cannot_be_reached_is_69) {
    auto const nobody = "http://127.0.0.1:" + std::to_string(free_port());
    BOOST_TEST(run_sluice({"tasks", "list", "--admin", nobody}).exit_code == 69);
}

BOOST_AUTO_TEST_CASE(status_of_a_gateway_that_takes_no_calls_is_69) {
    recording_destination other;
    other.answer_with([](http_request const&, std::size_t) {
        destination_answer answer;
        answer.status = 503;
        answer.body = "[-]journal failed\n";
        return answer;
    });
    auto const url = "http://127.0.0.1:" + std::to_string(other.port());
    auto const said = run_sluice({"status", "--admin", url});
    BOOST_TEST(said.exit_code == 69);
    BOOST_TEST(said.output == "[-]journal failed\n");
    BOOST_TEST(said.errors == "sluice: " + url + " takes no calls (HTTP 503)\n");
}

BOOST_AUTO_TEST_CASE(a_gateway_below_a_path_is_asked_below_it) {
    recording_destination proxy;
    proxy.answer_with([](http_request const&, std::size_t) {
        destination_answer answer;
        answer.body = R"({"destinations":[],"tasks":[],"next":null,"matched":0,"job":null})";
        return answer;
    });
    auto const url = "http://127.0.0.1:" + std::to_string(proxy.port()) + "/base/path/";
    BOOST_TEST(run_sluice({"destinations", "list", "--admin", url}).exit_code == 0);
    BOOST_TEST(run_sluice({"dead", "purge", "--all", "--admin", url}).exit_code == 0);
    BOOST_TEST(run_sluice({"status", "--admin", url}).exit_code == 0);
    std::vector<std::string> asked;
    for (auto const& each : proxy.deliveries())
        asked.push_back(each.request.target);
    BOOST_TEST(asked == (std::vector<std::string>{"/base/path/v1/destinations", "/base/path/livez",
                                                  "/base/path/v1/dead:purge",
                                                  "/base/path/readyz?verbose"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(who_sends_elsewhere_is_not_followed_and_named) {
    recording_destination proxy;
    proxy.answer_with([](http_request const&, std::size_t) {
        destination_answer answer;
        answer.status = 302;
        answer.headers = {{"Location", "https://sso.example.com/login"}};
        return answer;
    });
    auto const url = "http://127.0.0.1:" + std::to_string(proxy.port());
    for (auto const& verb : std::vector<std::vector<std::string>>{
             {"tasks", "list"}, {"status"}, {"top"}, {"dead", "purge", "--all"}}) {
        auto arguments = verb;
        arguments.insert(arguments.end(), {"--admin", url});
        auto const said = run_sluice(arguments, {{"SLUICE_ADMIN_TOKEN", "the-token"}});
        BOOST_TEST(said.exit_code == 69, verb.front());
        BOOST_TEST(said.errors.find("answers 302 and points to https://sso.example.com/login") !=
                       std::string::npos,
                   said.errors);
        BOOST_TEST(said.output.empty(), said.output);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace commands_test
