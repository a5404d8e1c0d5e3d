#include "gateway/cli/commands.hpp"
#include "gateway/cli/version.hpp"
#include "gateway/config/load.hpp"
#include "gateway/config/overrides.hpp"
#include "gateway/plan/expression_compiler.hpp"
#include "gateway/serve/app.hpp"
#include "gateway/telemetry/log.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

namespace sluice::gateway::cli {

namespace {

// The flags as they were written; empty: not given.
struct serve_flags {
    std::string config, listen, admin, data, threads, durability, log_level, log_format;
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

// Whether a call can be taken in the name of the account.
bool may_call(config::account const& account) {
    return !account.secrets.empty() || !account.cust_tokens.empty() || !account.allow_from.empty();
}

// What is no mistake in any one key and still leaves nothing to call; empty where something can be.
std::string nothing_to_call(config::configuration const& settings) {
    if (settings.accounts.empty()) return "nobody can call: there is no [[account]]";
    bool const has_signed_route = std::ranges::any_of(
        settings.routes, [](config::route const& each) { return !each.signing_secrets.empty(); });
    if (std::ranges::none_of(settings.accounts, may_call) && !has_signed_route) {
        return "nobody can call: no account has secrets, cust_tokens or allow_from";
    }
    bool const has_tasks = !settings.destinations.empty() || !settings.routes.empty() ||
                           !settings.widgets.empty() || settings.built_in.create_outbound ||
                           settings.built_in.outbound_dialer;
    if (has_tasks) return {};
    return "nothing can be delivered: there is no destination, route, widget or "
           "[webhooks] createOutbound";
}

// What whoever runs several gateways must know and no line of the file is to blame for.
void show_notes(std::string const& file, config::configuration const& settings) {
    if (auto const nothing = nothing_to_call(settings); !nothing.empty())
        std::cout << file << ": warning: " << nothing << '\n';
}

int check(std::string const& file) {
    plan::expression_compiler const checker;
    auto const loaded = config::load_file(file, checker);
    for (auto const& problem : loaded.problems)
        std::cout << problem.to_string() << '\n';
    if (!loaded.ok()) return exit_configuration;
    show_notes(file, loaded.settings);
    return exit_ok;
}

// Whether it is about a value that a flag has, not one of the environment or the file.
bool is_of_a_flag(config::problem const& problem) {
    return problem.level == config::severity::error && problem.file.starts_with("--");
}

int serve(serve_flags const& flags) {
    auto const over = overrides_of(flags);
    auto loaded = read_configuration(over);
    for (auto const& problem : loaded.problems)
        std::cerr << problem.to_string() << '\n';
    if (std::ranges::any_of(loaded.problems, is_of_a_flag)) return exit_usage;
    if (!loaded.ok()) return exit_configuration;
    telemetry::log_options log_options;
    log_options.level = loaded.settings.logging.level;
    log_options.format = loaded.settings.logging.format;
    telemetry::log lines(log_options);
    auto const settings = std::make_shared<config::configuration const>(std::move(loaded.settings));
    serve::app gateway(
        settings, [&] { return read_again(over, lines); }, build(), lines);
    return gateway.run();
}

} // namespace

command add_serve(CLI::App& program) {
    auto const flags = std::make_shared<serve_flags>();
    auto* const serve_command = program.add_subcommand("serve", "Run the gateway");
    serve_command->add_option("-c,--config", flags->config, "Configuration file (TOML)");
    serve_command->add_option("--listen", flags->listen, "Public ADDR:PORT, or several by commas");
    serve_command->add_option("--admin", flags->admin, "Admin ADDR:PORT");
    serve_command->add_option("--data", flags->data, "Directory of the journal and the tables");
    serve_command->add_option("--threads", flags->threads, "I/O threads; default: one a core");
    serve_command->add_option("--durability", flags->durability, "fsync | interval:50ms | memory");
    serve_command->add_option("--log-level", flags->log_level,
                              "trace | debug | info | warning | error");
    serve_command->add_option("--log-format", flags->log_format, "auto | json | text");
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
