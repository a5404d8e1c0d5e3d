#include "queue/dispatch/memory_ahead.hpp"

#include <boost/test/unit_test.hpp>

#include <cstring>
#include <sys/mman.h>

namespace memory_ahead_test {

// Fresh memory of the system's, which has no pages yet.
struct mapping {
    explicit mapping(std::size_t size)
        : bytes(static_cast<std::byte*>(::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                                               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)),
                size) {}
    ~mapping() { ::munmap(bytes.data(), bytes.size()); }
    mapping(mapping const&) = delete;
    mapping& operator=(mapping const&) = delete;

    std::span<std::byte> bytes;
};

BOOST_AUTO_TEST_SUITE(memory_ahead)

BOOST_AUTO_TEST_CASE(what_is_written_meanwhile_stays) {
    mapping fresh(32u << 20);
    {
        sluice::queue::memory_ahead ahead;
        for (std::size_t i = 0; i < 32; ++i) {
            auto const piece = fresh.bytes.subspan(i << 20, 1u << 20);
            ahead.make_ready(piece);
            std::memset(piece.data(), static_cast<int>(i + 1), piece.size());
        }
    }
    for (std::size_t i = 0; i < fresh.bytes.size(); i += 1024)
        BOOST_REQUIRE(fresh.bytes[i] == std::byte((i >> 20) + 1));
}

BOOST_AUTO_TEST_CASE(it_ends_with_work_left_and_without_any) {
    mapping fresh(64u << 20);
    { sluice::queue::memory_ahead const idle; }
    for (int i = 0; i < 20; ++i) {
        sluice::queue::memory_ahead ahead;
        ahead.make_ready(fresh.bytes);
        ahead.make_ready(fresh.bytes.first(1));
    }
    BOOST_TEST((fresh.bytes[0] == std::byte{0}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace memory_ahead_test
