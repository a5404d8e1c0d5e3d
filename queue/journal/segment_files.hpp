// What the files of a data directory are called.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::queue {

std::string segment_name(std::uint32_t number); // journal-0000000001.log
std::string history_name(std::uint32_t number); // done-0000000001.log
std::string temporary_name(std::string const& name);

// The number in a name; nothing if it is not the name of such a file.
std::optional<std::uint32_t> segment_number(std::string_view name);
std::optional<std::uint32_t> history_number(std::string_view name);
bool is_temporary(std::string_view name); // of ours

} // namespace sluice::queue
