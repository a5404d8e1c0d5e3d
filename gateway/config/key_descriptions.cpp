#include "gateway/config/configuration.hpp"
#include "gateway/config/reference.hpp"
#include "gateway/config/units.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::gateway::config {
namespace {

constexpr char must[] = "must";
constexpr char none[] = "none";

std::string as_text(std::string_view value) {
    return fmt::format("\"{}\"", value);
}
std::string as_time(std::chrono::milliseconds value) {
    return as_text(format_duration(value));
}
std::string as_size(std::uint64_t bytes) {
    return as_text(format_size(bytes));
}
std::string as_number(std::uint64_t value) {
    return std::to_string(value);
}
std::string as_number(double value) {
    return fmt::format("{}", value);
}
std::string as_flag(bool value) {
    return value ? "true" : "false";
}

// The rows of one table.
class rows {
  public:
    rows(std::vector<key_description>& to, std::string table)
        : to_(to)
        , table_(std::move(table)) {}
    rows& add(std::string key, std::string fallback, std::string what) {
        to_.push_back({table_, std::move(key), std::move(fallback), std::move(what)});
        return *this;
    }
    // Is a secret, and is not shown.
    rows& add_hidden(std::string key, std::string fallback, std::string what) {
        add(std::move(key), std::move(fallback), std::move(what));
        to_.back().is_secret = true;
        return *this;
    }
    // The same, and the key that names a file with its value.
    rows& add_secret(std::string const& key, std::string fallback, std::string what) {
        add_hidden(key, std::move(fallback), std::move(what));
        return add(key + "_file", none, "The same in a file of its own; beside the key: an error.");
    }
    rows in(std::string const& inner) const { return {to_, table_ + "." + inner}; }

  private:
    std::vector<key_description>& to_;
    std::string table_;
};

void describe_process(std::vector<key_description>& all) {
    configuration const c;
    rows(all, "")
        .add("listen", as_text(c.listen.front().to_string()),
             "Where calls are taken; one address or a list. `[::]` takes IPv4, too, where no other "
             "has the port.")
        .add("admin", as_text(c.admin.to_string()), "Health, metrics, console and admin calls.")
        .add("data", as_text(c.data), "Directory of the journal and the tables.")
        .add("durability", as_text(c.durable.to_string()),
             "What an acknowledgement means: `fsync`, `interval:50ms` (1ms to 10s) or `memory`.")
        .add("threads", "one a core", "I/O threads.")
        .add("trusted_proxies", none, "Networks whose X-Forwarded-* fields count.")
        .add_secret("admin_token", none,
                    "Bearer token of the admin calls; without one those that change things are "
                    "off.")
        .add("admin_base_path", none,
             "Console and admin calls stand below it, for a proxy that does not take it away.")
        .add("admin_hosts", none,
             "Names that may stand in Host at the admin listener, beside addresses and localhost.")
        .add("name_servers", "those of /etc/resolv.conf", "Who is asked for names, `ADDR:PORT`.");
    rows(all, "tls")
        .add("certificate", none, "PEM chain of the public listener, leaf first; with `key`.")
        .add("key", none, "PEM private key, without a passphrase.");
    rows(all, "log")
        .add("level", as_text("info"), "How much is written.")
        .add("format", as_text("auto"), "`auto`: text on a terminal, JSON elsewhere.")
        .add("calls", as_flag(c.logging.calls), "A line for each call that was answered.");
}

void describe_calls(rows to, limits const& l) {
    to.add("uri", as_size(l.uri_bytes), "Request target; above it 414.")
        .add("header", as_size(l.header_bytes), "Whole header of a request; above it 431.")
        .add("headers", as_number(l.header_count), "Header lines of a request; above it 431.")
        .add("body", as_size(l.body_bytes), "Body; above it 413.")
        .add("inflated", "4 × body", "A body or an answer without its content coding.")
        .add("connections", as_number(l.connections),
             "Inbound, over all listeners; one more is closed at once.")
        .add("connections_per_address", none, "Of one address, likewise.")
        .add("pipeline", as_number(l.pipelined_requests),
             "Requests of a connection that are worked on at a time.")
        .add("unsent_answers", as_size(l.unsent_answers),
             "Answers that wait for a slow reader; above it no request of the connection is taken.")
        .add("unsent_answers_total", as_size(l.unsent_answers_total),
             "The same over all connections; above it large reads are 503.")
        .add("batch", as_number(l.batch_tasks), "Tasks in one `POST /v1/tasks:batch`.")
        .add("fanout", as_number(l.fanout_tasks), "Tasks that one call may become.")
        .add("contact_numbers", as_number(l.contact_numbers), "Numbers in one createOutbound.")
        .add("header_timeout", as_time(l.header_timeout), "For the whole header, not each read.")
        .add("request_timeout", as_time(l.request_timeout), "For header and body.")
        .add("write_timeout", as_time(l.write_timeout),
             "For one answer, however slowly it is read.")
        .add("idle_timeout", as_time(l.idle_timeout), "Between requests of a connection.")
        .add("wait", as_time(l.wait), "Most of `Prefer: wait=N`.");
}

void describe_limits(std::vector<key_description>& all) {
    limits const l;
    rows to(all, "limits");
    describe_calls(to, l);
    to.add("queue_tasks", as_number(l.queue_tasks), "Tasks that wait; above it 503.")
        .add("queue_bytes", as_size(l.queue_bytes), "Payloads in memory; above it 503.")
        .add("max_delay", as_time(l.max_delay), "How far ahead a task may be; above it 422.")
        .add("received", as_size(l.received_bytes),
             "What a task keeps of the body that it came with, where it sends another one.")
        .add("journal_bytes", as_size(l.journal_bytes), "Disk of the journal; above it 503.")
        .add("idempotency_keys", as_number(l.idempotency_keys),
             "The newest are kept for 24 h; and as many contents (`dedup`), for their window.")
        .add("unwritten_ends", as_number(l.unwritten_ends),
             "In a cluster: ends that the database has not taken; above it nothing more is sent.")
        .add("links", as_number(l.links), "Short links; above it 503.")
        .add("link_url", as_size(l.link_url_bytes), "A long URL; above it 422.")
        .add("users", as_number(l.users), "Persons with variables; above it 503.")
        .add("user_keys", as_number(l.user_keys), "Variables of a person; above it 422.")
        .add("user_key", as_size(l.user_key_bytes), "A variable's name; above it 422.")
        .add("user_value", as_size(l.user_value_bytes), "A variable's value; above it 422.")
        .add("agents", as_number(l.agents), "Agents added by admin calls; above it 503.")
        .add("drain_timeout", as_time(l.drain_timeout), "After SIGTERM.");
}

void describe_keeping(std::vector<key_description>& all) {
    retention const r;
    rows(all, "retention")
        .add("time", as_time(r.time), "How long finished tasks can be looked at.")
        .add("count", as_number(r.count), "How many of them.")
        .add("dead_time", as_time(r.dead_time), "How long dead letters can be redriven.")
        .add("dead_count", as_number(r.dead_count), "How many; above it the oldest go.");
    store const s;
    rows(all, "store")
        .add("engine", as_text("embedded"),
             "`embedded`: under `data`. `postgres`: in a database that several gateways share.")
        .add_secret("url", none, "The database; must with `postgres`.")
        .add_hidden("urls", none, "The same as a list; one entry is possible.")
        .add("lease", as_time(s.lease),
             "A gateway that is silent for so long loses its tasks to the others.");
    cluster const k;
    rows(all, "cluster")
        .add("name", "host name and port", "Of this gateway alone.")
        .add("listen", as_text(k.listen.to_string()), "Where the other gateways ask, by TLS 1.3.")
        .add("advertise", "what it listens on", "`HOST:PORT` that they are told.")
        .add_secret("secret", none,
                    "The same for all, 32 characters or more; must, unless `listen` is loopback.")
        .add("certificate", none, "Instead of the secret, with `key` and `ca`: PEM files.")
        .add("key", none, "PEM private key of the certificate.")
        .add("ca", none, "PEM certificates that the others' are signed by.")
        .add("rejoin", as_time(k.rejoin), "After a clean stop nobody takes its tasks over before.");
}

void describe_retry(rows to) {
    auto const r = default_retry();
    queue::retry_options const backoff;
    to.add("schedule", "5s 5m 30m 2h 5h 10h 14h 20h 24h",
           "Waits before the second attempt, the third, …; the last one repeats.")
        .add("min_backoff", as_time(backoff.min_backoff),
             "Exponential waits instead of a schedule: the first.")
        .add("max_backoff", as_time(backoff.max_backoff), "And the longest.")
        .add("multiplier", as_number(backoff.multiplier), "And from one to the next.")
        .add("jitter", as_number(r.jitter), "Share of a wait that is random.")
        .add("max_attempts", as_number(std::uint64_t{r.max_attempts}),
             "The first included; with a schedule: its waits and one.")
        .add("max_age", none, "Counted from the time of the task.");
}

// What destinations and widgets have in common.
void describe_upstream(rows to) {
    upstream const u;
    to.add("allow_http", as_flag(u.allow_http), "Plain HTTP, too.")
        .add("allow_networks", none, "Private addresses that may be called all the same.")
        .add("allow_ports", none, "Ports beside 80, 443 and those from 1024 on.")
        .add("timeout", as_time(u.timeout), "For a whole attempt.")
        .add("response_limit", as_size(u.response_bytes),
             "Bytes of an answer that are read; with `batch` 1KiB more for each call.")
        .add("ca", "the system's", "PEM certificates that the other side's is signed by.")
        .add("client_cert", none, "PEM certificate to show, with `client_key`.")
        .add("client_key", none, "PEM private key of it.")
        .add("proxy", none,
             "`http://HOST:PORT` of a forward proxy; it resolves the names, so that the address "
             "policy covers literal addresses only.")
        .add("headers", none, "Header fields of every request.")
        .add("accept_encoding", as_text(u.accept_encoding), "Content codings that are asked for.")
        .add("auth", none, "One of the ways below.");
    to.in("auth")
        .add_secret("basic", none, "`user:password`.")
        .add_secret("bearer", none, "A token.")
        .add_secret("header", none, "`Name: value`, such as an API key.")
        .add("oauth2", none, "Client credentials, see below.");
    to.in("auth.oauth2")
        .add("token_url", must, "Where tokens come from; the address policy holds for it.")
        .add("client_id", must, "Who asks.")
        .add_secret("client_secret", must, "And with what.")
        .add("scope", none, "What is asked for.");
}

void describe_account(std::vector<key_description>& all) {
    account const a;
    rows to(all, "account");
    to.add("id", must, "Its name, unique.")
        .add_hidden("secrets", none, "Security IDs of 64 characters; also bearer tokens.")
        .add("secrets_file", none, "A file with one a line, added to them.")
        .add_hidden("cust_tokens", none, "For shortURL.")
        .add("allow_from", "any address with a secret", "Networks that may call.")
        .add("allow_http", as_flag(a.allow_http), "Calls by plain HTTP, too.")
        .add("require_secret", as_flag(a.require_secret), "The address alone is never enough.")
        .add("rate", none, "Calls a period; above it 429. A whole period's may come at once.")
        .add("period", as_time(rate_limit().period), "Of the rate.")
        .add("country_code", none, "Digits; numbers with and without it are one.")
        .add("time_zone", as_text(a.time_zone), "Of dates and days in reports.")
        .add("agents", none, "Agents known from the start.")
        .add("weight", as_number(std::uint64_t{a.weight}),
             "Share of a destination among the accounts that have tasks for it.")
        .add("callback", none, "Where the ends of this account's tasks are reported.")
        .add("link_domain", "of `base_url`", "Origin of this account's short links.")
        .add("link_expiry", "never", "How long its links lead anywhere.");
    to.in("callback")
        .add("url", none, "Without it only calls that name a URL are reported.")
        .add_secret("secret", none, "`whsec_…`: reports are signed.")
        .add("allow_http", as_flag(false), "Plain HTTP, too; for URLs that calls name as well.")
        .add("allow_networks", none, "Private addresses, likewise.")
        .add("allow_ports", none, "Ports, likewise.")
        .add("retry", "as on a destination", "When a report is sent again.");
    describe_retry(to.in("callback.retry"));
}

void describe_pace(rows to, queue::lane_options const& p) {
    to.add("rate", none, "Attempts a period.")
        .add("period", as_time(rate_limit().period), "Of the rate.")
        .add("burst", "what falls into 100 ms", "Attempts that may go at once.")
        .add("concurrency", as_number(std::uint64_t{p.concurrency}), "Attempts in flight.")
        .add("adaptive", as_flag(false),
             "The latency says how many may be in flight, up to `concurrency`.")
        .add("max_retry_after", as_time(p.max_retry_after), "Longest Retry-After that is obeyed.")
        .add("retry", "as below", "When a failed attempt is made again.")
        .add("retry_budget", "as below", "How many attempts may be retries.")
        .add("breaker", "off", "Stops sending while the destination fails.");
    to.in("adaptive").add("min", "1", "Never fewer in flight.");
    describe_retry(to.in("retry"));
    to.in("retry_budget")
        .add("share", as_number(p.retry_budget.share), "Of all attempts over ten seconds; 1: any.")
        .add("least", as_number(std::uint64_t{p.retry_budget.least}),
             "Retries a second that may always go.");
    queue::breaker_options const b;
    to.in("breaker")
        .add("failures", as_number(std::uint64_t{b.failures}),
             "In a row that open it; with `failure_share` alone: off.")
        .add("failure_share", none, "Share of the attempts in the window that opens it.")
        .add("window", as_time(b.window), "Of the share.")
        .add("min_attempts", as_number(std::uint64_t{b.min_attempts}),
             "In the window before the share counts.")
        .add("open_for", as_time(b.open_for), "Then one task probes.")
        .add("max_open_for", "open_for", "Each failed probe doubles the time up to this.");
}

void describe_destination(std::vector<key_description>& all) {
    destination const d;
    rows to(all, "destination");
    to.add("name", must, "Unique; a label of the metrics.")
        .add("url", must, "Where to; http only with `allow_http`.")
        .add("format", as_text("raw"),
             "What is sent: the bytes that came in, or made of variables.")
        .add("body", none, "The template; must with `format = \"template\"`.")
        .add("content_type", as_text("application/json"), "Of the template's text.")
        .add("batch", as_number(std::uint64_t{d.pace.batch}),
             "Calls in one request; above 1 only with `outbound`.")
        .add("success", "any 2xx", "Rule: when an answer means delivered.")
        .add("final", none, "Rule: when it is never tried again.")
        .add("done_already", none, "Rule: when it had been taken before: delivered.")
        .add("retry_on", none, "Failures that are retried although they usually are not.")
        .add("final_on", none, "Failures that are final although they usually are not.")
        .add_hidden("secret", none, "`whsec_…`, one or several: deliveries are signed by each.")
        .add("secret_file", none, "A file with one a line, added to them.");
    describe_pace(to, d.pace);
    describe_upstream(to);
}

void describe_route(std::vector<key_description>& all) {
    route const r;
    rows(all, "route")
        .add("path", must, "`/in/…`; what is below it is taken, too.")
        .add("account", must, "Whose the tasks are.")
        .add("destinations", must, "One task for each.")
        .add("require", as_text("none"), "What a call must bring beside its address.")
        .add_hidden("secret", none, "`whsec_…` of `require = \"signature\"`, one or several.")
        .add("secret_file", none, "A file with one a line, added to them.")
        .add("dedup", none, "`body`, a JSON Pointer or a header: the same again is no new task.")
        .add("dedup_window", as_time(r.dedup_window), "How long.");
}

void describe_webhooks(std::vector<key_description>& all) {
    webhooks const w;
    rows to(all, "webhooks");
    to.add("createOutbound", "501", "Where such calls go.")
        .add("outboundDialer", "createOutbound's", "Where those of the dialer's path go.")
        .add("checksum_window", as_time(w.checksum_window),
             "An identical body on the outbound paths is refused so long; 0: never.")
        .add("shortURL", none, "The shortener, see below.")
        .add("updateUserPreferences", none, "See below.");
    to.in("createOutbound").add("destination", must, "Name of one, of format `outbound`.");
    to.in("outboundDialer").add("destination", must, "Name of one, of format `outbound`.");
    to.in("shortURL")
        .add("base_url", "of the call's Host", "Origin of the links.")
        .add("redirect_status", as_number(std::uint64_t{w.redirect_status}),
             "301, 302, 303, 307 or 308.")
        .add("guesses", as_number(w.guesses),
             "Unknown codes that an address may ask for in a period; then 429.")
        .add("guess_period", as_time(w.guess_period), "Of the guesses.");
    to.in("updateUserPreferences")
        .add("delete_empty", as_flag(w.delete_empty), "An empty value takes the variable away.");
}

void describe_widget(std::vector<key_description>& all) {
    widget const w;
    rows to(all, "widget");
    to.add("name", must, "`POST /v1/webhooks/NAME`; unique.")
        .add("account", must, "Whose it is.")
        .add("method", as_text(w.method), "Of the request.")
        .add("url", must, "Template; scheme, host and port are literal.")
        .add("body", none, "Template.")
        .add("content_type", as_text(w.content_type), "Of the body: how values are escaped.")
        .add("wait", "202 at once", "How long a call waits for the mapped answer.")
        .add("map", none,
             "Variables and where in the answer they stand: `\"$flow.key.x\" = \"/a/b\"`, or a "
             "table with `path` and `default`.")
        .add("namespaces", none, "Prefixes for XPath.")
        .add("retry", "as on a destination", "Where nobody waits.");
    describe_retry(to.in("retry"));
    describe_upstream(to);
}

} // namespace

std::vector<key_description> key_descriptions() {
    std::vector<key_description> all;
    for (auto const describe :
         {describe_process, describe_limits, describe_keeping, describe_account,
          describe_destination, describe_route, describe_webhooks, describe_widget})
        describe(all);
    return all;
}

} // namespace sluice::gateway::config
