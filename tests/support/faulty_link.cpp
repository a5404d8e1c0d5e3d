#include "tests/support/faulty_link.hpp"

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace sluice::tests {

namespace {

constexpr int tick_ms = 10;

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return where;
}

// All of it, or false where the other side has gone.
bool pass_on(int from, int to) {
    std::array<char, 16384> bytes;
    auto const got = ::recv(from, bytes.data(), bytes.size(), 0);
    if (got <= 0) return false;
    for (ssize_t sent = 0; sent < got;) {
        auto const part =
            ::send(to, bytes.data() + sent, static_cast<std::size_t>(got - sent), MSG_NOSIGNAL);
        if (part <= 0) return false;
        sent += part;
    }
    return true;
}

} // namespace

struct faulty_link::pair {
    int client = -1;
    int server = -1;
    std::atomic<bool> is_cut = false;
    std::atomic<bool> is_reset = false;

    ~pair() {
        for (int const each : {client, server}) {
            if (each < 0) continue;
            linger const at_once{1, 0};
            if (is_reset) ::setsockopt(each, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
            ::close(each);
        }
    }
};

faulty_link::faulty_link(std::uint16_t to)
    : to_(to)
    , listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    auto where = loopback(0);
    socklen_t size = sizeof(where);
    auto* const address = reinterpret_cast<sockaddr*>(&where);
    bool const is_open = ::bind(listener_, address, sizeof(where)) == 0 &&
                         ::listen(listener_, 64) == 0 &&
                         ::getsockname(listener_, address, &size) == 0;
    if (!is_open) throw std::runtime_error("no port for a faulty link");
    port_ = ntohs(where.sin_port);
    acceptor_ = std::thread([this] { accept_connections(); });
}

faulty_link::~faulty_link() {
    is_ending_ = true;
    acceptor_.join();
    for (auto& each : threads_)
        each.join();
    ::close(listener_);
}

void faulty_link::accept_connections() {
    while (!is_ending_) {
        pollfd waits{listener_, POLLIN, 0};
        if (::poll(&waits, 1, tick_ms) <= 0) continue;
        auto const both = std::make_shared<pair>();
        both->client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        both->server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        auto where = loopback(to_);
        if (::connect(both->server, reinterpret_cast<sockaddr*>(&where), sizeof(where)) != 0) {
            continue; // refused there, closed here
        }
        std::lock_guard const guard(mutex_);
        pairs_.push_back(both);
        threads_.emplace_back([this, both] { carry(both); });
    }
}

void faulty_link::carry(std::shared_ptr<pair> both) {
    while (!is_ending_ && !both->is_cut) {
        std::array<pollfd, 2> waits{{{both->client, POLLIN, 0}, {both->server, POLLIN, 0}}};
        if (is_stalled_) waits[0].events = 0;
        if (is_stalled_ || are_answers_stalled_) waits[1].events = 0;
        ::poll(waits.data(), waits.size(), tick_ms);
        char first = 0;
        bool const has_answer =
            are_answers_stalled_ && ::recv(both->server, &first, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
        if (has_answer) holds_answer_ = true;
        if ((waits[0].revents & POLLIN) && !pass_on(both->client, both->server)) return;
        if ((waits[1].revents & POLLIN) && !pass_on(both->server, both->client)) return;
        bool const is_over = (waits[0].revents | waits[1].revents) & (POLLHUP | POLLERR);
        if (is_over && !is_stalled_ && !are_answers_stalled_) return;
    }
}

void faulty_link::cut(bool with_reset) {
    std::lock_guard const guard(mutex_);
    for (auto const& each : pairs_) {
        if (auto const both = each.lock()) {
            both->is_reset = with_reset;
            both->is_cut = true;
        }
    }
    pairs_.clear();
}

} // namespace sluice::tests
