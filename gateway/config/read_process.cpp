#include "gateway/config/readers.hpp"
#include "gateway/config/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <limits>

namespace sluice::gateway::config {
namespace {

using namespace std::chrono_literals;

constexpr duration_range timeout_range{10ms, 24h};
constexpr duration_range any_duration{0ms, 24h * 36'525};
constexpr auto largest_size = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
constexpr integer_range queue_range{1, 1'000'000'000};

void read_listeners(table_reader& in, configuration& to) {
    auto const listen = in.parsed_list("listen", listen_address::parse);
    if (!listen.empty()) to.listen = listen;
    auto const* given = in.array("listen");
    if (given && given->empty()) in.fail("listen", "must name one address at least");
    assign(to.admin, in.parsed("admin", listen_address::parse));

    for (auto one = to.listen.begin(); one != to.listen.end(); ++one) {
        if (one->port == 0) continue; // each gets a port of its own
        if (std::find(to.listen.begin(), one, *one) != one)
            in.fail("listen", fmt::format("has {} twice", one->to_string()));
    }
    if (to.admin_is_public())
        in.fail("admin", fmt::format("{} is a public listener already", to.admin.to_string()));
}

// One segment or more of letters, digits and "-._~", which need no encoding anywhere; not "." and
// "..", which clients take out of a path before they send it.
bool is_base_path(std::string_view text) {
    if (!text.starts_with('/')) return false;
    while (!text.empty()) {
        text.remove_prefix(1);
        auto const segment = text.substr(0, text.find('/'));
        if (segment.empty() || segment == "." || segment == "..") return false;
        if (!std::ranges::all_of(segment, [](unsigned char c) {
                return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_' || c == '~';
            }))
            return false;
        text.remove_prefix(segment.size());
    }
    return true;
}

std::optional<tls> read_tls(table_reader in) {
    auto const found = read_identity(in, "certificate", "key");
    in.finish();
    if (!found) return {};
    return tls{found->certificate, found->key};
}

void read_request_limits(table_reader& in, limits& to) {
    assign(to.uri_bytes, in.size("uri", {256, 64 * kibibyte}));
    assign(to.header_bytes, in.size("header", {256, 1024 * kibibyte}));
    assign(to.header_count, in.integer("headers", {1, 10'000}));
    assign(to.body_bytes, in.size("body", {1, gibibyte}));
    to.inflated_bytes = in.size("inflated", {1, gibibyte}).value_or(4 * to.body_bytes);
    assign(to.connections, in.integer("connections", {1, 1'000'000}));
    assign(to.address_connections, in.integer("connections_per_address", {1, 1'000'000}));
    assign(to.pipelined_requests, in.integer("pipeline", {1, 10'000}));
    assign(to.unsent_answers, in.size("unsent_answers", {kibibyte, gibibyte}));
    assign(to.unsent_answers_total,
           in.size("unsent_answers_total", {1024 * kibibyte, largest_size}));
    assign(to.batch_tasks, in.integer("batch", {1, 100'000}));
    assign(to.fanout_tasks, in.integer("fanout", {1, 10'000}));
    assign(to.contact_numbers, in.integer("contact_numbers", {1, 100'000}));
    assign(to.header_timeout, in.duration("header_timeout", timeout_range));
    assign(to.request_timeout, in.duration("request_timeout", timeout_range));
    assign(to.write_timeout, in.duration("write_timeout", timeout_range));
    assign(to.idle_timeout, in.duration("idle_timeout", timeout_range));
}

void read_table_limits(table_reader& in, limits& to) {
    assign(to.links, in.integer("links", {1, 100'000'000}));
    assign(to.link_url_bytes, in.size("link_url", {64, 64 * kibibyte}));
    assign(to.users, in.integer("users", {1, 100'000'000}));
    assign(to.user_keys, in.integer("user_keys", {1, 10'000}));
    assign(to.user_key_bytes, in.size("user_key", {1, 256}));
    assign(to.user_value_bytes, in.size("user_value", {1, 1024 * kibibyte}));
    assign(to.agents, in.integer("agents", {1, 10'000'000}));
}

limits read_limits(table_reader in) {
    limits to;
    read_request_limits(in, to);
    read_table_limits(in, to);
    assign(to.queue_tasks, in.integer("queue_tasks", queue_range));
    assign(to.queue_bytes, in.size("queue_bytes", {kibibyte, largest_size}));
    assign(to.received_bytes, in.size("received", {0, 1024 * kibibyte}));
    assign(to.journal_bytes, in.size("journal_bytes", {least_journal_bytes, largest_size}));
    assign(to.idempotency_keys, in.integer("idempotency_keys", {0, queue_range.most}));
    assign(to.unwritten_ends, in.integer("unwritten_ends", queue_range));
    assign(to.max_delay, in.duration("max_delay", any_duration));
    assign(to.wait, in.duration("wait", {0ms, 1h}));
    assign(to.drain_timeout, in.duration("drain_timeout", {0ms, 24h}));
    if (to.request_timeout < to.header_timeout)
        in.warn("request_timeout", "is shorter than header_timeout, which it includes");
    in.finish();
    return to;
}

retention read_retention(table_reader in) {
    retention to;
    assign(to.time, in.duration("time", any_duration));
    assign(to.count, in.integer("count", {0, queue_range.most}));
    assign(to.dead_time, in.duration("dead_time", {1s, any_duration.most}));
    assign(to.dead_count, in.integer("dead_count", queue_range));
    in.finish();
    return to;
}

log read_log(table_reader in) {
    log to;
    assign(to.level, in.one_of("level", log_levels));
    assign(to.format, in.one_of("format", log_formats));
    assign(to.calls, in.boolean("calls"));
    in.finish();
    return to;
}

} // namespace

void read_process(table_reader& root, configuration& to) {
    read_listeners(root, to);
    assign(to.data, root.text("data"));
    if (to.data.empty()) root.fail("data", "must name a directory");
    assign(to.durable, root.parsed("durability", durability::parse));
    if (auto const threads = root.integer("threads", {1, 256}))
        to.threads = static_cast<unsigned>(*threads);
    to.trusted_proxies = root.parsed_list("trusted_proxies", network::parse);
    to.name_servers = root.parsed_list("name_servers", listen_address::parse);
    if (std::ranges::any_of(to.name_servers, [](auto const& one) { return one.port == 0; }))
        root.fail("name_servers", "must have a port other than 0");
    to.admin_token = read_secret(root, "admin_token");
    assign(to.admin_base_path, root.text("admin_base_path"));
    if (!to.admin_base_path.empty() && !is_base_path(to.admin_base_path))
        root.fail("admin_base_path",
                  "must be a path such as \"/sluice\", without a slash at its end");
    for (auto const& host : root.texts("admin_hosts")) {
        if (host.text.empty() || host.text.find_first_of(":/ []") != host.text.npos)
            root.fail("admin_hosts", "has a name with a port, or that is no host name");
        to.admin_hosts.emplace_back(host.text);
    }
    if (to.admin_is_exposed())
        root.warn("admin", "is not a loopback address and there is no admin_token: "
                           "anybody who reaches it can read metrics and tasks");

    if (auto table = root.table("tls")) to.public_tls = read_tls(*table);
    if (auto table = root.table("limits")) to.limit = read_limits(*table);
    if (auto table = root.table("retention")) to.keep = read_retention(*table);
    if (auto table = root.table("store")) to.storage = read_store(*table);
    if (auto table = root.table("cluster")) to.clustering = read_cluster(*table);
    check_cluster(root, to);
    if (auto table = root.table("log")) to.logging = read_log(*table);
}

} // namespace sluice::gateway::config
