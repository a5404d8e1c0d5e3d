// Where secrets stand in a configuration file: behind the keys that are declared to be secrets
// (config::configuration_reference), and in URLs, header fields and bodies that carry one. Goes by
// the parsed file, so that no spelling of TOML hides anything. Pure; any thread.
#pragma once

#include <toml++/toml.h>

#include <functional>

namespace sluice::gateway::cli {

// Calls `take` for the value of every key that is a secret, one at a time where there are several.
// The store's URLs are none: what is secret in them is their password alone.
void for_each_secret(toml::table& in, std::function<void(toml::value<std::string>&)> const& take);

// Puts config::redacted_mark in the place of every secret: whole values; the passwords of URLs and
// connection strings; values of queries, fields and bodies whose names tell a secret.
void redact(toml::table& all);

} // namespace sluice::gateway::cli
