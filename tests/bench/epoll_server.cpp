// The limit of the machine: one thread, epoll, no parsing. Whatever is read is taken for one
// request with a body that came along, and answered 202. Serves until it is ended.
//     epoll_server PORT
#include <arpa/inet.h>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr std::string_view answer = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";

int listen_on(std::uint16_t port) {
    int const fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int const on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(fd, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0) std::exit(69);
    ::listen(fd, 4096);
    return fd;
}

void watch(int epoll, int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

void take_connections(int epoll, int listener) {
    for (;;) {
        int const fd = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
        if (fd < 0) return;
        int const on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(epoll, fd);
    }
}

void answer_one(int fd) {
    std::array<char, 16 * 1024> buffer;
    auto const size = ::read(fd, buffer.data(), buffer.size());
    if (size <= 0 || ::write(fd, answer.data(), answer.size()) < 0) ::close(fd);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 64;
    int const listener = listen_on(static_cast<std::uint16_t>(std::atoi(argv[1])));
    int const epoll = ::epoll_create1(0);
    watch(epoll, listener);
    std::array<epoll_event, 256> events;
    for (;;) {
        int const count = ::epoll_wait(epoll, events.data(), events.size(), -1);
        for (int i = 0; i < count; ++i) {
            int const fd = events[static_cast<std::size_t>(i)].data.fd;
            if (fd == listener) {
                take_connections(epoll, listener);
            } else {
                answer_one(fd);
            }
        }
    }
}
