// Posts 300 bytes a given number of times, and no more: what a profile of instructions needs, where
// the difference of two runs is what the calls cost. All connections send, then all wait.
//     post_client PORT CONNECTIONS COUNT [differing]    COUNT is a multiple of CONNECTIONS
// "differing": no head is the same as the one before, as where each call has an id of its own.
#include <arpa/inet.h>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

// `id`: a header line more, or empty.
std::string request(std::string const& id) {
    std::string const body(300, 'x');
    return "POST /in/crm HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n" + id +
           "Content-Length: 300\r\n\r\n" + body;
}

std::string id_line(std::size_t number) {
    return "X-Request-Id: " + std::to_string(1'000'000'000 + number) + "\r\n";
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

// An answer fits into one read here; one that is no 202 ends the program.
void await_answer(int fd) {
    std::array<char, 4096> buffer;
    auto const size = ::read(fd, buffer.data(), buffer.size());
    if (size <= 0) std::exit(69);
    std::string_view const text(buffer.data(), static_cast<std::size_t>(size));
    if (text.starts_with("HTTP/1.1 202")) return;
    std::fprintf(stderr, "refused: %.*s\n", static_cast<int>(text.size()), text.data());
    std::exit(1);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 4 && argc != 5) return 64;
    bool const differs = argc == 5;
    auto const port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    auto const connections = static_cast<std::size_t>(std::atoi(argv[2]));
    auto const count = static_cast<std::size_t>(std::atoi(argv[3]));
    if (connections == 0 || count % connections != 0) return 64;
    std::vector<int> open;
    for (std::size_t i = 0; i < connections; ++i)
        open.push_back(connect_to(port));
    auto bytes = request({});
    for (std::size_t sent = 0; sent < count; sent += connections) {
        if (differs) bytes = request(id_line(sent));
        for (int const fd : open)
            send(fd, bytes);
        for (int const fd : open)
            await_answer(fd);
    }
}
