// What a customer quotes, as flags of the command line; and tasks replayed by them.
#include "tests/e2e/operator_fixture.hpp"
#include "tests/support/pseudo_terminal.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace cli_search_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

using ids = std::vector<std::string>;

bool has(std::string const& text, std::string_view part) {
    return text.find(part) != text.npos;
}

struct customers : operator_fixture {
    std::string one = accept_outbound("client-1", "98799 64805");
    std::string two = accept_outbound("client-2", "9879964806");

    std::string accept_outbound(std::string const& client, std::string const& number) {
        auto const body = R"({"apiVersion":"1.0","securityID":")" + std::string(security_id) +
                          R"(","flowID":"flow0001","clientID":")" + client +
                          R"(","delayMinutes":60,"contactNumbers":")" + number + "\"}";
        auto const answer = this->client().post("/v1/webhooks/createOutbound",
                                                {{"Content-Type", "application/json"}}, body);
        BOOST_REQUIRE_EQUAL(answer.status, 202);
        return json_at(answer.body, "/request-id");
    }
    std::string accept_with(std::string const& header, std::string const& value,
                            std::string const& body) {
        auto headers = json_bearer();
        headers.emplace_back(header, value);
        return json_at(client().post("/v1/tasks", headers, body).body, "/id");
    }
    // By `tasks list`, `tasks search` and the list of dead letters, which has none of them.
    ids found(std::vector<std::string> const& flags) {
        auto const run = [&](std::vector<std::string> verb) {
            verb.insert(verb.end(), flags.begin(), flags.end());
            verb.emplace_back("--json");
            auto const said = command(verb);
            BOOST_TEST(said.exit_code == 0, said.errors);
            return ids_in(said.output);
        };
        auto const listed = run({"tasks", "list"});
        BOOST_TEST(listed == run({"tasks", "search"}), boost::test_tools::per_element());
        BOOST_TEST(run({"dead", "list"}).empty());
        return listed;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(cli_search, customers)

BOOST_AUTO_TEST_CASE(tasks_are_found_by_what_stands_in_them) {
    for (auto const* spelled : {"9879964805", "+91 98799 64805", "098799-64805"})
        BOOST_TEST((found({"--contact", spelled}) == ids{one}), spelled);
    BOOST_TEST((found({"--client", "client-2"}) == ids{two}));
    BOOST_TEST((found({"--client-id", "client-2"}) == ids{two}));
    BOOST_TEST((found({"--flow", "flow0001"}) == ids{two, one}));
    BOOST_TEST((found({"--flow", "flow0001", "--contact", "9879964806"}) == ids{two}));
    BOOST_TEST((found({"--text", "CLIENT-1"}) == ids{one}));
    BOOST_TEST(found({"--text", "100% & more"}).empty());
}

BOOST_AUTO_TEST_CASE(tasks_are_found_by_their_keys) {
    auto const keyed =
        accept_with("Idempotency-Key", "order 77&x=1", R"({"destination":"crm","delay":"1h"})");
    auto const ordered = accept(R"({"destination":"crm","delay":"1h","order_key":"customer 9"})");
    BOOST_TEST((found({"--idempotency-key", "order 77&x=1"}) == ids{keyed}));
    BOOST_TEST((found({"--key", "order 77&x=1"}) == ids{keyed}));
    BOOST_TEST(found({"--key", "order 78"}).empty());
    BOOST_TEST((found({"--order-key", "customer 9"}) == ids{ordered}));
    BOOST_TEST((found({"--webhook-id", ordered}) == ids{ordered}));
    // It goes with what changes many tasks, too.
    BOOST_TEST(command({"tasks", "cancel", "--order-key", "customer 9"}).output ==
               "cancel: 1 matched, 1 done, 0 refused\n");
}

BOOST_AUTO_TEST_CASE(what_is_found_so_is_cancelled_and_nothing_else) {
    BOOST_TEST(command({"tasks", "cancel", "--contact", "98799 64805", "--dry-run"}).output ==
               "would cancel 1 task (contact 98799 64805)\n");
    BOOST_TEST(command({"tasks", "cancel", "--contact", "98799 64805", "--state", "retry_wait"})
                   .output.empty());
    auto const said = command({"tasks", "cancel", "--contact", "98799 64805", "--wait"});
    BOOST_TEST(said.exit_code == 0, said.errors);
    BOOST_TEST(said.output == "cancel: 1 matched, 1 done, 0 refused\n");
    BOOST_TEST(json_at(task(one).body, "/state") == "cancelled");
    BOOST_TEST(json_at(task(two).body, "/state") == "scheduled");
    // What has ended is not cancelled again.
    auto const again = command({"tasks", "cancel", "--contact", "98799 64805", "--json"});
    BOOST_TEST(again.exit_code == 0);
    BOOST_TEST(again.output == "{\"action\":\"cancel\",\"matched\":0}\n");
    BOOST_TEST(again.errors == "there are no such tasks\n");
}

BOOST_AUTO_TEST_CASE(dead_letters_are_redriven_and_purged_by_what_stands_in_them) {
    answer_with_status(404);
    auto const first = accept(R"({"destination":"crm","body":"hello-1"})");
    auto const second = accept(R"({"destination":"crm","body":"hello-2"})");
    BOOST_REQUIRE(wait_for_state(first, "dead"));
    BOOST_REQUIRE(wait_for_state(second, "dead"));
    answer_with_status(200);
    BOOST_TEST(
        command({"dead", "redrive", "--text", "hello-1", "--rate", "100", "--wait"}).output ==
        "redrive: 1 matched, 1 done, 0 refused\n");
    BOOST_TEST(wait_for_state(first, "delivered"));
    BOOST_TEST(command({"dead", "purge", "--text", "hello"}).output ==
               "purge: 1 matched, 1 done, 0 refused\n");
    BOOST_TEST(command({"dead", "list"}).output.empty());
}

BOOST_AUTO_TEST_CASE(a_search_says_what_for) {
    auto const said = command({"tasks", "search"});
    BOOST_TEST(said.exit_code == 64);
    BOOST_TEST(has(said.errors, "--contact"), said.errors);
    BOOST_TEST(command({"tasks", "search", "--limit", "5"}).exit_code == 64);
    auto const none = command({"tasks", "search", "--text", "nowhere"});
    BOOST_TEST(none.exit_code == 0);
    BOOST_TEST(none.output.empty());
}

BOOST_AUTO_TEST_CASE(delivered_tasks_are_replayed_by_a_filter) {
    auto const first = accept(R"({"destination":"crm","body":"hello-1"})");
    auto const second = accept(R"({"destination":"crm","body":"hello-2"})");
    BOOST_REQUIRE(wait_for_state(first, "delivered"));
    BOOST_REQUIRE(wait_for_state(second, "delivered"));
    BOOST_TEST(command({"tasks", "replay", "--text", "hello-1", "--dry-run"}).output ==
               "would replay 1 task (text hello-1)\n");
    BOOST_TEST(command({"tasks", "replay", "--text", "hello-1", "--dry-run", "--json"}).output ==
               "{\"matched\":1,\"would\":\"replay\"}\n");
    BOOST_TEST(destination().count() == 2U);
    BOOST_TEST(command({"tasks", "replay", "--text", "hello-1"}).output ==
               "replay: 1 matched, 1 done, 0 refused\n");
    BOOST_TEST(destination().wait_for(3));
    auto const waited = command({"tasks", "replay", "--destination", "crm", "--state", "delivered",
                                 "--text", "hello-2", "--wait"});
    BOOST_TEST(waited.exit_code == 0, waited.errors);
    BOOST_TEST(waited.errors.empty(), waited.errors);
    BOOST_TEST(destination().wait_for(4));
    BOOST_TEST(destination().deliveries().back().request.body == "hello-2");
}

BOOST_AUTO_TEST_CASE(a_replay_by_a_filter_is_asked_about_and_held_to_what_was_shown) {
    auto const id = accept(R"({"destination":"crm","body":"hello-1"})");
    BOOST_REQUIRE(wait_for_state(id, "delivered"));
    process_options options;
    options.arguments = {program_path(), "tasks", "replay", "--text", "hello"};
    options.environment = {
        {"SLUICE_ADMIN", "http://127.0.0.1:" + std::to_string(ports().admin_listener)},
        {"SLUICE_ADMIN_TOKEN", admin_token},
        {"TERM", "xterm"}};
    pseudo_terminal screen(options);
    BOOST_TEST(screen.shows("replay 1 task (text hello)? [y/N]"), screen.text());
    auto const newer = accept(R"({"destination":"crm","body":"hello-2"})");
    BOOST_REQUIRE(wait_for_state(newer, "delivered"));
    screen.type("y\n");
    BOOST_TEST(screen.wait() == 0, screen.text());
    BOOST_TEST(has(screen.text(), "replay: 1 matched, 1 done, 0 refused"), screen.text());
    BOOST_TEST(destination().wait_for(3));
    BOOST_TEST(destination().deliveries().back().request.body == "hello-1");
}

BOOST_AUTO_TEST_CASE(an_agent_is_shown_by_any_spelling_of_the_number) {
    command({"agents", "add", "--account", "163", "919879964801"});
    for (auto const* spelled : {"919879964801", "9879964801", "+91 98799-64801", "09879964801"}) {
        auto const shown = command({"agents", "show", "--account", "163", spelled});
        BOOST_TEST(has(shown.output, "cli: 919879964801\n"),
                   spelled << shown.output << shown.errors);
    }
    auto const none = command({"agents", "show", "--account", "163", "9879964899"});
    BOOST_TEST(none.exit_code == 1);
    BOOST_TEST(has(none.errors, "9879964899: "), none.errors);
    BOOST_TEST(
        command({"agents", "remove", "--dry-run", "--account", "163", "9879964801"}).output ==
        "would remove 919879964801  available\n");
    BOOST_TEST(has(command({"agents", "list"}).output, "919879964801"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cli_search_test
