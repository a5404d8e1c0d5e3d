// [log]: how much the program says about itself, and in which form. Plain values.
// Written by load() and the overrides; the words are shared by both.
#pragma once

#include "gateway/config/choice.hpp"

#include <array>

namespace sluice::gateway::config {

enum class log_level { trace, debug, info, warning, error };

enum class log_format {
    automatic, // Text on a terminal, JSON elsewhere.
    json,
    text,
};

struct log {
    log_level level = log_level::info;
    log_format format = log_format::automatic;
    bool calls = false; // Key `calls`: a line for each call that was answered.
};

inline constexpr std::array<choice<log_level>, 5> log_levels{{
    {"trace", log_level::trace},
    {"debug", log_level::debug},
    {"info", log_level::info},
    {"warning", log_level::warning},
    {"error", log_level::error},
}};

inline constexpr std::array<choice<log_format>, 3> log_formats{{
    {"auto", log_format::automatic},
    {"json", log_format::json},
    {"text", log_format::text},
}};

} // namespace sluice::gateway::config
