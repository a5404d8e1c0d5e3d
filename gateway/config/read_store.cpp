#include "gateway/config/readers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace sluice::gateway::config {
namespace {

using namespace std::chrono_literals;

constexpr std::array<choice<store_kind>, 2> store_kinds{{
    {"embedded", store_kind::embedded},
    {"postgres", store_kind::postgres},
}};

// TLS takes the secret as its key: what a person can guess would let a stranger in.
constexpr std::size_t shortest_cluster_secret = 32;

// libpq takes a URL or words like `host=db1 dbname=sluice`; what else is wrong it says itself.
bool may_be_database(std::string_view text) {
    return text.starts_with("postgresql://") || text.starts_with("postgres://") ||
           text.find('=') != text.npos;
}

// Several hosts without it: the first that answers is taken, be it a standby.
bool may_reach_standby(std::string_view url) {
    return url.find(',') != url.npos && url.find("target_session_attrs") == url.npos;
}

std::string_view key_of_url(table_reader& in) {
    if (in.has("url_file")) return "url_file";
    return in.has("urls") ? "urls" : "url";
}

void read_database(table_reader& in, store& to) {
    assign(to.url, read_secret(in, "url"));
    auto const several = in.texts("urls");
    bool const has_url = in.has("url") || in.has("url_file");
    auto const key = key_of_url(in);
    if (has_url && in.has("urls"))
        in.fail("urls", "cannot stand beside \"url\"");
    else if (several.size() > 1)
        in.fail("urls", fmt::format("names {} databases, and one is possible: primary and standbys "
                                    "go into one URL with several hosts (docs/scale.md, \"The "
                                    "database\")",
                                    several.size()));
    else if (!several.empty())
        to.url = secret(several.front().text);

    if (!to.url.empty() && !may_be_database(to.url.reveal()))
        in.fail(key, "must be a URL like postgresql://user@host/database");
    else if (may_reach_standby(to.url.reveal()))
        in.warn(key, "names several hosts without target_session_attrs=read-write: a standby that "
                     "answers first would be taken");
}

// HOST:PORT as other members dial it.
bool is_reachable_address(std::string_view text) {
    auto const colon = text.rfind(':');
    if (colon == text.npos || colon == 0) return false;
    auto const host = text.substr(0, colon);
    bool const is_bracketed = host.front() == '[' && host.back() == ']';
    if (!is_bracketed && host.find(':') != host.npos) return false;
    auto const* const last = text.data() + text.size();
    unsigned port = 0;
    auto const [end, ec] = std::from_chars(text.data() + colon + 1, last, port);
    bool const is_port = ec == std::errc() && end == last && port > 0 && port < 65'536;
    return is_port && host.find_first_of(" /@?#") == host.npos;
}

void read_cluster_addresses(table_reader& in, cluster& to) {
    assign(to.listen, in.parsed("listen", listen_address::parse));
    assign(to.advertise, in.text("advertise"));
    auto const& at = to.listen.address;
    bool const is_wide = at == ip_address() || at == ip_address(ip_address::v6_bytes{});
    if (in.has("advertise") && !is_reachable_address(to.advertise))
        in.fail("advertise", "must be a host and a port, like 10.0.0.5:8082");
    else if (in.has("advertise") && to.listen.port == 0)
        in.fail("advertise", "names a port, and \"listen\" leaves it to the system");
    else if (is_wide && to.advertise.empty())
        in.fail("listen", fmt::format("needs \"advertise\" as well: nobody can dial {}",
                                      to.listen.address.to_string()));
}

void read_cluster_trust(table_reader& in, cluster& to) {
    to.shared_secret = read_secret(in, "secret");
    if (to.shared_secret && to.shared_secret->reveal().size() < shortest_cluster_secret)
        in.fail(in.has("secret") ? "secret" : "secret_file",
                fmt::format("must have {} characters at least", shortest_cluster_secret));
    if (auto const found = read_identity(in, "certificate", "key"))
        to.identity = tls{found->certificate, found->key};
    assign(to.authorities, read_trust_path(in, "ca"));
    bool const has_certificate = in.has("certificate");
    if (in.has("ca") != has_certificate)
        in.fail(in.has("ca") ? "ca" : "certificate",
                fmt::format("needs \"{}\" as well", in.has("ca") ? "certificate" : "ca"));
    bool const has_secret = in.has("secret") || in.has("secret_file");
    if (has_secret && has_certificate)
        in.fail("certificate", "cannot stand beside \"secret_file\": members know each other by "
                               "one of them");
    if (!has_secret && !has_certificate && !to.listen.address.is_loopback())
        in.fail("listen", "is not a loopback address: other members need \"secret_file\", or "
                          "\"certificate\", \"key\" and \"ca\"");
}

} // namespace

store read_store(table_reader in) {
    store to;
    assign(to.engine, in.one_of("engine", store_kinds));
    read_database(in, to);
    assign(to.lease, in.duration("lease", {2s, 10min}));
    bool const is_postgres = to.engine == store_kind::postgres;
    bool const has_url = in.has("url") || in.has("url_file") || in.has("urls");
    if (is_postgres && !has_url) in.fail("engine", "needs \"url\" as well");
    if (!is_postgres && has_url)
        in.warn(key_of_url(in), "has no effect without engine = \"postgres\"");
    in.finish();
    return to;
}

cluster read_cluster(table_reader in) {
    cluster to;
    assign(to.name, in.text("name"));
    if (in.has("name") && !is_name(to.name))
        in.fail("name", "must have 1 to 64 letters, digits or the characters . _ - : @");
    read_cluster_addresses(in, to);
    read_cluster_trust(in, to);
    assign(to.rejoin, in.duration("rejoin", {0s, 24h}));
    in.finish();
    return to;
}

void check_cluster(table_reader& root, configuration const& all) {
    bool const has_table = root.has("cluster");
    if (!all.is_clustered()) {
        if (has_table) root.warn("cluster", "has no effect without [store] engine = \"postgres\"");
        return;
    }
    // The name stands in the database: one that changes with each start would begin a new log.
    if (all.clustering.name.empty() && all.listen.front().port == 0)
        root.fail("store", "needs [cluster] name as well where the first listener has port 0");
}

} // namespace sluice::gateway::config
