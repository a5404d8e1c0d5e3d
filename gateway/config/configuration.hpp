// Everything the operator can set, as one value. load() makes it, overrides amend it, then it is
// shared as shared_ptr<configuration const> and never changes: a reload makes a new one.
// A default-constructed configuration is valid: it listens on loopback and knows no account.
#pragma once

#include "gateway/config/account.hpp"
#include "gateway/config/cluster.hpp"
#include "gateway/config/destination.hpp"
#include "gateway/config/durability.hpp"
#include "gateway/config/limits.hpp"
#include "gateway/config/listen_address.hpp"
#include "gateway/config/log.hpp"
#include "gateway/config/route.hpp"
#include "gateway/config/secret.hpp"
#include "gateway/config/tls.hpp"
#include "gateway/config/widget.hpp"
#include "gateway/config/written_keys.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sluice::gateway::config {

// [retention]: how long finished tasks can be looked at. Whichever bound is met first ends it.
struct retention {
    std::chrono::milliseconds time = std::chrono::hours(24);
    std::uint64_t count = 1'000'000;
    // Dead letters, which can be redriven until then. Key `dead_time` and `dead_count`.
    std::chrono::milliseconds dead_time = std::chrono::hours(24 * 30);
    std::uint64_t dead_count = 1'000'000;

    friend bool operator==(retention const&, retention const&) = default;
};

enum class store_kind {
    embedded, // Journal and SQLite under `data`.
    postgres, // PostgreSQL at `url`, shared by any number of gateways.
};

// [store]: where tasks and tables are kept.
struct store {
    store_kind engine = store_kind::embedded;
    secret url; // Only with postgres, and then must. Keys `url`, `url_file`, or one in `urls`.
    std::chrono::milliseconds lease = std::chrono::seconds(15); // Only with postgres.

    friend bool operator==(store const&, store const&) = default;
};

// [webhooks]: where the platform's own webhooks go, and how the gateway answers the others.
struct webhooks {
    std::optional<std::string> create_outbound; // Destination's name; without it 501.
    std::optional<std::string> outbound_dialer; // Default: that of create_outbound.
    // How long an identical body on the outbound API's own paths is refused; 0: it never is.
    std::chrono::milliseconds checksum_window = std::chrono::hours(24);
    std::optional<std::string> short_url_base; // Origin of short links; default: Host's.
    unsigned redirect_status = 302;            // 301, 302, 303, 307 or 308.
    std::uint64_t guesses = 30; // Unknown codes that an address may ask for in guess_period.
    std::chrono::milliseconds guess_period = std::chrono::minutes(1);
    bool delete_empty = false; // updateUserPreferences: an empty value takes the variable away.
};

struct configuration {
    std::vector<listen_address> listen{{ip_address::loopback_v4(), 8080}}; // Public; one at least.
    listen_address admin{ip_address::loopback_v4(), 8081};
    std::string data = "./data";              // Directory; relative to the working directory.
    durability durable;                       // Key `durability`.
    std::optional<unsigned> threads;          // See thread_count().
    std::vector<network> trusted_proxies;     // Whose X-Forwarded-* count; none by default.
    std::optional<secret> admin_token;        // Without it changing admin calls are off.
    std::vector<listen_address> name_servers; // Asked for names; empty: those of /etc/resolv.conf.

    std::string admin_base_path;          // "/sluice": console and calls stand below it; or empty.
    std::vector<std::string> admin_hosts; // Names, beside localhost and addresses, in admin's Host.

    std::optional<tls> public_tls; // [tls]
    limits limit;                  // [limits]
    retention keep;                // [retention]
    store storage;                 // [store]
    cluster clustering;            // [cluster]
    log logging;                   // [log]

    std::vector<account> accounts;
    std::vector<destination> destinations;
    std::vector<route> routes;
    webhooks built_in; // [webhooks]
    std::vector<widget> widgets;

    written_keys written; // What stood in the file; empty where none was read.
    // All of it as an operator may see it: TOML, with flags and environment in it, without secrets.
    // No key: whoever has loaded it writes it. Empty: nobody has.
    std::string shown;

    // I/O threads: `threads`, or one a core. 1 at least.
    unsigned thread_count() const noexcept;

    // Does it share its tasks' store with other gateways?
    bool is_clustered() const noexcept { return storage.engine == store_kind::postgres; }
    // [cluster] name, or this machine's name and the first listener's port.
    std::string member_name() const;

    // Is the admin listener's address a public listener's too?
    bool admin_is_public() const noexcept;
    // Can other machines reach the admin listener, and is there no token?
    bool admin_is_exposed() const noexcept;
};

} // namespace sluice::gateway::config
