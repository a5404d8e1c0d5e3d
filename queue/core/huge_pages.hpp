// Memory in large pages where the system gives them on request: what is filled from end to end
// costs one fault instead of five hundred. A wish only: without them all goes on as before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <sys/mman.h>

namespace sluice::queue {

inline void prefer_huge_pages(void* begin, std::size_t bytes) {
    constexpr std::uintptr_t page = 2 << 20;
    auto const first = (reinterpret_cast<std::uintptr_t>(begin) + page - 1) & ~(page - 1);
    auto const end = (reinterpret_cast<std::uintptr_t>(begin) + bytes) & ~(page - 1);
    if (first < end) ::madvise(reinterpret_cast<void*>(first), end - first, MADV_HUGEPAGE);
}

// Has the system give memory that is mapped its pages now, as writing to it would, and changes
// nothing in it: others may use it meanwhile. A wish as well (Linux has it since 5.14).
inline void populate_pages(std::span<std::byte> memory) {
    constexpr std::uintptr_t page = 4096;
    constexpr int populate_write = 23; // MADV_POPULATE_WRITE
    auto const begin = reinterpret_cast<std::uintptr_t>(memory.data()) & ~(page - 1);
    auto const end = reinterpret_cast<std::uintptr_t>(memory.data() + memory.size());
    if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, populate_write);
}

} // namespace sluice::queue
