// The operator's commands on a terminal: tables, ages, colour, questions; and beside it the same in
// a pipe, where scripts read lines and nobody is asked.
#include "tests/e2e/operator_fixture.hpp"
#include "tests/support/pseudo_terminal.hpp"
#include "tests/support/wait_until.hpp"

#include <string>
#include <utility>
#include <vector>

namespace terminal_verbs_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

using variables = std::vector<std::pair<std::string, std::string>>;

struct person_at_a_terminal : operator_fixture {
    process_options start(std::vector<std::string> arguments, variables more = {}) {
        auto const url = "http://127.0.0.1:" + std::to_string(ports().admin_listener);
        process_options options;
        options.arguments = std::move(arguments);
        options.arguments.insert(options.arguments.begin(), program_path());
        options.environment = std::move(more);
        options.environment.emplace_back("SLUICE_ADMIN", url);
        options.environment.emplace_back("SLUICE_ADMIN_TOKEN", admin_token);
        options.environment.emplace_back("TERM", "xterm");
        return options;
    }
    std::string screen_of(std::vector<std::string> arguments, variables more = {},
                          unsigned short columns = 80) {
        pseudo_terminal screen(start(std::move(arguments), std::move(more)), columns);
        BOOST_TEST(screen.wait() == 0, screen.text());
        return screen.text();
    }
};

bool has(std::string const& text, std::string_view part) {
    return text.find(part) != text.npos;
}

std::size_t longest_line(std::string const& text) {
    std::size_t longest = 0, begin = 0;
    while (begin < text.size()) {
        auto const end = std::min(text.find("\r\n", begin), text.size());
        std::size_t width = 0;
        for (auto i = begin; i < end; ++i)
            width += (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80 ? 1 : 0;
        longest = std::max(longest, width);
        begin = end + 2;
    }
    return longest;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(terminal_verbs, person_at_a_terminal)

BOOST_AUTO_TEST_CASE(a_list_on_a_terminal_is_a_table_with_ages_and_colour) {
    auto const waiting = accept_later();
    auto const dead = accept_dead();
    auto const coloured = screen_of({"tasks", "list"});
    BOOST_TEST(has(coloured, "\x1b[1mID"), coloured);
    BOOST_TEST(has(coloured, "\x1b[31mdead\x1b[0m"), coloured);
    auto const plain = screen_of({"tasks", "list"}, {{"NO_COLOR", "1"}});
    BOOST_TEST(!has(plain, "\x1b["), plain);
    BOOST_TEST(has(plain, "STATE"), plain);
    BOOST_TEST(has(plain, waiting), plain);
    BOOST_TEST(has(plain, dead), plain);
    BOOST_TEST(longest_line(plain) <= 80U, plain);
    // On a narrow one an entry takes two lines, and those are cut.
    auto const narrow = screen_of({"tasks", "list"}, {{"NO_COLOR", "1"}}, 70);
    BOOST_TEST(has(narrow, dead + "\r\n  dead"), narrow);
    BOOST_TEST(has(narrow, "answered 404"), narrow);
    auto const narrower = screen_of({"tasks", "list"}, {{"NO_COLOR", "1"}}, 45);
    BOOST_TEST(has(narrower, "…"), narrower);
    BOOST_TEST(longest_line(narrower) <= 45U, narrower);
    auto const letters = screen_of({"dead", "list"}, {{"NO_COLOR", "1"}});
    BOOST_TEST(has(letters, "answered 4"), letters);
    BOOST_TEST(longest_line(letters) <= 80U, letters);
    auto const broad =
        screen_of({"tasks", "list", "--state", "scheduled"}, {{"NO_COLOR", "1"}}, 200);
    BOOST_TEST(has(broad, "in 59m"), broad);
    auto const wide = screen_of({"tasks", "list", "-o", "wide"}, {{"NO_COLOR", "1"}});
    BOOST_TEST(has(wide, "NOT BEFORE"), wide);
    BOOST_TEST(longest_line(wide) > 80U, wide);
    auto const flowing = screen_of({"destinations", "list"}, {{"NO_COLOR", "1"}}, 200);
    BOOST_TEST(has(flowing, "crm      flowing"), flowing);
}

BOOST_AUTO_TEST_CASE(help_fits_the_terminal_and_is_whole_in_a_pipe) {
    for (auto const& words : std::vector<std::vector<std::string>>{
             {"help"}, {"help", "tasks", "list"}, {"load", "--help"}, {"--help-all"}}) {
        auto const screen = screen_of(words, {}, 80);
        BOOST_TEST(longest_line(screen) <= 80U, screen);
        BOOST_TEST(longest_line(command(words).output) > 80U);
    }
}

BOOST_AUTO_TEST_CASE(in_a_pipe_a_table_is_made_where_it_is_asked_for) {
    auto const id = accept_later();
    auto const table = command({"tasks", "list", "--output", "table"});
    BOOST_TEST(table.output.starts_with("ID "), table.output);
    BOOST_TEST(has(table.output, id), table.output);
    BOOST_TEST(!has(table.output, "\x1b["), table.output);
    auto const wide = command({"destinations", "list", "-o", "wide"});
    BOOST_TEST(has(wide.output, "URL"), wide.output);
    BOOST_TEST(command({"tasks", "list", "-o", "xml"}).exit_code == 64);
    // Not cut: whoever reads it counts on all of it.
    auto const lines = command({"accounts", "list"});
    BOOST_TEST(lines.output.starts_with("163  doors 1 secret"), lines.output);
    BOOST_TEST(has(lines.output, "  time zone "), lines.output);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_undone_is_asked_about_and_only_yes_is_one) {
    auto const id = accept_later();
    {
        pseudo_terminal screen(start({"tasks", "cancel", "--destination", "crm"}));
        BOOST_TEST(screen.shows("cancel 1 task (destination crm)? [y/N]"), screen.text());
        screen.type("\n");
        BOOST_TEST(screen.wait() == 1, screen.text());
        BOOST_TEST(has(screen.text(), "nothing was done"), screen.text());
    }
    BOOST_TEST(json_at(task(id).body, "/state") == "scheduled");
    {
        pseudo_terminal screen(start({"tasks", "cancel", "--destination", "crm"}));
        BOOST_TEST(screen.shows("[y/N]"), screen.text());
        auto const newer = accept_later(); // after the person has seen how many there are
        screen.type("y\n");
        BOOST_TEST(screen.wait() == 0, screen.text());
        BOOST_TEST(has(screen.text(), "cancel: 1 matched, 1 done, 0 refused"), screen.text());
        BOOST_TEST(json_at(task(newer).body, "/state") == "scheduled");
    }
    BOOST_TEST(json_at(task(id).body, "/state") == "cancelled");
    BOOST_TEST(has(screen_of({"tasks", "cancel", "--all", "--yes"}), "1 done"));
}

BOOST_AUTO_TEST_CASE(destinations_are_paused_and_purged_after_a_question) {
    accept_later();
    pseudo_terminal pausing(start({"destinations", "pause", "crm"}));
    BOOST_TEST(pausing.shows("pause crm, where 1 task waits?"), pausing.text());
    pausing.type("n\n");
    BOOST_TEST(pausing.wait() == 1, pausing.text());
    BOOST_TEST(!has(command({"destinations", "list"}).output, "paused"));
    pseudo_terminal purging(start({"destinations", "purge", "crm"}));
    BOOST_TEST(purging.shows("purge crm: cancel 1 task?"), purging.text());
    purging.type("y\n");
    BOOST_TEST(purging.wait() == 0, purging.text());
    BOOST_TEST(has(purging.text(), "purge crm: 1 matched, 1 done"), purging.text());
    // Nobody is asked about nothing.
    BOOST_TEST(screen_of({"destinations", "purge", "crm"}) == "nothing waits for crm\r\n");
}

BOOST_AUTO_TEST_CASE(a_dry_run_says_how_many_and_changes_nothing) {
    auto const id = accept_later();
    auto const dead = accept_dead();
    BOOST_TEST(command({"tasks", "cancel", "--all", "--dry-run"}).output ==
               "would cancel 1 task\n");
    BOOST_TEST(command({"tasks", "cancel", id, "--dry-run"}).output ==
               "would cancel " + id + "  scheduled\n");
    BOOST_TEST(command({"dead", "purge", "--destination", "crm", "--dry-run"}).output ==
               "would purge 1 task (destination crm)\n");
    BOOST_TEST(command({"dead", "redrive", "--all", "--from", "1h", "--dry-run"})
                   .output.starts_with("would redrive 1 task (from 20"));
    BOOST_TEST(command({"destinations", "purge", "crm", "--dry-run"}).output ==
               "would purge crm: cancel 1 task\n");
    BOOST_TEST(has(command({"destinations", "pause", "crm", "--dry-run"}).output, "would pause"));
    BOOST_TEST(json_at(task(id).body, "/state") == "scheduled");
    BOOST_TEST(json_at(task(dead).body, "/state") == "dead");
}

BOOST_AUTO_TEST_CASE(a_job_is_waited_for_and_drawn) {
    answer_with_status(404);
    std::vector<std::string> ids;
    for (int i = 0; i < 3; ++i)
        ids.push_back(accept(R"({"destination":"crm"})"));
    for (auto const& id : ids)
        BOOST_REQUIRE(wait_for_state(id, "dead"));
    answer_with_status(200);
    pseudo_terminal screen(
        start({"dead", "redrive", "--all", "--rate", "2", "--yes", "--wait"}, {{"USER", "anna"}}));
    BOOST_TEST(screen.wait() == 0, screen.text());
    BOOST_TEST(has(screen.text(), "100 %  3 of 3"), screen.text());
    BOOST_TEST(has(screen.text(), "redrive: 3 matched, 3 done, 0 refused"), screen.text());
    BOOST_TEST(wait_for_state(ids.front(), "delivered"));
    auto const listed = command({"jobs", "list"});
    BOOST_TEST(has(listed.output, "action redrive  state ended  done 3 of 3"), listed.output);
    BOOST_TEST(has(listed.output, "  by anna  "), listed.output);
    auto const number = listed.output.substr(0, listed.output.find(' '));
    BOOST_TEST(has(command({"jobs", "show", number}).output, "state: ended"));
    BOOST_TEST(command({"jobs", "wait", number}).exit_code == 0);
    BOOST_TEST(command({"jobs", "stop", number}).exit_code == 1); // it has ended
    BOOST_TEST(command({"jobs", "show", "4711"}).exit_code == 1);
    // Without a terminal nothing is drawn.
    auto const piped = command({"dead", "purge", "--all", "--wait"});
    BOOST_TEST(piped.exit_code == 0, piped.errors);
    BOOST_TEST(piped.errors.empty(), piped.errors);
}

BOOST_AUTO_TEST_CASE(a_purge_is_called_one_and_a_held_task_says_what_holds_it) {
    command({"destinations", "pause", "crm"});
    auto const id = accept(R"({"destination":"crm"})");
    auto const listed = screen_of({"tasks", "list"}, {}, 140);
    BOOST_TEST(has(listed, "paused by "), listed);
    BOOST_TEST(!has(listed, "ago"), listed);
    BOOST_TEST(has(command({"tasks", "list"}).output, "  held: paused by "));
    auto const shown = command({"tasks", "show", id}).output;
    BOOST_TEST(has(shown, "held: paused by "), shown);
    BOOST_TEST(!has(shown, "next_attempt_at"), shown);
    auto const purged = command({"destinations", "purge", "crm"});
    BOOST_TEST(purged.output == "purge crm: 1 matched, 1 done, 0 refused\n", purged.output);
}

BOOST_AUTO_TEST_CASE(times_may_be_so_long_ago_or_a_date) {
    auto const id = accept_later();
    BOOST_TEST(has(command({"tasks", "list", "--from", "1h"}).output, id));
    BOOST_TEST(!has(command({"tasks", "list", "--to", "1h"}).output, id));
    BOOST_TEST(has(command({"tasks", "list", "--from", "2020-02-29"}).output, id));
    auto const wrong = command({"tasks", "list", "--from", "yesteryear"});
    BOOST_TEST(wrong.exit_code == 64);
    BOOST_TEST(has(wrong.errors, "--from: \"yesteryear\" is no time"), wrong.errors);
}

BOOST_AUTO_TEST_CASE(misspelt_states_and_destinations_are_told_the_right_ones) {
    auto const state = command({"tasks", "list", "--state", "redy"});
    BOOST_TEST(state.exit_code == 64);
    BOOST_TEST(has(state.errors, "did you mean \"ready\"?"), state.errors);
    auto const name = command({"destinations", "pause", "crn"});
    BOOST_TEST(name.exit_code == 1);
    BOOST_TEST(has(name.errors, "did you mean \"crm\"?"), name.errors);
    auto const filter = command({"dead", "redrive", "--destination", "cmr"});
    BOOST_TEST(filter.exit_code == 0);
    BOOST_TEST(has(filter.errors, "there is no destination \"cmr\"; did you mean \"crm\"?"),
               filter.errors);
    BOOST_TEST(has(command({"tasks", "list", "--destination", "cmr"}).errors, "\"crm\"?"));
}

BOOST_AUTO_TEST_CASE(accounts_agents_links_and_persons_are_listed_shown_and_changed) {
    auto const account = command({"accounts", "show", "163"});
    BOOST_TEST(account.exit_code == 0, account.errors);
    BOOST_TEST(has(account.output, "id: 163\n"), account.output);
    BOOST_TEST(command({"accounts", "show", "164"}).exit_code == 1);
    BOOST_TEST(command({"agents", "add", "--account", "163", "919879964801"}).output ==
               "919879964801  available\n");
    BOOST_TEST(command({"agents", "break", "--account", "163", "919879964801"}).output ==
               "919879964801  on break\n");
    BOOST_TEST(
        has(command({"agents", "list"}).output, "919879964801  account 163  state on break  "));
    BOOST_TEST(has(command({"agents", "show", "--account", "163", "919879964801"}).output,
                   "on_break: true\n"));
    command({"agents", "back", "--account", "163", "919879964801"});
    BOOST_TEST(command({"agents", "remove", "--account", "163", "919879964801"}).output ==
               "919879964801  removed\n");
    auto const made =
        client().post("/v1/webhooks/shortURL", json_bearer(),
                      R"({"custToken":"abcd1234","longUrl":"https://example.com/a?b=c"})");
    BOOST_TEST(made.status == 200, made.body);
    auto const url = json_at(made.body, "/shortUrl");
    auto const code = url.substr(url.rfind('/') + 1);
    BOOST_TEST(command({"links", "list"}).output.starts_with(code + "  account 163  clicks 0  "));
    BOOST_TEST(has(command({"links", "show", "--account", "163", code}).output,
                   "longUrl: https://example.com/a?b=c\n"));
    client().post("/v1/webhooks/updateUserPreferences",
                  {{"Content-Type", "application/json"}, {"Accept", "application/json"}},
                  R"({"accountID":"163","contactNumber":"9879964805","city":"Pune"})");
    BOOST_TEST(
        command({"users", "list"}).output.starts_with("919879964805  account 163  keys 1  "));
    BOOST_TEST(has(command({"users", "show", "--account", "163", "98799 64805"}).output, "Pune"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace terminal_verbs_test
