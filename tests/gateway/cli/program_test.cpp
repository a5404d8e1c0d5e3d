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
#include <set>
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
    BOOST_TEST(has(bash, "'') words='serve check "), bash);
    BOOST_TEST(has(bash, "'tasks list'|"));
    BOOST_TEST(has(bash, "'tasks list:--output') COMPREPLY=($(compgen -W 'table wide lines json'"));
    BOOST_TEST(has(zsh_completion(all), "'tasks list:--output') compadd -- table wide lines json"));
    auto const fish = fish_completion(all);
    BOOST_TEST(has(fish, "-a redrive -d 'Give dead tasks new attempts'"), fish);
    BOOST_TEST(has(fish, "-l dry-run"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace program_test
