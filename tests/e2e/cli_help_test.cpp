// What the program tells of itself: help, manual pages, completions; and what it shows without
// being asked to change anything: the configuration in force, a live view, warnings.
#include "tests/e2e/operator_fixture.hpp"
#include "tests/support/pseudo_terminal.hpp"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace cli_help_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

bool has(std::string const& text, std::string_view part) {
    return text.find(part) != text.npos;
}

finished_process run_in_bash(std::string const& script) {
    process_options options;
    options.arguments = {"/bin/bash", "-c", script};
    return run_process(options);
}

// What the shell would offer behind these words.
std::string completed(std::string const& words, std::string const& before = {}) {
    auto const asked = run_in_bash(before + "\nsource <(" + program_path() +
                                   " completion bash)\n"
                                   "COMP_WORDS=(" +
                                   words +
                                   ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
                                   "_sluice\necho \"${COMPREPLY[@]}\"\n");
    BOOST_TEST(asked.exit_code == 0, asked.errors);
    return asked.output;
}

} // namespace

BOOST_AUTO_TEST_SUITE(cli_help)

BOOST_AUTO_TEST_CASE(help_of_a_command_shows_its_flags_and_examples) {
    auto const help = run_sluice({"help", "tasks", "cancel"});
    BOOST_TEST(help.exit_code == 0);
    BOOST_TEST(has(help.output, "--dry-run"), help.output);
    BOOST_TEST(has(help.output, "Examples:\n  sluice tasks cancel "), help.output);
    BOOST_TEST(run_sluice({"tasks", "cancel", "--help"}).output == help.output);
    auto const all = run_sluice({"help"});
    BOOST_TEST(has(all.output, "SLUICE_ADMIN_TOKEN_FILE"), all.output);
    BOOST_TEST(has(all.output, "Exit codes:\n  0"), all.output);
    BOOST_TEST(!has(run_sluice({"help", "tasks"}).output, "Exit codes:"));
    auto const wrong = run_sluice({"help", "tasks", "cancle"});
    BOOST_TEST(wrong.exit_code == 64);
    BOOST_TEST(has(wrong.errors, "did you mean \"tasks cancel\"?"), wrong.errors);
}

BOOST_AUTO_TEST_CASE(manual_pages_are_pages_for_man) {
    temporary_directory directory;
    for (auto const& [file, words] : std::vector<std::pair<std::string, std::string>>{
             {"sluice.1", "--man"}, {"sluice.toml.5", "--man sluice.toml"}}) {
        auto const path = (directory / file).string();
        auto const made = run_in_bash(program_path() + " help " + words + " > " + path);
        BOOST_TEST(made.exit_code == 0, made.errors);
        auto const page = read_whole(path);
        BOOST_TEST(page.starts_with(".TH SLUICE"), page.substr(0, 80));
        if (!std::filesystem::exists("/usr/bin/groff")) continue;
        auto const shown = run_in_bash("groff -man -Tutf8 -ww -z " + path);
        BOOST_TEST(shown.exit_code == 0);
        BOOST_TEST(shown.errors.empty(), shown.errors);
    }
    BOOST_TEST(has(read_whole(directory / "sluice.toml.5"), "journal_bytes"));
    BOOST_TEST(run_sluice({"help", "--man", "tasks"}).exit_code == 64);
}

BOOST_AUTO_TEST_CASE(the_shell_completes_commands_flags_and_words) {
    BOOST_TEST(completed("sluice dest") == "destinations\n");
    BOOST_TEST(completed("sluice tasks can") == "cancel\n");
    BOOST_TEST(completed("sluice tasks cancel --dry") == "--dry-run\n");
    BOOST_TEST(completed("sluice tasks list --output w") == "wide\n");
    BOOST_TEST(completed("sluice tasks list --state ready --lim") == "--limit\n");
    BOOST_TEST(completed("sluice tasks list --state retr") == "retry_wait\n");
    BOOST_TEST(completed("sluice serve --durability m") == "memory\n");
    BOOST_TEST(completed("sluice help tasks exp") == "explain\n");
    BOOST_TEST(completed("sluice help dest") == "destinations\n");
    BOOST_TEST(completed("sluice tasks list --reason ''") == "\n");
    BOOST_TEST(run_sluice({"completion", "tcsh"}).exit_code == 64);
    for (auto const& [shell, check] : std::vector<std::pair<std::string, std::string>>{
             {"zsh", "/usr/bin/zsh -n"}, {"fish", "/usr/bin/fish --no-execute"}}) {
        if (!std::filesystem::exists("/usr/bin/" + shell)) continue;
        auto const read =
            run_in_bash(check + " <(" + program_path() + " completion " + shell + ")");
        BOOST_TEST(read.exit_code == 0, shell << ": " << read.errors);
    }
}

BOOST_AUTO_TEST_CASE(the_configuration_in_force_is_printed_without_secrets) {
    temporary_directory directory;
    auto const file = (directory / "sluice.toml").string();
    write_whole(file, "listen = \"127.0.0.1:1\"\nadmin_token = \"my-token\"\n"
                      "[[account]]\nid = \"163\"\nsecrets = [\"" +
                          std::string(security_id) + "\"]\n[limits]\nbody = \"1KiB\"\n");
    auto const printed = run_sluice({"serve", "--config", file, "--print-config", "--threads", "3"},
                                    {{"SLUICE_LISTEN", "127.0.0.1:2"}});
    BOOST_TEST(printed.exit_code == 0, printed.errors);
    BOOST_TEST(!has(printed.output, "my-token"));
    BOOST_TEST(!has(printed.output, security_id));
    BOOST_TEST(has(printed.output, "listen = [ \"127.0.0.1:2\" ]"), printed.output);
    BOOST_TEST(has(printed.output, "threads = 3"));
    BOOST_TEST(has(printed.output, "body = \"1KiB\""));
    BOOST_TEST(has(printed.output, "queue_tasks = 10000000"));
    write_whole(file, printed.output);
    auto const checked = run_sluice({"check", file});
    BOOST_TEST(checked.exit_code == 78);
    BOOST_TEST(has(checked.output, "stands for a secret that was left out"), checked.output);
    BOOST_TEST(!has(checked.output, "unknown"), checked.output);
}

// What is read again may say something else by then: a pipe says nothing the second time.
BOOST_AUTO_TEST_CASE(a_configuration_is_read_once) {
    temporary_directory directory;
    auto const file = (directory / "sluice.toml").string();
    write_whole(file, "admin_token = \"change-me\"\n[[account]]\nid = \"163\"\n"
                      "allow_from = [\"127.0.0.0/8\"]\n[[destination]]\nname = \"crm\"\n"
                      "url = \"https://crm.example.com/\"\n");
    auto const piped = "cat " + file + " | " + program_path();
    auto const printed = run_in_bash(piped + " serve --config /dev/stdin --print-config");
    BOOST_TEST(printed.exit_code == 0, printed.errors);
    BOOST_TEST(has(printed.output, "https://crm.example.com/"), printed.output);
    auto const checked = run_in_bash(piped + " check /dev/stdin");
    BOOST_TEST(checked.exit_code == 0, checked.output);
    BOOST_TEST(has(checked.output, "is a placeholder"), checked.output);
}

BOOST_AUTO_TEST_CASE(check_warns_of_what_is_allowed_and_unwise) {
    auto const example =
        run_sluice({"check", SLUICE_EXAMPLE_CONFIGURATION}, {{"SLUICE_LISTNE", "x"}});
    BOOST_TEST(example.exit_code == 0, example.output);
    BOOST_TEST(has(example.output, "is a placeholder"), example.output);
    BOOST_TEST(has(example.output, "everybody knows this secret"), example.output);
    BOOST_TEST(has(example.output, "SLUICE_LISTNE: warning: is no variable of Sluice's; did you "
                                   "mean SLUICE_LISTEN?"),
               example.output);
    temporary_directory directory;
    auto const file = (directory / "broken.toml").string();
    write_whole(file, "threads = \ndata = nowhere\n[limits\nbody = 1\n");
    auto const broken = run_sluice({"check", file});
    BOOST_TEST(broken.exit_code == 78);
    for (auto const* line : {":1:", ":2:", ":3:"})
        BOOST_TEST(has(broken.output, "broken.toml" + std::string(line)), broken.output);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(cli_top, operator_fixture)

BOOST_AUTO_TEST_CASE(in_a_pipe_it_looks_once_and_ends) {
    accept_later();
    auto const once = command({"top", "--interval", "100ms"});
    BOOST_TEST(once.exit_code == 0, once.errors);
    BOOST_TEST(has(once.output, "  ready\naccepted 0.0/s"), once.output);
    BOOST_TEST(has(once.output, "scheduled 1  "), once.output);
    BOOST_TEST(has(once.output, "\nNAME "), once.output);
    BOOST_TEST(!has(once.output, "\x1b["), once.output);
    BOOST_TEST(command({"top", "--interval", "1ms"}).exit_code == 64);
}

BOOST_AUTO_TEST_CASE(the_shell_completes_what_the_gateway_knows) {
    auto const url = "http://127.0.0.1:" + std::to_string(ports().admin_listener);
    auto const there = "export SLUICE_ADMIN=" + url + " SLUICE_ADMIN_TOKEN=" + admin_token +
                       "\nsluice() { " + program_path() + " \"$@\"; }\n";
    BOOST_TEST(completed("sluice destinations pause cr", there) == "crm\n");
    BOOST_TEST(completed("sluice tasks list --destination ce", there) == "central\n");
    BOOST_TEST(completed("sluice agents list --account ''", there) == "163\n");
    BOOST_TEST(completed("sluice destinations pause --dr", there) == "--dry-run\n");
    auto const away = "sluice() { " + program_path() + " \"$@\"; }\n";
    BOOST_TEST(completed("sluice destinations pause cr",
                         "export SLUICE_ADMIN=http://127.0.0.1:1\n" + away) == "\n");
}

BOOST_AUTO_TEST_CASE(on_a_terminal_it_is_drawn_anew_until_q_and_gives_the_screen_back) {
    auto const url = "http://127.0.0.1:" + std::to_string(ports().admin_listener);
    process_options options;
    options.arguments = {program_path(), "top", "--interval", "100ms", "--admin", url};
    options.environment = {{"SLUICE_ADMIN_TOKEN", admin_token}, {"TERM", "xterm"}};
    pseudo_terminal screen(options);
    BOOST_TEST(screen.shows("accepted -/s"), screen.text());
    accept_delivered();
    BOOST_TEST(screen.shows("delivered 0.0/s"), screen.text());
    BOOST_TEST(screen.shows("\x1b[32mflowing\x1b[0m"), screen.text());
    screen.type("q");
    BOOST_TEST(screen.wait() == 0, screen.text());
    BOOST_TEST(screen.text().starts_with("\x1b[?1049h"));
    BOOST_TEST(has(screen.text(), "\x1b[?1049l"), screen.text());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cli_help_test
