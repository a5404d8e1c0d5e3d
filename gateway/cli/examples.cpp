#include "gateway/cli/examples.hpp"

#include "gateway/telemetry/exit_code.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sluice::gateway::cli {

namespace {

constexpr std::array all_examples{
    example{"serve", "serve --config sluice.toml", "run with this configuration"},
    example{"serve", "serve --config sluice.toml --print-config", "show what would be in force"},
    example{"check", "check sluice.toml", "name every mistake; exit 0 or 78"},
    example{"sink", "sink --status 200:90,503:10 --latency 5ms",
            "a destination that fails at times"},
    example{"load", "load http://127.0.0.1:8080/in/crm --rate 500 --slo 'p99<50ms'",
            "500 calls a second; exit 1 if the objective is missed"},
    example{"stress", "stress --rate 1000 --duration 30s",
            "everything that is accepted must arrive"},
    example{"status", "status", "takes it calls? exit 0 or 69"},
    example{"top", "top", "watch a gateway at work; q ends it"},
    example{"top", "top --count 1", "one look, for a script"},
    example{"tasks list", "tasks list --state dead --from 1h", "what died within the last hour"},
    example{"tasks list", "tasks list --destination crm --output wide", "every column, uncut"},
    example{"tasks search", "tasks search --contact '+91 98799 64805'",
            "every call for this number, in any spelling"},
    example{"tasks search", "tasks search --key order-4711", "that came with this Idempotency-Key"},
    example{"tasks show", "tasks show 01a214b2-9d91-7000-99cd-e8ac58ce3658", "with its attempts"},
    example{"tasks explain", "tasks explain 01a214b2-9d91-7000-99cd-e8ac58ce3658",
            "what holds it, and until when"},
    example{"tasks cancel", "tasks cancel --destination crm --from 2026-11-29 --dry-run",
            "how many that would be"},
    example{"tasks cancel", "tasks cancel --contact 919879964805", "every call to this number"},
    example{"tasks cancel", "tasks cancel 01a214b2-9d91-7000-99cd-e8ac58ce3658 --yes",
            "without a question"},
    example{"tasks replay", "tasks replay 01a214b2-9d91-7000-99cd-e8ac58ce3658",
            "the same message as a new task"},
    example{"tasks replay", "tasks replay --destination crm --from 2h --dry-run",
            "how many were delivered in the last two hours"},
    example{"dead list", "dead list --destination crm --reason 503", "those that 503 killed"},
    example{"dead groups", "dead groups", "what died of what, and how many"},
    example{"dead show", "dead show 01a214b2-9d91-7000-99cd-e8ac58ce3658", "with its attempts"},
    example{"dead redrive", "dead redrive --destination crm --rate 50 --wait",
            "50 a second, until all are done"},
    example{"dead purge", "dead purge --to 7d", "those that died more than a week ago"},
    example{"destinations list", "destinations list", "states, counts and limits"},
    example{"destinations show", "destinations show crm", "every gate and limit"},
    example{"destinations pause", "destinations pause crm --yes", "hold its tasks"},
    example{"destinations resume", "destinations resume crm", "send again, also after a 410"},
    example{"destinations purge", "destinations purge crm --dry-run",
            "how many would be cancelled"},
    example{"jobs list", "jobs list", "what runs, and what has ended"},
    example{"jobs show", "jobs show 3", "how far it is"},
    example{"jobs wait", "jobs wait 3", "until it has ended"},
    example{"jobs stop", "jobs stop 3", "do no more of it"},
    example{"accounts list", "accounts list", "who may call, and how"},
    example{"accounts show", "accounts show 163", "its doors and limits; no secrets"},
    example{"agents list", "agents list --account 163", "who is available"},
    example{"agents show", "agents show --account 163 919879964805", "how one stands"},
    example{"agents add", "agents add --account 163 919879964807", "one more agent"},
    example{"agents remove", "agents remove --account 163 919879964807", "one agent less"},
    example{"agents break", "agents break --account 163 919879964805", "begin a break"},
    example{"agents back", "agents back --account 163 919879964805", "end it"},
    example{"links list", "links list --account 163 --limit 20", "the newest, with their clicks"},
    example{"links show", "links show --account 163 BEK4YYnx", "clicks a day"},
    example{"users list", "users list --account 163", "of whom variables are kept"},
    example{"users show", "users show --account 163 919879964805", "what is kept"},
    example{"store migrate", "store migrate --config sluice.toml", "make or update the schema"},
    example{"store check", "store check --config sluice.toml", "could gateways work with it?"},
    example{"store list", "store list --config sluice.toml", "logs and their sizes"},
    example{"store show", "store show --config sluice.toml", "all of it"},
    example{"store export", "store export --config sluice.toml > tasks.ndjson",
            "what waits, and what is dead, of all gateways"},
    example{"cluster list", "cluster list", "who is a member, and alive"},
    example{"cluster show", "cluster show gw-1", "its log, version and lease"},
    example{"journal cat", "journal cat data --bodies", "every record, with the bodies"},
    example{"journal check", "journal check data", "is anything torn or damaged?"},
    example{"journal stats", "journal stats data", "sizes and counts"},
    example{"journal export", "journal export data > tasks.ndjson", "what waits, and what is dead"},
    example{"help", "help tasks cancel", "what one command does"},
    example{"completion", "completion bash > /etc/bash_completion.d/sluice",
            "complete by the tab key in new shells"},
    example{"version", "version", "which Sluice this is"},
};

constexpr std::array all_variables{
    variable_meaning{"SLUICE_CONFIG", "serve, store, cluster: the configuration file"},
    variable_meaning{"SLUICE_LISTEN", "serve: public ADDR:PORT, several by commas"},
    variable_meaning{
        "SLUICE_ADMIN",
        "serve: admin ADDR:PORT; verbs that ask a gateway: the same, or http://HOST:PORT"},
    variable_meaning{"SLUICE_DATA", "serve: the data directory"},
    variable_meaning{"SLUICE_THREADS", "serve: I/O threads"},
    variable_meaning{"SLUICE_DURABILITY", "serve: fsync, interval:50ms or memory"},
    variable_meaning{"SLUICE_LOG_LEVEL", "serve: trace, debug, info, warning or error"},
    variable_meaning{"SLUICE_LOG_FORMAT", "serve: auto, json or text"},
    variable_meaning{"SLUICE_ADMIN_TOKEN", "serve: the admin token; verbs: the token they send"},
    variable_meaning{"SLUICE_ADMIN_TOKEN_FILE", "a file with it, instead"},
    variable_meaning{"NO_COLOR", "no colours, whatever it says (no-color.org)"},
};

std::string example_lines(std::string_view path) {
    std::string text;
    for (auto const& each : all_examples) {
        if (each.command != path) continue;
        text += text.empty() ? "Examples:\n" : "\n";
        text += fmt::format("  sluice {}\n      {}", each.line, each.what);
    }
    return text;
}

void attach_below(CLI::App& app, std::string const& path) {
    for (auto* below : app.get_subcommands([](CLI::App*) { return true; })) {
        auto const own = path.empty() ? below->get_name() : path + ' ' + below->get_name();
        auto const text = example_lines(own);
        if (!text.empty()) below->footer(text);
        attach_below(*below, own);
    }
}

} // namespace

std::span<example const> examples() {
    return all_examples;
}

void attach_examples(CLI::App& program) {
    attach_below(program, {});
}

std::span<variable_meaning const> variables() {
    return all_variables;
}

std::string environment_help() {
    std::string text = "Environment (flags count before it, and it before the configuration):";
    for (auto const& each : all_variables)
        text += fmt::format("\n  {:<26}{}", each.name, each.text);
    return text;
}

std::string exit_code_help() {
    std::string text = "Exit codes:";
    for (auto const& [code, meaning] : exit_meanings)
        text += fmt::format("\n  {:<4}{}", static_cast<int>(code), meaning);
    return text;
}

} // namespace sluice::gateway::cli
