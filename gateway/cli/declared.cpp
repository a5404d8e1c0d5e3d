#include "gateway/cli/declared.hpp"

#include <CLI/CLI.hpp>

namespace sluice::gateway::cli {

namespace {

// "TEXT:{table,wide}" names the words.
std::vector<std::string> words_of(std::string const& type) {
    std::vector<std::string> words;
    auto const begin = type.find('{');
    auto const end = type.find('}', begin == type.npos ? 0 : begin);
    if (begin == type.npos || end == type.npos) return words;
    std::string word;
    for (auto const c : type.substr(begin + 1, end - begin - 1) + ',') {
        if (c != ',') {
            word += c;
            continue;
        }
        if (!word.empty()) words.push_back(std::move(word));
        word.clear();
    }
    return words;
}

declared_flag read_flag(CLI::Option const& option) {
    declared_flag flag;
    flag.is_positional = option.get_positional() && option.get_lnames().empty();
    for (auto const& name : option.get_snames())
        flag.names.push_back("-" + name);
    for (auto const& name : option.get_lnames())
        flag.names.push_back("--" + name);
    if (flag.is_positional) flag.names.push_back(option.get_name(true));
    flag.description = option.get_description();
    flag.is_required = option.get_required();
    flag.takes_many = option.get_items_expected_max() > 1;
    bool const is_switch = option.get_items_expected_max() == 0;
    if (is_switch) return flag;
    auto const type = option.get_type_name();
    flag.words = words_of(type);
    auto const plain = type.substr(0, type.find_first_of(": "));
    flag.value = plain.empty() ? "VALUE" : plain;
    return flag;
}

void append_commands(std::vector<declared_command>& to, CLI::App const& app,
                     std::string const& path) {
    declared_command own;
    own.path = path;
    own.description = app.get_description();
    own.footer = app.get_footer();
    for (auto const* option : app.get_options([](CLI::Option const*) { return true; }))
        own.flags.push_back(read_flag(*option));
    auto const below = app.get_subcommands([](CLI::App const*) { return true; });
    for (auto const* each : below)
        own.below.push_back(each->get_name());
    to.push_back(std::move(own));
    for (auto const* each : below)
        append_commands(to, *each, path.empty() ? each->get_name() : path + ' ' + each->get_name());
}

} // namespace

std::vector<declared_command> declared_commands(CLI::App const& program) {
    std::vector<declared_command> all;
    append_commands(all, program, {});
    return all;
}

} // namespace sluice::gateway::cli
