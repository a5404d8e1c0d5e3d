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
#include <cctype>
#include <filesystem>
#include <fstream>
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

    declared_command const* find(std::string const& path) const {
        auto const found = std::ranges::find(all, path, &declared_command::path);
        return found == all.end() ? nullptr : &*found;
    }
    // What is wrong with a command as a page says it: "sluice tasks show ID"; "list|wait" is each.
    std::string problem_of(std::string const& said) const {
        std::istringstream words(said.substr(said.find(' ') + 1));
        auto const* at = &all.front();
        for (std::string word; words >> word;) {
            if (word.starts_with("--")) {
                auto const is_it = [&word](declared_flag const& flag) {
                    return std::ranges::find(flag.names, word) != flag.names.end();
                };
                if (!std::ranges::any_of(at->flags, is_it)) return "has no flag " + word;
                continue;
            }
            if (at->below.empty() || std::isupper(static_cast<unsigned char>(word[0]))) continue;
            auto const path = at->path.empty() ? std::string() : at->path + ' ';
            std::istringstream each(word);
            for (std::string one; std::getline(each, one, '|');) {
                auto const* below = find(path + one);
                if (!below) return "there is no command " + path + one;
                if (word == one) at = below;
            }
            if (word.find('|') != word.npos) break;
        }
        return {};
    }
};

// Commands of a page that stand in a line: `sluice status`.
std::vector<std::string> commands_in(std::filesystem::path const& page) {
    std::ifstream file(page);
    std::string const text{std::istreambuf_iterator<char>(file), {}};
    std::vector<std::string> found;
    for (auto at = text.find("`sluice "); at != text.npos; at = text.find("`sluice ", at + 1))
        found.push_back(text.substr(at + 1, text.find('`', at + 1) - at - 1));
    return found;
}

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

// Those in blocks are run (tests/e2e/run_pages.sh).
BOOST_AUTO_TEST_CASE(every_command_that_a_page_names_is_one) {
    BOOST_TEST(problem_of("sluice tasks lst") == "there is no command tasks lst");
    BOOST_TEST(problem_of("sluice jobs list|wate") == "there is no command jobs wate");
    BOOST_TEST(problem_of("sluice tasks show ID --no") == "has no flag --no");
    std::size_t count = 0;
    std::filesystem::path const root(SLUICE_SOURCE_DIRECTORY);
    std::vector<std::filesystem::path> pages{root / "README.md"};
    for (auto const& each : std::filesystem::directory_iterator(root / "docs")) {
        if (each.path().extension() == ".md") pages.push_back(each.path());
    }
    for (auto const& page : pages) {
        for (auto const& said : commands_in(page)) {
            BOOST_TEST(problem_of(said) == "", page.filename() << ": " << said);
            ++count;
        }
    }
    BOOST_TEST(count > 30U);
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
    BOOST_TEST(has(fish, "-l destination -r -a '(__sluice_names destinations)'"), fish);
    // Files where a value may be one, words where it is one of them.
    BOOST_TEST(has(fish, "complete -c sluice -f\n"));
    BOOST_TEST(has(zsh_completion(all), "--help-all' files=1 ;;"));
    BOOST_TEST(!has(bash, "files="));
    BOOST_TEST(has(fish, "-l token-file -r -F -d "), fish);
    BOOST_TEST(has(bash, "'tasks list:--state') COMPREPLY=($(compgen -W 'scheduled ready "));
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
