#include "gateway/config/readers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

namespace sluice::gateway::config {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t most_calls_a_request = 500; // of the outbound API
constexpr std::size_t answer_bytes_a_call = 1024;  // an entry of call-details, generously

constexpr std::array<choice<message_format>, 5> formats{{
    {"raw", message_format::raw},
    {"outbound", message_format::outbound},
    {"json", message_format::json},
    {"xml", message_format::xml},
    {"template", message_format::from_template},
}};

std::optional<std::string> read_rule(table_reader& in, std::string_view key) {
    auto const rule = in.text_at(key);
    if (!rule) return {};
    if (auto const wrong = in.context().checker().check_rule(rule->text))
        in.context().error_in(rule->at, *wrong);
    return rule->text;
}

// `adaptive = true`, or a table with the least that stays allowed.
std::optional<queue::adaptive_options> read_adaptive(table_reader& in, std::uint32_t concurrency) {
    queue::adaptive_options to;
    if (!in.is_table("adaptive")) {
        bool const is_on = in.boolean("adaptive").value_or(false);
        return is_on ? std::optional(to) : std::nullopt;
    }
    auto table = in.table("adaptive");
    assign(to.min, table->integer("min", {1, 100'000}));
    if (to.min > concurrency)
        table->fail("min",
                    "must not be above concurrency, which is " + std::to_string(concurrency));
    table->finish();
    return to;
}

void read_attempt_rate(table_reader& in, queue::lane_options& to) {
    auto const rate = read_rate(in);
    auto const burst = in.integer("burst", {1, 1'000'000'000});
    if (rate) {
        to.rate = rate->count;
        to.period = rate->period;
        // Default: enough for a timer that fires ten times a second to keep the rate.
        auto const tenth = rate->count * 100 / static_cast<std::uint64_t>(rate->period.count());
        to.burst = std::max<std::uint64_t>(1, tenth);
        assign(to.burst, burst);
    } else if (burst) {
        in.warn("burst", "has no effect without \"rate\"");
    }
}

void read_pace(table_reader& in, queue::lane_options& to) {
    read_attempt_rate(in, to);
    assign(to.concurrency, in.integer("concurrency", {1, 100'000}));
    to.adaptive = read_adaptive(in, to.concurrency);
    assign(to.max_retry_after, in.duration("max_retry_after", {0ms, 24h * 31}));
    if (auto table = in.table("retry")) to.retry = read_retry(*table);
    if (auto table = in.table("retry_budget")) to.retry_budget = read_retry_budget(*table);
    if (auto table = in.table("breaker")) to.breaker = read_breaker(*table);
}

void read_message(table_reader& in, destination& to) {
    assign(to.format, in.one_of("format", formats));
    bool const is_template = to.format == message_format::from_template;
    to.content_type = is_template ? "application/json" : "";
    assign(to.content_type, in.text("content_type"));
    if (auto const body = in.text_at("body")) {
        to.body = body->text;
        auto const found =
            in.context().checker().check_template(body->text, template_use::body, to.content_type);
        for (auto const& wrong : found)
            in.context().error_in(body->at, wrong);
        if (!is_template) in.fail("body", "needs format = \"template\"");
    } else if (is_template && !in.has("body")) {
        in.fail("format", "needs \"body\", the template");
    }
    if (!is_template && in.has("content_type"))
        in.warn("content_type", "has no effect without format = \"template\"");

    auto& batch = to.pace.batch;
    assign(batch, in.integer("batch", {1, most_calls_a_request}));
    if (batch > 1 && to.format != message_format::outbound)
        in.fail("batch", "above 1 needs format = \"outbound\"");
    // The answer speaks of each call.
    auto& limit = to.connection.response_bytes;
    if (!in.has("response_limit")) limit += batch > 1 ? batch * answer_bytes_a_call : 0;
    if (batch > 1 && limit < batch * answer_bytes_a_call / 2)
        in.warn("response_limit", fmt::format("may cut the answer to {} calls, and then nobody "
                                              "knows what became of them",
                                              batch));
}

} // namespace

destination read_destination(table_reader in) {
    destination to;
    to.name = read_name(in, "name", name_kind::destination);
    if (to.name.starts_with("widget:") || to.name.starts_with("callback:"))
        in.fail("name", "must not begin with \"widget:\" or \"callback:\": those are the "
                        "gateway's own destinations");
    to.connection = read_upstream(in);
    in.require("url");
    if (auto const url = in.text_at("url")) {
        to.url = check_url(in.context(), *url, policy_of(to.connection));
    }
    read_message(in, to);
    read_pace(in, to.pace);
    to.failures = read_failure_classes(in);
    to.success = read_rule(in, "success");
    to.final_ = read_rule(in, "final");
    to.done_already = read_rule(in, "done_already");
    to.signing_secrets = read_signing_secrets(in);
    in.finish();
    return to;
}

} // namespace sluice::gateway::config
