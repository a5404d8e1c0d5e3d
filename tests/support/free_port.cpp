#include "tests/support/free_port.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <set>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace sluice::tests {
namespace {

constexpr unsigned first_port = 15'000;
constexpr unsigned port_count = 17'000; // up to 32,000; Linux gives ephemeral ports from 32,768

} // namespace

bool is_port_taken(std::uint16_t port) {
    int const probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe < 0) {
        throw std::runtime_error("no socket to probe a port with");
    }
    // Without it a port whose old connections are in TIME_WAIT would count as taken.
    int const on = 1;
    ::setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bool const taken =
        ::bind(probe, reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0;
    ::close(probe);
    return taken;
}

std::uint16_t free_port() {
    static std::set<std::uint16_t> given;
    // Test programs that run at the same time begin at different places.
    static unsigned next = static_cast<unsigned>(::getpid()) * 101U;
    for (unsigned tries = 0; tries < port_count; ++tries) {
        auto const port = static_cast<std::uint16_t>(first_port + next++ % port_count);
        if (!given.contains(port) && !is_port_taken(port)) {
            given.insert(port);
            return port;
        }
    }
    throw std::runtime_error("no free loopback port");
}

} // namespace sluice::tests
