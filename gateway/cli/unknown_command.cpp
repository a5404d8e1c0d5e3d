#include "gateway/cli/unknown_command.hpp"

#include "gateway/config/suggestion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace sluice::gateway::cli {

std::string unknown_command(CLI::App& program, int argc, char** argv) {
    auto* at = &program;
    std::string words;
    for (int i = 1; i < argc; ++i) {
        std::string const word = argv[i];
        auto const below = at->get_subcommands([](CLI::App*) { return true; });
        if (below.empty() || word.starts_with('-')) return {};
        auto const before = words.empty() ? "" : words + " ";
        words = before + word;
        auto const found =
            std::ranges::find(below, word, [](CLI::App const* each) { return each->get_name(); });
        if (found != below.end()) {
            at = *found;
            continue;
        }
        std::vector<std::string> names;
        for (auto const* each : below)
            names.push_back(each->get_name());
        auto const near = config::nearest(word, names);
        auto const hint = near.empty() ? std::string("see sluice --help-all")
                                       : fmt::format("did you mean \"{}{}\"?", before, near);
        return fmt::format("there is no command \"{}\"; {}", words, hint);
    }
    return {};
}

} // namespace sluice::gateway::cli
