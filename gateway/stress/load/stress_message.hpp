// The body of a stress run's request: its number, the run it belongs to, its order key, and padding
// up to the size asked for. What was delivered is known again by it, wherever it went through.
// Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::gateway::stress {

struct stress_message {
    std::uint64_t number = 0;
    std::uint32_t key = 0; // 0: none
    std::string_view run;  // letters and digits, the same for all of a run
};

// Replaces `out`: {"n":12,"run":"1f2e","key":3,"pad":"xxx"}, `size` bytes or what it needs.
void write_message(std::string& out, stress_message const& what, std::size_t size);

// Reads a body that write_message made; nothing for any other.
std::optional<stress_message> read_message(std::string_view body);

} // namespace sluice::gateway::stress
