// What flags and environment say above the file: flags > environment > TOML > defaults.
// The environment is read through a function, so that tests need none.
#pragma once

#include "gateway/config/configuration.hpp"
#include "gateway/config/load.hpp"
#include "gateway/config/problem.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::config {

// A value and who said it: "--listen" or "SLUICE_LISTEN".
struct override_value {
    std::string text;
    std::string origin;
};

// Each in the notation of its key in the file. What is absent overrides nothing.
struct overrides {
    std::optional<override_value> config; // Path of the file itself.
    std::optional<override_value> listen; // One or several, separated by commas.
    std::optional<override_value> admin;  // ADDR:PORT or http://ADDR:PORT.
    std::optional<override_value> data;
    std::optional<override_value> threads;
    std::optional<override_value> durability;
    std::optional<override_value> admin_token;
    std::optional<override_value> admin_token_file;
    std::optional<override_value> log_level;
    std::optional<override_value> log_format;
};

// nullptr where the variable is not set; std::getenv fits.
using environment_getter = std::function<char const*(char const* name)>;

// SLUICE_CONFIG, SLUICE_LISTEN, SLUICE_ADMIN, SLUICE_DATA, SLUICE_THREADS, SLUICE_DURABILITY,
// SLUICE_ADMIN_TOKEN, SLUICE_ADMIN_TOKEN_FILE, SLUICE_LOG_LEVEL, SLUICE_LOG_FORMAT.
// An empty variable counts as not set.
std::vector<std::string_view> environment_names();
overrides overrides_from_environment(environment_getter const& get);

// Each value of `stronger`, or else of `weaker`.
overrides merge(overrides stronger, overrides const& weaker);

// Writes the values into `settings`. The problems name the flag or variable as their file.
problem_list apply(configuration& settings, overrides const& values,
                   file_reader const& read = read_file);

} // namespace sluice::gateway::config
