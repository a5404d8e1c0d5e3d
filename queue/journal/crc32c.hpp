// CRC-32C (Castagnoli, RFC 3720 appendix B.4): the journal's checksum. By the SSE4.2 instruction
// where the processor has it, else by table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sluice::queue {

// The checksum of `bytes` that follow what gave `before` (0: nothing before).
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0);

// The table's way, for the test that compares both.
std::uint32_t crc32c_by_table(std::string_view bytes, std::uint32_t before = 0);

} // namespace sluice::queue
