// What the style rules let through, and why. An entry is a path or, with '/' at its end, a folder.
// To add one is a decision: say in the commit why the rule does not fit there.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace sluice::tests::tidy {

/// Drivers and tools: where time comes from. Everything else takes `now` as a value.
inline constexpr std::array clock_readers{
    std::string_view("gateway/main.cpp"), std::string_view("gateway/stress/"),
    std::string_view("tests/e2e/"),       std::string_view("tests/bench/"),
    std::string_view("tests/support/"),
};

/// What talks to a terminal.
inline constexpr std::array terminal_writers{
    std::string_view("gateway/main.cpp"),
    std::string_view("gateway/cli/"),
    std::string_view("tests/bench/"),
};

/// The parts of the queue that drive it: disk, threads, sockets. The rest is its core.
inline constexpr std::array queue_drivers{
    std::string_view("queue/journal"),
    std::string_view("queue/queue"),
    std::string_view("queue/transport.hpp"),
    std::string_view("queue/postgres/"),
};

/// Whether `path` is one of the entries or lies in one of the folders.
constexpr bool is_allowed(std::string_view path, std::span<std::string_view const> entries) {
    for (auto const entry : entries) {
        if (path == entry || (entry.ends_with('/') && path.starts_with(entry))) {
            return true;
        }
    }
    return false;
}

} // namespace sluice::tests::tidy
