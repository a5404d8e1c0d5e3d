// To be loaded before the gateway (LD_PRELOAD): an allocation more for each read that brings
// something, which is one a call. `tests/bench/run --check --plant` proves with it that the
// comparison with the recorded figures finds so much. The gateway reads with recvmsg
// (gateway/http/arrivals.hpp).
#include <cstdlib>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// NOLINTNEXTLINE: the system's name and shape
extern "C" ssize_t recvmsg(int fd, msghdr* message, int flags) {
    auto const got = ::syscall(SYS_recvmsg, fd, message, flags);
    if (got > 0) {
        void* volatile planted = std::malloc(64);
        std::free(planted);
    }
    return got;
}
