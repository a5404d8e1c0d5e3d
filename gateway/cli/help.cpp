// sluice help, sluice completion: what is declared, as help, manual page and completion.
#include "gateway/cli/commands.hpp"
#include "gateway/cli/declared.hpp"
#include "gateway/cli/unknown_command.hpp"
#include "gateway/cli/version.hpp"
#include "gateway/config/reference.hpp"
#include "gateway/telemetry/exit_code.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace sluice::gateway::cli {

namespace {

struct help_flags {
    std::vector<std::string> words;
    bool is_manual = false;
};

int print_manual(CLI::App& program, std::vector<std::string> const& words) {
    bool const is_configuration = words.size() == 1 && words.front() == "sluice.toml";
    if (!words.empty() && !is_configuration) {
        std::cerr << "sluice: --man prints sluice(1), or sluice.toml(5) where \"sluice.toml\" is "
                     "named\n";
        return exit_usage;
    }
    auto const version = build().version;
    std::cout << (is_configuration
                      ? configuration_manual(config::configuration_reference(), version)
                      : program_manual(declared_commands(program), version));
    return exit_ok;
}

int print_help(CLI::App& program, std::vector<std::string> const& words) {
    auto* of = &program;
    if (auto const unknown = unknown_words(program, words); !unknown.empty()) {
        std::cerr << "sluice: " << unknown << '\n';
        return exit_usage;
    }
    auto path = program.get_name();
    for (auto const& word : words) {
        of = of->get_subcommand(word);
        path += ' ' + word;
    }
    // App::help would print the help of "help", which was parsed.
    std::cout << of->get_formatter()->make_help(of, path, CLI::AppFormatMode::Normal);
    return exit_ok;
}

} // namespace

command add_help(CLI::App& program) {
    auto const flags = std::make_shared<help_flags>();
    auto* const help = program.add_subcommand("help", "Say what a command does");
    help->add_option("COMMAND", flags->words, "The command, word by word");
    help->add_flag("--man", flags->is_manual,
                   "As a manual page, in roff: sluice(1); with the word sluice.toml that of the "
                   "configuration");
    return [flags, &program] {
        return flags->is_manual ? print_manual(program, flags->words)
                                : print_help(program, flags->words);
    };
}

command add_completion(CLI::App& program) {
    auto const shell = std::make_shared<std::string>();
    auto* const completion =
        program.add_subcommand("completion", "Print a script that completes command lines");
    completion->add_option("SHELL", *shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    return [shell, &program] {
        auto const all = declared_commands(program);
        std::cout << (*shell == "bash"  ? bash_completion(all)
                      : *shell == "zsh" ? zsh_completion(all)
                                        : fish_completion(all));
        return static_cast<int>(exit_ok);
    };
}

} // namespace sluice::gateway::cli
