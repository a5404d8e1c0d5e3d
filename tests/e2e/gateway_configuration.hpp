// The configuration that the end-to-end tests start from: account 163, the destinations `central`
// (outbound API) and `crm` (raw), the route /in/crm. Tests add lines where they need more.
#pragma once

#include <cstdint>
#include <string>

namespace sluice::tests::e2e {

inline constexpr char security_id[] =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
inline constexpr char admin_token[] = "e2e-admin-token";

struct gateway_ports {
    std::uint16_t public_listener = 0;
    std::uint16_t admin_listener = 0;
    std::uint16_t destination = 0;
};

// TOML lines put into the template. `{destination}` in them becomes http://127.0.0.1:PORT, and
// `{destination_port}` its PORT.
struct gateway_settings {
    std::string durability = "fsync";
    std::string top;       // Lines above the first table.
    std::string limits;    // Lines of [limits].
    std::string account;   // More lines of [[account]].
    std::string central;   // More lines of the destination `central`.
    std::string crm;       // More lines of the destination `crm`.
    std::string route;     // More lines of the route /in/crm.
    std::string short_url; // More of `shortURL = { … }`, with a comma before each.
    std::string webhooks;  // More lines of [webhooks].
    std::string more;      // Whole tables at the end.
    std::string ulimit;    // Arguments of ulimit for its process, as in "-n 256".
};

// The TOML text.
std::string write_configuration(gateway_settings const& settings, gateway_ports const& ports,
                                std::string const& data_directory);

// A [[destination]] table: raw, to `path` of the recording destination. `lines` are added.
std::string destination_table(std::string const& name, std::string const& path,
                              std::string const& lines = {});

// A [[route]] table for account 163. `destinations` as in TOML: `"a", "b"`.
std::string route_table(std::string const& path, std::string const& destinations,
                        std::string const& lines = {});

} // namespace sluice::tests::e2e
