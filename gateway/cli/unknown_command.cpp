#include "gateway/cli/unknown_command.hpp"

#include "gateway/config/suggestion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace sluice::gateway::cli {

namespace {

std::vector<CLI::App*> commands_below(CLI::App* of) {
    return of->get_subcommands([](CLI::App*) { return true; });
}

// Goes from `at` to the command of this name, or says that there is none.
std::string step_down(CLI::App*& at, std::string& words, std::string const& word) {
    auto const below = commands_below(at);
    auto const before = words.empty() ? "" : words + " ";
    words = before + word;
    auto const found = std::ranges::find_if(
        below, [&word](CLI::App const* each) { return each->check_name(word); }); // or an alias
    if (found != below.end()) {
        at = *found;
        return {};
    }
    std::vector<std::string> names;
    for (auto const* each : below)
        names.push_back(each->get_name());
    auto const near = config::nearest(word, names);
    auto const hint = near.empty() ? fmt::format("they are {}", fmt::join(names, ", "))
                                   : fmt::format("did you mean \"{}{}\"?", before, near);
    return fmt::format("there is no command \"{}\"; {}", words, hint);
}

} // namespace

std::string unknown_command(CLI::App& program, int argc, char** argv) {
    auto* at = &program;
    std::string words;
    for (int i = 1; i < argc; ++i) {
        std::string const word = argv[i];
        if (commands_below(at).empty() || word.starts_with('-')) return {};
        if (auto wrong = step_down(at, words, word); !wrong.empty()) return wrong;
    }
    return {};
}

std::string unknown_words(CLI::App& program, std::vector<std::string> const& words) {
    auto* at = &program;
    std::string path;
    for (auto const& word : words) {
        if (auto wrong = step_down(at, path, word); !wrong.empty()) return wrong;
    }
    return {};
}

std::string unknown_flag(CLI::App& program, int argc, char** argv) {
    auto* at = &program;
    std::string path;
    int i = 1;
    while (i < argc && step_down(at, path, argv[i]).empty())
        ++i;
    std::vector<std::string> flags;
    for (auto const* option : at->get_options([](CLI::Option const*) { return true; })) {
        for (auto const& name : option->get_lnames())
            flags.push_back("--" + name);
    }
    for (; i < argc; ++i) {
        std::string const word = argv[i];
        auto const flag = word.substr(0, word.find('='));
        if (!flag.starts_with("--") || std::ranges::find(flags, flag) != flags.end()) continue;
        auto const near = config::nearest(flag, flags);
        if (!near.empty())
            return fmt::format("there is no flag {} here; did you mean {}?", flag, near);
    }
    return {};
}

} // namespace sluice::gateway::cli
