#include "tests/support/raw_client.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace sluice::tests {
namespace {

// Longer than anything a test waits for; passing it is a failure.
constexpr int deadline_ms = 10'000;

bool wait_for(int socket, short events, int timeout_ms) {
    pollfd waited{socket, events, 0};
    return ::poll(&waited, 1, timeout_ms) == 1;
}

} // namespace

raw_client::raw_client(std::uint16_t port, int receive_buffer)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (socket_ < 0) throw std::runtime_error("raw_client: no socket");
    if (receive_buffer > 0) {
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr const*>(&address), sizeof(address)) != 0) {
        ::close(socket_);
        throw std::runtime_error("raw_client: cannot connect");
    }
}

raw_client::~raw_client() {
    ::close(socket_);
}

bool raw_client::send(std::string_view bytes) {
    while (!bytes.empty()) {
        auto const sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        } else if (errno != EAGAIN && errno != EINTR) {
            return false;
        } else if (!wait_for(socket_, POLLOUT, deadline_ms)) {
            throw std::runtime_error("raw_client: the peer does not read");
        }
    }
    return true;
}

void raw_client::finish_sending() {
    ::shutdown(socket_, SHUT_WR);
}

void raw_client::reset() {
    linger const at_once{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    ::close(std::exchange(socket_, -1));
}

bool raw_client::receive_more() {
    if (!wait_for(socket_, POLLIN, deadline_ms)) {
        throw std::runtime_error("raw_client: nothing came; received so far: " + received_);
    }
    char bytes[16 * 1024];
    auto const size = ::recv(socket_, bytes, sizeof(bytes), 0);
    if (size > 0) received_.append(bytes, static_cast<std::size_t>(size));
    was_reset_ = size < 0 && errno == ECONNRESET;
    return size > 0;
}

std::string raw_client::receive_all() {
    while (receive_more()) {
    }
    return std::exchange(received_, {});
}

std::string raw_client::receive_through(std::string_view mark) {
    auto found = received_.find(mark);
    while (found == std::string::npos && receive_more())
        found = received_.find(mark);
    if (found == std::string::npos) {
        throw std::runtime_error("raw_client: the stream ended before the mark: " + received_);
    }
    auto through = received_.substr(0, found + mark.size());
    received_.erase(0, through.size());
    return through;
}

std::string raw_client::receive(std::size_t size) {
    while (received_.size() < size && receive_more()) {
    }
    return std::exchange(received_, {});
}

bool raw_client::is_silent_for(std::chrono::milliseconds time) {
    return received_.empty() && !wait_for(socket_, POLLIN, static_cast<int>(time.count()));
}

} // namespace sluice::tests
