// Where secrets stand in a configuration file: by the names of keys, and in URLs and header fields
// that carry one. Pure; any thread.
#pragma once

#include <toml++/toml.h>

#include <functional>
#include <string>
#include <string_view>

namespace sluice::gateway::cli {

// Calls `take` for the value of every key that is a secret, one at a time where there are several.
void for_each_secret(toml::table& in, std::function<void(toml::value<std::string>&)> const& take);

// A text without the secrets that it may carry: the password of a URL, and the values of its query
// whose names say that they are secret.
std::string without_secrets(std::string_view text);

// Puts config::redacted_mark in the place of every secret.
void redact(toml::table& all);

} // namespace sluice::gateway::cli
