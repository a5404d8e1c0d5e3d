// To be loaded before the gateway (LD_PRELOAD): an allocation more for each read that brings
// something, which is one a call. `tests/bench/run --check --plant` proves with it that the
// comparison with the recorded figures finds so much.
#include <cstddef>
#include <cstdlib>
#include <sys/socket.h>
#include <sys/types.h>

// NOLINTNEXTLINE: the system's name and shape
extern "C" ssize_t recv(int fd, void* buffer, std::size_t size, int flags) {
    auto const got = ::recvfrom(fd, buffer, size, flags, nullptr, nullptr);
    if (got > 0) {
        void* volatile planted = std::malloc(64);
        std::free(planted);
    }
    return got;
}
