// The operator's commands: what they print, --json, and their exit codes.
#include "tests/e2e/operator_fixture.hpp"
#include "tests/support/wait_until.hpp"

#include <algorithm>

namespace cli_verbs_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

std::size_t count_lines(std::string const& text) {
    return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(cli_verbs, operator_fixture)

BOOST_AUTO_TEST_CASE(lists_print_ids_first_and_take_filters) {
    auto const delivered = accept_delivered();
    auto const waiting = accept_later();
    auto const all = command({"tasks", "list"});
    BOOST_TEST(all.exit_code == 0, all.errors);
    BOOST_TEST(all.output.starts_with(waiting), all.output);
    BOOST_TEST(all.output.find("\n" + delivered) != std::string::npos, all.output);
    auto const some = command({"tasks", "list", "--state", "delivered", "--destination", "crm"});
    BOOST_TEST(some.output.starts_with(delivered), some.output);
    BOOST_TEST(count_lines(some.output) == 1U);
    auto const one = command({"tasks", "list", "--limit", "1"});
    BOOST_TEST(count_lines(one.output) == 1U);
    BOOST_TEST(command({"tasks", "list", "--state", "asleep"}).exit_code == 64);
}

BOOST_AUTO_TEST_CASE(json_is_printed_as_it_came) {
    auto const id = accept_later();
    BOOST_TEST(json_at(command({"tasks", "list", "--json"}).output, "/tasks/0/id") == id);
    BOOST_TEST(json_at(command({"tasks", "show", "--json", id}).output, "/state") == "scheduled");
    BOOST_TEST(json_at(command({"tasks", "explain", "--json", id}).output, "/reasons/0/kind") ==
               "not_due");
    BOOST_TEST(json_at(command({"destinations", "list", "--json"}).output,
                       "/destinations/1/name") == "crm");
    BOOST_TEST(json_at(command({"tasks", "cancel", "--json", id}).output, "/state") == "cancelled");
    BOOST_TEST(json_at(command({"dead", "list", "--json"}).output, "/tasks") == "[]");
}

BOOST_AUTO_TEST_CASE(tasks_are_replayed_and_cancelled_by_a_filter) {
    auto const old = accept_delivered();
    auto const replayed = command({"tasks", "replay", old});
    BOOST_TEST(replayed.exit_code == 0, replayed.errors);
    BOOST_TEST(replayed.output.find("replays " + old) == 38U, replayed.output);
    BOOST_TEST(wait_for_state(replayed.output.substr(0, 36), "delivered"));
    accept_later();
    accept_later();
    auto const cancelled = command({"tasks", "cancel", "--destination", "crm"});
    BOOST_TEST(cancelled.output == "cancel: 2 matched, 2 done, 0 refused\n");
    // Nothing named is not everything, and both is a contradiction.
    BOOST_TEST(command({"tasks", "cancel"}).exit_code == 64);
    BOOST_TEST(command({"tasks", "cancel", old, "--all"}).exit_code == 64);
}

BOOST_AUTO_TEST_CASE(dead_letters_are_redriven_by_filter_all_or_paced_and_purged) {
    auto const first = accept_dead(404);
    auto const second = accept_dead(401);
    auto const listed = command({"dead", "list", "--reason", "404"});
    BOOST_TEST(listed.output.starts_with(first), listed.output);
    BOOST_TEST(count_lines(listed.output) == 1U);
    auto const groups = command({"dead", "groups"});
    BOOST_TEST(count_lines(groups.output) == 2U, groups.errors);
    BOOST_TEST(groups.output.starts_with("crm  letters 1  oldest "), groups.output);
    BOOST_TEST(groups.output.find("  reason answered 404\n") != std::string::npos, groups.output);
    auto const redriven = command({"dead", "redrive", "--destination", "crm", "--reason", "404"});
    BOOST_TEST(redriven.output == "redrive: 1 matched, 1 done, 0 refused\n", redriven.errors);
    BOOST_TEST(wait_for_state(first, "delivered"));
    auto const paced = command({"dead", "redrive", "--all", "--rate", "100"});
    BOOST_TEST(paced.output.find("goes on as job") != std::string::npos, paced.output);
    BOOST_TEST(wait_for_state(second, "delivered"));
    auto const third = accept_dead();
    BOOST_TEST(command({"dead", "purge", third}).output == third + "  purged\n");
    BOOST_TEST(command({"dead", "list"}).output.empty());
}

BOOST_AUTO_TEST_CASE(destinations_say_what_holds_them_on_one_line) {
    auto const listed = command({"destinations", "list"});
    BOOST_TEST(count_lines(listed.output) == 2U, listed.output);
    BOOST_TEST(listed.output.find("crm  flowing  scheduled 0") != std::string::npos, listed.output);
    auto const paused = command({"destinations", "pause", "crm", "central"});
    BOOST_TEST(paused.exit_code == 0, paused.errors);
    BOOST_TEST(command({"destinations", "list"}).output.find("crm  paused") != std::string::npos);
    answer_with_status(410);
    BOOST_TEST(command({"destinations", "resume", "crm", "central"}).exit_code == 0);
    accept(R"({"destination":"crm"})");
    BOOST_TEST(wait_until([&] {
        return command({"destinations", "list"}).output.find("crm  disabled") != std::string::npos;
    }));
}

BOOST_AUTO_TEST_CASE(what_is_refused_is_named_and_is_no_success) {
    auto const unknown = command({"tasks", "show", "nonsense"});
    BOOST_TEST(unknown.exit_code == 1);
    BOOST_TEST(unknown.errors.find("There is no such task") != std::string::npos);
    BOOST_TEST(command({"destinations", "pause", "nowhere"}).exit_code == 1);
    BOOST_TEST(command({"tasks"}).exit_code == 64);
    BOOST_TEST(command({"tasks", "list", "--nonsense"}).exit_code == 64);
    BOOST_TEST(command({"tasks", "list", "--admin", "ftp://127.0.0.1"}).exit_code == 64);
    auto const url = "http://127.0.0.1:" + std::to_string(ports().admin_listener);
    auto const stranger = run_sluice({"tasks", "list"}, {{"SLUICE_ADMIN", url}});
    BOOST_TEST(stranger.exit_code == 1);
    BOOST_TEST(stranger.errors.find("admin token") != std::string::npos, stranger.errors);
    BOOST_TEST(stranger.errors.find("SLUICE_ADMIN_TOKEN") != std::string::npos, stranger.errors);
}

BOOST_AUTO_TEST_CASE(the_token_may_come_from_a_file) {
    temporary_directory directory;
    write_whole(directory / "token", std::string(admin_token) + "\n");
    auto const url = "http://127.0.0.1:" + std::to_string(ports().admin_listener);
    auto const listed = run_sluice({"destinations", "list", "--admin", url},
                                   {{"SLUICE_ADMIN_TOKEN_FILE", (directory / "token").string()}});
    BOOST_TEST(listed.exit_code == 0, listed.errors);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cli_verbs_test
