// Which room may look at which: the whitelist behind docs/architecture.md "Where things are".
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::tests::tidy {

// A folder and the rooms that its files may include beside their own.
struct room {
    std::string_view name;                     // "queue/core"; "gateway/main" is gateway/main.cpp
    std::vector<std::string_view> may_include; // names of rooms
    std::vector<std::string_view> forbidden{}; // beginnings of outside headers
};

// From the ground floor up: a room may include only rooms that stand before it.
std::span<room const> rooms();

// The room of a file by its path from the root; null where it is in none (tests, CMake files).
room const* room_of(std::span<room const> house, std::string_view path);

// Each arrow of the table that does not run down, "gateway/http -> gateway/server": where all run
// down there is no cycle.
std::vector<std::string> rising_arrows(std::span<room const> house);

} // namespace sluice::tests::tidy
