#include "gateway/cli/commands.hpp"
#include "gateway/cli/stress_flags.hpp"
#include "gateway/stress/load/load_run.hpp"
#include "gateway/stress/load/request_parts.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <vector>

namespace sluice::gateway::cli {

namespace {

// The flags in their notation; they are parsed together, when all are there.
struct load_flags {
    std::string url, method = "POST", body, body_template, data, ca;
    std::vector<std::string> headers, compared;
    run_flags run;
    std::string timeout = "10s", grace = "5s";
    bool finds_max = false;
};

void read_request(load_flags const& flags, stress::load_options& out) {
    auto& request = out.request;
    request.url = flags.url;
    request.method = take("--method", stress::parse_method(flags.method));
    for (auto const& line : flags.headers)
        request.headers.push_back(take("--header", stress::parse_header(line)));
    if (!flags.ca.empty()) request.ca = flags.ca;
    if (!flags.body.empty()) request.body = take("--body", stress::read_body(flags.body));
    if (!flags.data.empty()) request.body = flags.data;
    if (!flags.body_template.empty()) {
        auto const text = take("--body-template", stress::read_body(flags.body_template));
        request.rendered = take("--body-template", stress::body_template::parse(text));
    }
}

stress::load_options options_of(load_flags const& flags) {
    if (flags.url.empty()) throw std::invalid_argument("load: a URL is needed");
    stress::load_options out;
    read_request(flags, out);
    flags.run.read(out);
    out.timeout = take_time<std::chrono::milliseconds>("--timeout", flags.timeout);
    out.grace = take_time<std::chrono::milliseconds>("--grace", flags.grace);
    if (out.timeout.count() == 0) throw std::invalid_argument("--timeout: expected above 0");
    if (!flags.finds_max) return out;
    if (out.objectives.empty())
        throw std::invalid_argument("--find-max: needs an --slo to meet, as in p99<50ms");
    out.find_max_from = take("--rate", stress::parse_arrival_rate(flags.run.rate));
    return out;
}

int run_load(load_flags const& flags) {
    if (!flags.compared.empty()) return stress::compare_main(flags.compared[0], flags.compared[1]);
    return run_with_flags([&flags] { return options_of(flags); }, stress::load_main);
}

} // namespace

command add_load(CLI::App& program) {
    auto const flags = std::make_shared<load_flags>();
    auto* const load = program.add_subcommand(
        "load", "Send requests on a schedule that waits for nobody, and measure");
    load->add_option("URL", flags->url, "Where to; http or https");
    flags->run.add_to(*load);
    load->add_option("--method", flags->method, "Default POST");
    load->add_option("-H,--header", flags->headers, "NAME: VALUE; may be repeated")
        ->allow_extra_args(false);
    auto* const body = load->add_option("--body", flags->body, "File with the body; -: stdin");
    auto* const data = load->add_option("--data", flags->data, "The body itself")->excludes(body);
    load->add_option("--body-template", flags->body_template,
                     "File with fields: {{counter}} {{random:1-9}} {{digits:N}} {{hex:N}} {{uuid}} "
                     "{{pick:A|B}} {{time_ms}}")
        ->excludes(body)
        ->excludes(data);
    load->add_option("--ca", flags->ca, "PEM file: who may sign the target's certificate");
    load->add_option("--timeout", flags->timeout, "Of one request, default 10s");
    load->add_option("--grace", flags->grace,
                     "How long requests that are due and unsent are kept up with, default 5s");
    load->add_flag("--find-max", flags->finds_max,
                   "Search the highest rate that meets every --slo, beginning at --rate");
    load->add_option("--compare", flags->compared, "Two files of --json: show them side by side")
        ->expected(2);
    return [flags] { return run_load(*flags); };
}

} // namespace sluice::gateway::cli
