#include "tests/e2e/recording_destination.hpp"

#include "tests/support/free_port.hpp"
#include "tests/support/wait_until.hpp"

#include <arpa/inet.h>
#include <exception>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace sluice::tests::e2e {
namespace {

int listen_on(std::uint16_t port) {
    int const listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int const on = 1;
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bool const is_listening =
        ::bind(listener, reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0 &&
        ::listen(listener, 1024) == 0;
    if (!is_listening) {
        ::close(listener);
        return -1;
    }
    return listener;
}

std::string write_response(destination_answer const& answer, std::string_view method) {
    std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " Status\r\n";
    if (!has_header(answer.headers, "Content-Type")) {
        text += "Content-Type: application/json\r\n";
    }
    for (auto const& [name, value] : answer.headers) {
        text.append(name).append(": ").append(value).append("\r\n");
    }
    text += "Content-Length: " + std::to_string(answer.body.size()) + "\r\n\r\n";
    return method == "HEAD" ? text : text + answer.body;
}

} // namespace

recording_destination::recording_destination()
    : port_(free_port())
    , answer_([](http_request const&, std::size_t) { return destination_answer(); }) {
    for (int tries = 0; tries < 20 && listener_ < 0; ++tries) {
        port_ = free_port(); // Another process may have taken the one before.
        listener_ = listen_on(port_);
    }
    if (listener_ < 0) {
        throw std::runtime_error("no port for a destination");
    }
    acceptor_ = std::thread([this] { accept_connections(); });
}

recording_destination::~recording_destination() {
    {
        std::lock_guard const lock(mutex_);
        is_ending_ = true;
        for (auto const& each : connections_) {
            if (auto const connection = each.lock()) {
                connection->shut_down();
            }
        }
    }
    ::shutdown(listener_, SHUT_RDWR); // accept() returns
    acceptor_.join();
    for (auto& thread : threads_) {
        thread.join();
    }
    ::close(listener_);
}

void recording_destination::answer_with(answerer answer) {
    std::lock_guard const lock(mutex_);
    answer_ = std::move(answer);
}

std::vector<delivery> recording_destination::deliveries() const {
    std::lock_guard const lock(mutex_);
    return deliveries_;
}

std::size_t recording_destination::count() const {
    std::lock_guard const lock(mutex_);
    return deliveries_.size();
}

bool recording_destination::wait_for(std::size_t count, std::chrono::milliseconds limit) const {
    return wait_until([&] { return this->count() >= count; }, limit);
}

void recording_destination::accept_connections() {
    for (;;) {
        int const descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        std::lock_guard const lock(mutex_);
        if (descriptor < 0 || is_ending_) {
            if (descriptor >= 0) {
                ::close(descriptor);
            }
            return;
        }
        auto connection = std::make_shared<tcp_connection>(descriptor);
        connections_.push_back(connection);
        threads_.emplace_back([this, connection] { serve(connection); });
    }
}

void recording_destination::serve(std::shared_ptr<tcp_connection> connection) {
    http_reader reader(*connection);
    try {
        while (auto request = reader.read_request()) {
            auto const method = request->method;
            auto const answer = record(*std::move(request));
            if (answer.delay.count() > 0) {
                ::poll(nullptr, 0, static_cast<int>(answer.delay.count()));
            }
            if (answer.hang_up) {
                break;
            }
            connection->write(write_response(answer, method));
        }
    } catch (std::exception const&) {
        // The other side went away in the middle of a message, as a killed gateway does; what it
        // had sent whole is recorded.
    }
    connection->shut_down();
}

destination_answer recording_destination::record(http_request request) {
    std::lock_guard const lock(mutex_);
    deliveries_.push_back({std::move(request), std::chrono::steady_clock::now()});
    return answer_(deliveries_.back().request, deliveries_.size());
}

} // namespace sluice::tests::e2e
