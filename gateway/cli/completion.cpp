#include "gateway/cli/declared.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace sluice::gateway::cli {

namespace {

using commands = std::span<declared_command const>;

// The noun whose `list` tells which values of a type there are.
struct asked_type {
    std::string_view type, noun;
};
constexpr std::array asked_types{asked_type{destination_type, "destinations"},
                                 asked_type{account_type, "accounts"},
                                 asked_type{job_type, "jobs"}};

// Empty where nobody can be asked.
std::string_view noun_of(declared_flag const& flag) {
    auto const found = std::ranges::find(asked_types, flag.value, &asked_type::type);
    return found == asked_types.end() ? std::string_view() : found->noun;
}

// Of what stands behind a command by itself.
std::string_view noun_of(declared_command const& of) {
    for (auto const& flag : of.flags) {
        if (flag.is_positional && !noun_of(flag).empty()) return noun_of(flag);
    }
    return {};
}

// What a list prints first, where it is a name as the configuration allows it: what the shell will
// expand must not come from elsewhere.
constexpr std::string_view only_names = "sed -n 's/^\\([[:alnum:]._:@-]*\\) .*/\\1/p'";

// For bash and zsh: what there is of a noun.
std::string names_function() {
    return fmt::format("_sluice_names() {{\n"
                       "    \"$1\" \"$2\" list --output lines 2>/dev/null </dev/null |\n"
                       "        {}\n"
                       "}}\n",
                       only_names);
}

std::string joined(std::vector<std::string> const& words) {
    return fmt::format("{}", fmt::join(words, " "));
}

// Every word that may come next. "help" takes the words of a command.
std::string next_words(commands all, declared_command const& of) {
    auto words = of.below;
    for (auto const& flag : of.flags) {
        auto const& more = flag.is_positional ? flag.words : flag.names;
        words.insert(words.end(), more.begin(), more.end());
    }
    if (of.path == "help") words.insert(words.end(), all[0].below.begin(), all[0].below.end());
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

// "'tasks list:--output'|'tasks list:-o'": a flag behind which a value stands.
std::string labels_of(declared_command const& one, declared_flag const& flag) {
    std::vector<std::string> labels;
    for (auto const& name : flag.names)
        labels.push_back(in_quotes(one.path + ":" + name));
    return fmt::format("{}", fmt::join(labels, "|"));
}

// What the shell does behind each flag that takes a value: `words` for one of the words, `names`
// for what a noun lists, `anything` else. "{}" is what there is to choose from.
struct choice_forms {
    std::string_view words, names, anything;
};
std::string case_of_values(commands all, choice_forms const& forms) {
    std::string text;
    for (auto const& one : all) {
        for (auto const& flag : one.flags) {
            if (flag.is_positional || flag.value.empty()) continue;
            auto const noun = noun_of(flag);
            auto const form = !flag.words.empty() ? forms.words
                              : noun.empty()      ? forms.anything
                                                  : forms.names;
            auto const chosen = flag.words.empty() ? std::string(noun) : joined(flag.words);
            text += fmt::format("        {}) {} ;;\n", labels_of(one, flag),
                                fmt::format(fmt::runtime(form), chosen));
        }
    }
    return text;
}

// bash and zsh find the command the same way: word by word, as long as the words name one.
std::string case_of_paths(commands all) {
    std::vector<std::string> paths;
    for (auto const& one : all) {
        if (!one.path.empty()) paths.push_back(in_quotes(one.path));
    }
    return fmt::format("{}", fmt::join(paths, "|"));
}

// Whether a file may stand behind a command by itself.
bool takes_files(declared_command const& of) {
    return std::ranges::any_of(of.flags, [](declared_flag const& flag) {
        return flag.is_positional && flag.words.empty() && noun_of(flag).empty();
    });
}

// Sets `next`, and `noun` where there is somebody to ask. `files`: what is said of a command that
// takes some.
std::string case_of_words(commands all, std::string_view files) {
    std::string text;
    for (auto const& one : all) {
        text += fmt::format("        {}) next={}", in_quotes(one.path),
                            in_quotes(next_words(all, one)));
        if (auto const noun = noun_of(one); !noun.empty()) text += fmt::format(" noun={}", noun);
        if (takes_files(one)) text += files;
        text += " ;;\n";
    }
    return text;
}

std::string fish_condition(declared_command const& of) {
    return fmt::format("test \"$(__sluice_path)\" = {}", in_quotes(of.path));
}

// Files are offered where a value may be anything, and nowhere else.
std::string fish_choice(declared_flag const& flag) {
    if (flag.value.empty()) return {};
    if (!flag.words.empty()) return " -a " + in_quotes(joined(flag.words));
    auto const noun = noun_of(flag);
    return noun.empty() ? " -F" : fmt::format(" -a '(__sluice_names {})'", noun);
}

std::string fish_flag(declared_flag const& flag, std::string_view when) {
    auto text = fmt::format("complete -c sluice -n {}", when);
    for (auto const& name : flag.names)
        text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    if (!flag.value.empty()) text += " -r";
    return text + fish_choice(flag) + fmt::format(" -d {}\n", in_quotes(flag.description));
}

std::string fish_command(std::string_view when, std::string_view word, declared_command const& of) {
    return fmt::format("complete -c sluice -n {} -a {} -d {}\n", when, word,
                       in_quotes(of.description));
}

} // namespace

std::string bash_completion(commands all) {
    auto text =
        "# bash completion for sluice; made by: sluice completion bash\n" + names_function();
    text += "_sluice() {\n"
            "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
            "    local path= next= noun= word try me=${COMP_WORDS[0]}\n"
            "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
            "        [[ $path == help ]] && path=\n"
            "        try=\"${path:+$path }$word\"\n"
            "        case \"$try\" in\n";
    text += fmt::format("        {}) path=$try ;;\n", case_of_paths(all));
    text += "        esac\n"
            "    done\n"
            "    case \"$path:$prev\" in\n";
    text += case_of_values(
        all, {"COMPREPLY=($(compgen -W '{}' -- \"$cur\")); return",
              "COMPREPLY=($(compgen -W \"$(_sluice_names \"$me\" {})\" -- \"$cur\")); return",
              "return"});
    text += "    esac\n"
            "    case \"$path\" in\n";
    text += case_of_words(all, {});
    text += "    esac\n"
            "    [[ $noun && $cur != -* ]] && next+=\" $(_sluice_names \"$me\" $noun)\"\n"
            "    COMPREPLY=($(compgen -W \"$next\" -- \"$cur\"))\n"
            "}\n"
            "complete -o default -F _sluice sluice\n";
    return text;
}

std::string zsh_completion(commands all) {
    auto text = "#compdef sluice\n"
                "# zsh completion for sluice; made by: sluice completion zsh\n" +
                names_function();
    text += "_sluice() {\n"
            "    local prev=${words[CURRENT-1]} at= try word next noun= files= me=${words[1]}\n"
            "    for word in ${words[2,CURRENT-1]}; do\n"
            "        [[ $at == help ]] && at=\n"
            "        try=\"${at:+$at }$word\"\n"
            "        case \"$try\" in\n";
    text += fmt::format("        {}) at=$try ;;\n", case_of_paths(all));
    text += "        esac\n"
            "    done\n"
            "    case \"$at:$prev\" in\n";
    text += case_of_values(all, {"compadd -- {}; return",
                                 "compadd -- ${{(f)\"$(_sluice_names $me {})\"}}; return",
                                 "_files; return"});
    text += "    esac\n"
            "    case \"$at\" in\n";
    text += case_of_words(all, " files=1");
    text +=
        "    esac\n"
        "    compadd -- ${=next}\n"
        "    [[ $PREFIX == -* ]] && return\n"
        "    [[ -n $noun ]] && compadd -- ${(f)\"$(_sluice_names $me $noun)\"}\n"
        "    [[ -n $files ]] && _files\n"
        "    return 0\n"
        "}\n"
        "if [[ ${funcstack[1]} == _sluice ]]; then _sluice \"$@\"; else compdef _sluice sluice; "
        "fi\n";
    return text;
}

std::string fish_completion(commands all) {
    auto text = fmt::format("# fish completion for sluice; made by: sluice completion fish\n"
                            "function __sluice_names\n"
                            "    sluice $argv[1] list --output lines 2>/dev/null </dev/null |\n"
                            "        {}\n"
                            "end\n",
                            only_names);
    text += "function __sluice_path\n"
            "    set -l path ''\n"
            "    for word in (commandline -opc)[2..-1]\n"
            "        test \"$path\" = help; and set path ''\n"
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
            "end\n"
            "complete -c sluice -f\n";
    for (auto const& one : all) {
        auto const when = in_quotes(fish_condition(one));
        auto const& below = one.path == "help" ? all[0].below : one.below;
        for (auto const& word : below) {
            bool const is_first = one.path.empty() || one.path == "help";
            auto const path = is_first ? word : one.path + ' ' + word;
            text +=
                fish_command(when, word, *std::ranges::find(all, path, &declared_command::path));
        }
        for (auto const& flag : one.flags) {
            if (flag.is_positional)
                text += fmt::format("complete -c sluice -n {}{}\n", when, fish_choice(flag));
            else
                text += fish_flag(flag, when);
        }
    }
    return text;
}

} // namespace sluice::gateway::cli
