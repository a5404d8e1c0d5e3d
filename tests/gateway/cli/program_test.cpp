// The command line as it is declared: its examples, its manual page, its completions.
#include "gateway/cli/declared.hpp"
#include "gateway/cli/examples.hpp"
#include "gateway/cli/program.hpp"
#include "gateway/config/overrides.hpp"
#include "gateway/config/reference.hpp"
#include "gateway/telemetry/exit_code.hpp"

#include <CLI/CLI.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace program_test {

using namespace sluice::gateway;
using namespace sluice::gateway::cli;

namespace {

bool has(std::string const& text, std::string_view part) {
    return text.find(part) != text.npos;
}

struct declared_program : program {
    std::vector<declared_command> all = declared_commands(declared());

    declared_program() { BOOST_REQUIRE(all.size() > 45U); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(program_, declared_program)

BOOST_AUTO_TEST_CASE(every_command_has_an_example_and_every_example_can_be_parsed) {
    std::set<std::string_view> shown;
    for (auto const& each : examples()) {
        auto const typed = std::string(each.line.substr(0, each.line.find(" > ")));
        BOOST_TEST(each.line.starts_with(each.command), each.line);
        BOOST_CHECK_NO_THROW(declared().parse(typed));
        shown.insert(each.command);
    }
    for (auto const& each : all) {
        if (!each.below.empty()) continue;
        BOOST_TEST(shown.contains(each.path), each.path << " has no example");
        BOOST_TEST(has(each.footer, "Examples:\n  sluice " + each.path), each.path);
    }
}

BOOST_AUTO_TEST_CASE(every_flag_says_what_it_does) {
    for (auto const& command : all) {
        BOOST_TEST(!command.description.empty(), command.path);
        for (auto const& flag : command.flags)
            BOOST_TEST(!flag.description.empty(), command.path << ' ' << flag.names.front());
    }
}

BOOST_AUTO_TEST_CASE(what_takes_something_away_can_be_tried_and_needs_no_question) {
    std::set<std::string> const jobs{"tasks cancel", "tasks replay", "dead redrive", "dead purge",
                                     "destinations purge"};
    auto destructive = jobs;
    destructive.insert({"destinations pause", "destinations resume", "jobs stop", "agents remove",
                        "store migrate"});
    for (auto const& command : all) {
        std::set<std::string> flags;
        for (auto const& flag : command.flags)
            flags.insert(flag.names.begin(), flag.names.end());
        bool const is_destructive = destructive.erase(command.path) == 1;
        BOOST_TEST(flags.contains("--yes") == is_destructive, command.path);
        BOOST_TEST(flags.contains("--dry-run") == is_destructive, command.path);
        BOOST_TEST(flags.contains("--wait") == jobs.contains(command.path), command.path);
    }
    BOOST_TEST(destructive.empty());
}

BOOST_AUTO_TEST_CASE(the_help_names_every_variable_and_every_exit_code) {
    auto const help = declared().help();
    for (auto const name : config::environment_names())
        BOOST_TEST(has(help, name), name);
    for (auto const& [code, meaning] : exit_meanings)
        BOOST_TEST(has(help, std::to_string(code)), meaning);
}

BOOST_AUTO_TEST_CASE(the_manual_has_every_command_and_flag) {
    auto const page = program_manual(all, "1.2.3");
    BOOST_TEST(page.starts_with(".TH SLUICE 1 \"\" \"Sluice 1.2.3\""));
    for (auto const& each : all) {
        if (each.below.empty()) BOOST_TEST(has(page, ".SS \\fBsluice " + each.path), each.path);
    }
    BOOST_TEST(has(page, "\\fB\\-\\-dry\\-run\\fR"));
    BOOST_TEST(has(page, "sluice dead redrive \\-\\-destination crm \\-\\-rate 50 \\-\\-wait"));
    BOOST_TEST(has(page, "\\fBSLUICE_ADMIN_TOKEN\\fR"));
    BOOST_TEST(has(page, ".SH EXIT STATUS"));
}

BOOST_AUTO_TEST_CASE(text_for_roff_is_no_request_and_no_escape) {
    std::vector<config::reference_row> const keys{
        {"limits", "x-y", "size", "1B to 2B", "\"1B\"", ".a `code` \\d…", true}};
    auto const page = configuration_manual(keys, "1");
    BOOST_TEST(has(page, ".SS [limits]\n.TP\n\\fBx\\-y\\fR (size: 1B to 2B)\n"
                         "\\&.a code \\ed\\[u2026]\nDefault: \"1B\". Needs a restart.\n"),
               page);
    auto const whole = configuration_manual(config::configuration_reference(), "1");
    BOOST_TEST(has(whole, "\\fBjournal_bytes\\fR (size"), whole);
}

BOOST_AUTO_TEST_CASE(completions_know_commands_flags_and_the_words_of_flags) {
    auto const bash = bash_completion(all);
    BOOST_TEST(has(bash, "'') next='serve check "), bash);
    BOOST_TEST(has(bash, "'tasks list'|"));
    BOOST_TEST(has(bash, "'tasks list:--output') COMPREPLY=($(compgen -W 'table wide lines json'"));
    BOOST_TEST(has(zsh_completion(all), "'tasks list:--output') compadd -- table wide lines json"));
    auto const fish = fish_completion(all);
    BOOST_TEST(has(fish, "-a redrive -d 'Give dead tasks new attempts'"), fish);
    BOOST_TEST(has(fish, "-l dry-run"));
    // What is known by a running gateway alone is asked of it.
    BOOST_TEST(has(bash, "'destinations pause') next='"), bash);
    for (auto const* asked :
         {"'tasks list:--destination') COMPREPLY=($(compgen -W \"$(_sluice_names \"$me\" "
          "destinations)\"",
          "noun=destinations ;;", "noun=accounts ;;", "noun=jobs ;;"})
        BOOST_TEST(has(bash, asked), asked << " is not in " << bash);
    BOOST_TEST(has(zsh_completion(all), "(_sluice_names $me destinations)"));
    BOOST_TEST(has(fish, "-l destination -r -f -a '(__sluice_names destinations)'"), fish);
}

BOOST_AUTO_TEST_CASE(completions_have_every_command_and_every_flag) {
    auto const bash = bash_completion(all);
    auto const fish = fish_completion(all);
    for (auto const& command : all) {
        auto const begin = bash.find("        '" + command.path + "') next='");
        BOOST_REQUIRE_MESSAGE(begin != bash.npos, command.path);
        auto const line = bash.substr(begin, bash.find('\n', begin + 1) - begin) + ' ';
        std::string const words = line.substr(line.find("next='") + 6);
        std::istringstream stream(words.substr(0, words.find('\'')));
        std::set<std::string> const next{std::istream_iterator<std::string>(stream), {}};
        auto const offers = [&next](std::string const& word) { return next.contains(word); };
        for (auto const& word : command.below)
            BOOST_TEST(offers(word), word << " is not in " << line);
        for (auto const& flag : command.flags) {
            if (flag.is_positional) continue;
            for (auto const& name : flag.names)
                BOOST_TEST(offers(name), name << " is not in " << line);
            BOOST_TEST(has(fish, flag.names.back().substr(2)), flag.names.back());
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace program_test
