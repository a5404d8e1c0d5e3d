#include "gateway/admin/embedded.hpp"
#include "gateway/cli/check_notes.hpp"
#include "gateway/cli/commands.hpp"
#include "gateway/cli/shown_configuration.hpp"
#include "gateway/cli/version.hpp"
#include "gateway/config/load.hpp"
#include "gateway/config/overrides.hpp"
#include "gateway/plan/expression_compiler.hpp"
#include "gateway/serve/app.hpp"
#include "gateway/serve/start_watch.hpp"
#include "gateway/telemetry/log.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace sluice::gateway::cli {

namespace {

// The flags as they were written; empty: not given.
struct serve_flags {
    std::string config, listen, admin, data, threads, durability, log_level, log_format;
    bool is_printing = false;
};

std::optional<config::override_value> value_of(std::string const& text, char const* flag) {
    if (text.empty()) return std::nullopt;
    return config::override_value{text, flag};
}

config::overrides overrides_of(serve_flags const& flags) {
    config::overrides out;
    out.config = value_of(flags.config, "--config");
    out.listen = value_of(flags.listen, "--listen");
    out.admin = value_of(flags.admin, "--admin");
    out.data = value_of(flags.data, "--data");
    out.threads = value_of(flags.threads, "--threads");
    out.durability = value_of(flags.durability, "--durability");
    out.log_level = value_of(flags.log_level, "--log-level");
    out.log_format = value_of(flags.log_format, "--log-format");
    auto const environment = [](char const* name) -> char const* { return std::getenv(name); };
    return config::merge(std::move(out), config::overrides_from_environment(environment));
}

// Flags over environment over file over defaults; every problem of all of them.
config::load_result read_configuration(config::overrides const& over) {
    plan::expression_compiler const checker;
    config::load_result loaded;
    if (over.config) loaded = config::load_file(over.config->text, checker);
    for (auto& problem : config::apply(loaded.settings, over)) {
        loaded.problems.push_back(std::move(problem));
    }
    if (loaded.ok()) loaded.settings.shown = shown_configuration(loaded.text, loaded.settings);
    return loaded;
}

std::shared_ptr<config::configuration const> read_again(config::overrides const& over,
                                                        telemetry::log& lines) {
    auto loaded = read_configuration(over);
    for (auto const& problem : loaded.problems) {
        auto const text = problem.to_string();
        if (problem.level == config::severity::warning) {
            lines.warn("configuration", {{"problem", text}});
        } else {
            lines.error("configuration", {{"problem", text}});
        }
    }
    if (!loaded.ok()) return nullptr;
    return std::make_shared<config::configuration const>(std::move(loaded.settings));
}

std::vector<std::string> environment_of_process() {
    std::vector<std::string> all;
    for (char** each = environ; *each != nullptr; ++each)
        all.emplace_back(*each);
    return all;
}

int check(std::string const& file) {
    plan::expression_compiler const checker;
    auto const loaded = config::load_file(file, checker);
    auto told = notes_on_environment(environment_of_process());
    told.insert(told.end(), loaded.problems.begin(), loaded.problems.end());
    if (loaded.ok()) {
        auto const notes =
            notes_on(loaded.text, file, loaded.settings, admin::embedded::example_toml());
        told.insert(told.end(), notes.begin(), notes.end());
    }
    for (auto const& problem : told)
        std::cout << problem.to_string() << '\n';
    return loaded.ok() ? exit_ok : exit_configuration;
}

// Whether it is about a value that a flag has, not one of the environment or the file.
bool is_of_a_flag(config::problem const& problem) {
    return problem.level == config::severity::error && problem.file.starts_with("--");
}

int serve(serve_flags const& flags) {
    serve::start_watch watch;
    auto const over = overrides_of(flags);
    auto loaded = read_configuration(over);
    for (auto const& problem : loaded.problems)
        std::cerr << problem.to_string() << '\n';
    if (std::ranges::any_of(loaded.problems, is_of_a_flag)) return exit_usage;
    if (!loaded.ok()) return exit_configuration;
    if (flags.is_printing) {
        std::cout << loaded.settings.shown;
        return exit_ok;
    }
    loaded.text.clear();
    telemetry::log_options log_options;
    log_options.level = loaded.settings.logging.level;
    log_options.format = loaded.settings.logging.format;
    watch.log_by(log_options);
    telemetry::log lines(log_options);
    auto const settings = std::make_shared<config::configuration const>(std::move(loaded.settings));
    serve::app gateway(
        settings, [&] { return read_again(over, lines); }, build(), lines, watch);
    return gateway.run();
}

} // namespace

void hold_signals_of_serve(int argc, char const* const* argv) {
    if (argc > 1 && std::string_view(argv[1]) == "serve") serve::start_watch::hold_signals();
}

command add_serve(CLI::App& program) {
    auto const flags = std::make_shared<serve_flags>();
    auto* const serve_command = program.add_subcommand("serve", "Run the gateway");
    serve_command->add_option("-c,--config", flags->config, "Configuration file (TOML)");
    serve_command->add_option("--listen", flags->listen, "Public ADDR:PORT, or several by commas");
    serve_command->add_option("--admin", flags->admin, "Admin ADDR:PORT");
    serve_command->add_option("--data", flags->data, "Directory of the journal and the tables");
    serve_command->add_option("--threads", flags->threads, "I/O threads; default: one a core");
    serve_command
        ->add_option("--durability", flags->durability,
                     "When a call is acknowledged; interval takes any time")
        ->type_name("TEXT:{fsync,interval:50ms,memory}");
    serve_command->add_option("--log-level", flags->log_level, "Lines of this level and above")
        ->type_name("TEXT:{trace,debug,info,warning,error}");
    serve_command->add_option("--log-format", flags->log_format, "How lines are written")
        ->type_name("TEXT:{auto,json,text}");
    serve_command->add_flag("--print-config", flags->is_printing,
                            "Print the configuration that would be in force, without secrets, and "
                            "end");
    return [flags] { return serve(*flags); };
}

command add_check(CLI::App& program) {
    auto const file = std::make_shared<std::string>();
    auto* const check_command =
        program.add_subcommand("check", "Check a configuration file and name every problem");
    check_command->add_option("FILE", *file, "Configuration file (TOML)")->required();
    return [file] { return check(*file); };
}

command add_version(CLI::App& program) {
    program.add_subcommand("version", "Print the version");
    return [] {
        std::cout << version_text() << '\n';
        return static_cast<int>(exit_ok);
    };
}

} // namespace sluice::gateway::cli
