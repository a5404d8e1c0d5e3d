// One function for each table of the file: reads it, reports what is wrong with it, gives the
// value. Used by load() only. Names of other tables are registered in the context and checked at
// the end.
#pragma once

#include "gateway/config/configuration.hpp"
#include "gateway/config/table_reader.hpp"
#include "gateway/config/text_checks.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::config {

// The whole file.
void read_configuration(table_reader root, configuration& to);

// read_process.cpp: what stands above the first table, and the tables of the process.
void read_process(table_reader& root, configuration& to);

// read_store.cpp
store read_store(table_reader in);
cluster read_cluster(table_reader in);
// What the two must agree on with the rest of the file.
void check_cluster(table_reader& root, configuration const& all);

// One file each.
account read_account(table_reader in);
destination read_destination(table_reader in);
route read_route(table_reader in);
// `destinations` are all that the file has.
webhooks read_webhooks(table_reader in, std::span<destination const> destinations);
widget read_widget(table_reader in);

// read_failure_classes.cpp
// Keys `retry_on` and `final_on`.
failure_classes read_failure_classes(table_reader& in);

// read_retry.cpp
queue::retry_options read_retry(table_reader in);
queue::breaker_options read_breaker(table_reader in);
queue::retry_budget_options read_retry_budget(table_reader in);
// Keys `rate` and `period`; the burst is left for the caller.
std::optional<rate_limit> read_rate(table_reader& in);

// read_secrets.cpp
// The key, or the content of the file that `<key>_file` names, without white space around it.
std::optional<secret> read_secret(table_reader& in, std::string_view key);
// Keys `secret` (one or several) and `secret_file`: Standard Webhooks keys.
std::vector<secret> read_signing_secrets(table_reader& in, key_use use = key_use::sign);
// Keys `secrets` and `secrets_file` of an account: 64 characters each, registered as unique.
std::vector<secret> read_account_secrets(table_reader& in);
// Key `cust_tokens` of an account, registered as unique.
std::vector<secret> read_cust_tokens(table_reader& in);

// read_upstream.cpp
// What a URL may be that the gateway will call.
struct url_policy {
    bool allow_http;
    std::span<network const> allow_networks;
    std::span<std::uint16_t const> allow_ports;
};
inline url_policy policy_of(upstream const& connection) {
    return {connection.allow_http, connection.allow_networks, connection.allow_ports};
}

upstream read_upstream(table_reader& in);
// Key `allow_ports`.
std::vector<std::uint16_t> read_ports(table_reader& in);
// Reports a URL that is malformed, or whose literal address or port is refused by the policy. Gives
// it as it is kept (http_url::text); as it was written where it is malformed.
std::string check_url(load_context& context, located_text const& url, url_policy policy);
// 1 to 64 letters, digits, ".", "_", "-", ":" or "@".
bool is_name(std::string_view text);
// A name for ids, destinations and widgets, as is_name says.
// Must; registered as unique.
std::string read_name(table_reader& in, std::string_view key, name_kind kind);
// A path to a PEM file of certificates that somebody trusts.
std::optional<std::string> read_trust_path(table_reader& in, std::string_view key);

// Paths to two PEM files: a certificate with its chain, and its private key.
struct identity_paths {
    std::string certificate;
    std::string key;
};
// Both keys or none; they must belong together.
std::optional<identity_paths> read_identity(table_reader& in, std::string_view certificate_key,
                                            std::string_view key_key);

} // namespace sluice::gateway::config
