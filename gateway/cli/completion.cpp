#include "gateway/cli/declared.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace sluice::gateway::cli {

namespace {

std::string joined(std::vector<std::string> const& words) {
    return fmt::format("{}", fmt::join(words, " "));
}

// Every word that may come next.
std::string next_words(declared_command const& of) {
    auto words = of.below;
    for (auto const& flag : of.flags) {
        if (flag.is_positional) {
            words.insert(words.end(), flag.words.begin(), flag.words.end());
            continue;
        }
        words.insert(words.end(), flag.names.begin(), flag.names.end());
    }
    return joined(words);
}

// The words of a script in single quotes.
std::string in_quotes(std::string_view text) {
    std::string out = "'";
    for (auto const c : text) {
        if (c == '\'')
            out += "'\\''";
        else
            out += c;
    }
    return out + "'";
}

// "tasks list:--output|tasks list:-o) words=…": what stands behind a flag.
template <class Write>
void for_each_choice(std::span<declared_command const> all, Write write) {
    for (auto const& one : all) {
        for (auto const& flag : one.flags) {
            if (flag.is_positional || flag.words.empty()) continue;
            std::vector<std::string> labels;
            for (auto const& name : flag.names)
                labels.push_back(in_quotes(one.path + ":" + name));
            write(fmt::format("{}", fmt::join(labels, "|")), joined(flag.words));
        }
    }
}

// bash and zsh find the command the same way: word by word, as long as the words name one.
std::string case_of_paths(std::span<declared_command const> all) {
    std::vector<std::string> paths;
    for (auto const& one : all) {
        if (!one.path.empty()) paths.push_back(in_quotes(one.path));
    }
    return fmt::format("{}", fmt::join(paths, "|"));
}

std::string case_of_words(std::span<declared_command const> all, std::string_view set) {
    std::string text;
    for (auto const& one : all)
        text += fmt::format("        {}) {} ;;\n", in_quotes(one.path),
                            fmt::format(fmt::runtime(set), in_quotes(next_words(one))));
    return text;
}

std::string fish_condition(declared_command const& of) {
    return fmt::format("test \"$(__sluice_path)\" = {}", in_quotes(of.path));
}

} // namespace

std::string bash_completion(std::span<declared_command const> all) {
    std::string text = "# bash completion for sluice; made by: sluice completion bash\n"
                       "_sluice() {\n"
                       "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
                       "    local path= words= word try\n"
                       "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
                       "        try=\"${path:+$path }$word\"\n"
                       "        case \"$try\" in\n";
    text += fmt::format("        {}) path=$try ;;\n", case_of_paths(all));
    text += "        esac\n"
            "    done\n"
            "    case \"$path:$prev\" in\n";
    for_each_choice(all, [&](std::string const& labels, std::string const& words) {
        text += fmt::format("        {}) COMPREPLY=($(compgen -W {} -- \"$cur\")); return ;;\n",
                            labels, in_quotes(words));
    });
    text += "    esac\n"
            "    case \"$path\" in\n";
    text += case_of_words(all, "words={}");
    text += "    esac\n"
            "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
            "}\n"
            "complete -o default -F _sluice sluice\n";
    return text;
}

std::string zsh_completion(std::span<declared_command const> all) {
    std::string text = "#compdef sluice\n"
                       "# zsh completion for sluice; made by: sluice completion zsh\n"
                       "_sluice() {\n"
                       "    local prev=${words[CURRENT-1]} at= try word next\n"
                       "    for word in ${words[2,CURRENT-1]}; do\n"
                       "        try=\"${at:+$at }$word\"\n"
                       "        case \"$try\" in\n";
    text += fmt::format("        {}) at=$try ;;\n", case_of_paths(all));
    text += "        esac\n"
            "    done\n"
            "    case \"$at:$prev\" in\n";
    for_each_choice(all, [&](std::string const& labels, std::string const& words) {
        text += fmt::format("        {}) compadd -- {}; return ;;\n", labels, words);
    });
    text += "    esac\n"
            "    case \"$at\" in\n";
    text += case_of_words(all, "next={}");
    text +=
        "    esac\n"
        "    compadd -- ${=next}\n"
        "    [[ $PREFIX == -* ]] || _files\n"
        "}\n"
        "if [[ ${funcstack[1]} == _sluice ]]; then _sluice \"$@\"; else compdef _sluice sluice; "
        "fi\n";
    return text;
}

std::string fish_completion(std::span<declared_command const> all) {
    std::string text = "# fish completion for sluice; made by: sluice completion fish\n"
                       "function __sluice_path\n"
                       "    set -l path ''\n"
                       "    for word in (commandline -opc)[2..-1]\n"
                       "        set -l try (string trim -- \"$path $word\")\n"
                       "        switch $try\n";
    std::vector<std::string> paths;
    for (auto const& one : all) {
        if (!one.path.empty()) paths.push_back(in_quotes(one.path));
    }
    text += fmt::format("            case {}\n", fmt::join(paths, " "));
    text += "                set path $try\n"
            "        end\n"
            "    end\n"
            "    echo $path\n"
            "end\n";
    for (auto const& one : all) {
        auto const when = in_quotes(fish_condition(one));
        for (auto const& word : one.below) {
            auto const path = one.path.empty() ? word : one.path + ' ' + word;
            auto const found = std::ranges::find(all, path, &declared_command::path);
            text += fmt::format("complete -c sluice -n {} -a {} -d {}\n", when, word,
                                in_quotes(found->description));
        }
        for (auto const& flag : one.flags) {
            if (flag.is_positional) continue;
            text += fmt::format("complete -c sluice -n {}", when);
            for (auto const& name : flag.names)
                text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
            if (!flag.value.empty()) text += " -r";
            if (!flag.words.empty()) text += " -f -a " + in_quotes(joined(flag.words));
            text += fmt::format(" -d {}\n", in_quotes(flag.description));
        }
    }
    return text;
}

} // namespace sluice::gateway::cli
