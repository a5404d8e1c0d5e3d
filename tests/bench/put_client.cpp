// Puts 300 bytes at a time into a queue that speaks a line protocol, on N connections that each
// wait for their answer. Prints "count seconds".
//     put_client beanstalk|redis PORT CONNECTIONS SECONDS
#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

struct protocol {
    std::string request;
    int answer_lines = 1; // each ends with LF
    std::string success;  // what an answer begins with
};

protocol protocol_of(std::string_view name) {
    std::string const body(300, 'x');
    protocol p;
    if (name == "beanstalk") {
        p.request = "put 0 0 60 300\r\n" + body + "\r\n";
        p.success = "INSERTED";
    } else if (name == "redis") {
        p.request = "*5\r\n$4\r\nXADD\r\n$1\r\ns\r\n$1\r\n*\r\n$1\r\nb\r\n$300\r\n" + body + "\r\n";
        p.answer_lines = 2; // the length and the id
        p.success = "$";
    } else {
        std::exit(64);
    }
    return p;
}

int connect_to(std::uint16_t port) {
    int const fd = ::socket(AF_INET, SOCK_STREAM, 0);
    int const on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0) std::exit(69);
    return fd;
}

void send(int fd, std::string const& bytes) {
    if (::write(fd, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
        std::exit(69);
}

// How many answers came; an answer that is no success ends the program.
int receive(int fd, protocol const& p, int& lines) {
    std::array<char, 4096> buffer;
    auto const size = ::read(fd, buffer.data(), buffer.size());
    if (size <= 0) std::exit(69);
    std::string_view const text(buffer.data(), static_cast<std::size_t>(size));
    if (lines == 0 && !text.starts_with(p.success)) {
        std::fprintf(stderr, "refused: %.*s\n", static_cast<int>(text.size()), text.data());
        std::exit(1);
    }
    for (char const c : text)
        lines += c == '\n';
    int const answers = lines / p.answer_lines;
    lines %= p.answer_lines;
    return answers;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 5) return 64;
    using clock = std::chrono::steady_clock;
    auto const p = protocol_of(argv[1]);
    int const epoll = ::epoll_create1(0);
    std::array<int, 1024> lines{}; // of the answer that is coming in, by descriptor
    for (int i = std::atoi(argv[3]); i > 0; --i) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = connect_to(static_cast<std::uint16_t>(std::atoi(argv[2])));
        ::epoll_ctl(epoll, EPOLL_CTL_ADD, event.data.fd, &event);
        send(event.data.fd, p.request);
    }
    auto const begin = clock::now();
    auto const end = begin + std::chrono::seconds(std::atoi(argv[4]));
    long count = 0;
    std::array<epoll_event, 256> events;
    while (clock::now() < end) {
        int const ready = ::epoll_wait(epoll, events.data(), events.size(), 100);
        for (int i = 0; i < ready; ++i) {
            int const fd = events[static_cast<std::size_t>(i)].data.fd;
            int const answers = receive(fd, p, lines[static_cast<std::size_t>(fd)]);
            count += answers;
            if (answers > 0) send(fd, p.request);
        }
    }
    std::printf("%ld %.3f\n", count, std::chrono::duration<double>(clock::now() - begin).count());
}
