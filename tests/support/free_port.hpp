// A loopback port for a program that a test is about to start.
#pragma once

#include <cstdint>

namespace sluice::tests {

// A TCP port of 127.0.0.1 that nobody listens on, and that this process was not given before. It
// lies below the kernel's ephemeral range, so that no outgoing connection of a test that runs at
// the same time can take it. Another process may still be faster: whoever starts a program on it
// tries again with another one. Throws std::runtime_error where none is found.
std::uint16_t free_port();

// Whether something listens on (or is bound to) the port of 127.0.0.1.
bool is_port_taken(std::uint16_t port);

} // namespace sluice::tests
